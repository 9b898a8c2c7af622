"""Unweighted F1 over all batches."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from ferkeras.metrics.confusion_matrix import ConfusionMatrix


@keras.saving.register_keras_serializable("ferkeras")
class UF1(ConfusionMatrix):
    """Unweighted (macro) F1: ``mean_c 2 TP_c / (2 TP_c + FP_c + FN_c)``, counts pooled.

    See et al. 2019 (MEGC). The mean goes over classes that occur in the truth or in the
    predictions, as scikit-learn's ``f1_score(average="macro")`` does. ``result()`` is in 0..1.
    """

    def result(self) -> Any:
        """UF1 of all counts so far."""
        hits = ops.diagonal(self.counts)
        either = ops.sum(self.counts, axis=0) + ops.sum(self.counts, axis=1)
        present = ops.cast(either > 0, self.dtype)
        f1 = 2.0 * hits / ops.maximum(either, keras.config.epsilon())
        return ops.sum(f1 * present) / ops.maximum(ops.sum(present), 1.0)
