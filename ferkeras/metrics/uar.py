"""Unweighted average recall over all batches."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from ferkeras.metrics.confusion_matrix import ConfusionMatrix


@keras.saving.register_keras_serializable("ferkeras")
class UAR(ConfusionMatrix):
    """Unweighted average recall: ``mean_c TP_c / n_c``, counts pooled (See et al. 2019, MEGC).

    The mean goes over classes that occur in the truth; ``result()`` is in 0..1. Equal to
    scikit-learn's ``balanced_accuracy_score``.
    """

    def result(self) -> Any:
        """UAR of all counts so far."""
        support = ops.sum(self.counts, axis=1)
        present = ops.cast(support > 0, self.dtype)
        recall = ops.diagonal(self.counts) / ops.maximum(support, keras.config.epsilon())
        return ops.sum(recall * present) / ops.maximum(ops.sum(present), 1.0)
