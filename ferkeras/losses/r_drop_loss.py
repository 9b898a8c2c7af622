"""Make two answers to one picture agree, which differ by dropout alone."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable("ferkeras")
class RDropLoss(keras.losses.Loss):
    """A loss, and the symmetric divergence of two answers: R-Drop, Wu et al. 2021 (Eq. 2 and 3).

    A batch holds every sample twice, ``[x_1 ... x_n, x_1 ... x_n]``; dropout makes the two answers
    P and Q differ. Each sample's loss is that of its own answer plus
    ``weight (KL(P || Q) + KL(Q || P)) / 2``.

    Args:
        loss: a Keras loss of one value a sample. If it has a method ``probabilities(y_pred)`` (as
            `BootstrapAlignmentLoss`), that names the answers; otherwise they are ``y_pred``, and of
            several answers a sample (branches) the divergences are averaged.
        weight: alpha, 0 or more; the paper's are 0.6 (vision) to 5.

    ``y_true``, ``y_pred``: as of ``loss``, with an even number of rows.

    Raises:
        ValueError: a weight out of range, something that is no loss, or an odd number of rows.
    """

    def __init__(
        self,
        loss: Any,
        weight: float = 0.6,
        reduction: str = "sum_over_batch_size",
        name: str = "r_drop_loss",
        dtype: Any = "float32",
    ) -> None:
        super().__init__(name=name, reduction=reduction, dtype=dtype)
        self.loss = keras.losses.get(loss)
        if not isinstance(self.loss, keras.losses.Loss):
            raise ValueError(f"loss is {loss!r}, expected a loss of Keras")
        if not 0.0 <= weight < float("inf"):
            raise ValueError(f"weight is {weight}, expected a finite number of 0 or more")
        self.weight = float(weight)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Loss of each row, ``(batch,)``."""
        rows = y_pred.shape[0]
        if rows is not None and rows % 2:
            raise ValueError(f"{self.name}: expected every sample twice, got {rows} rows")
        own = self.loss.call(y_true, y_pred)
        named = getattr(self.loss, "probabilities", None)
        answers = named(y_pred) if named else y_pred
        logs = ops.log(ops.maximum(answers, keras.config.epsilon()))
        half = ops.shape(answers)[0] // 2
        difference = (answers[:half] - answers[half:]) * (logs[:half] - logs[half:])
        apart = 0.5 * ops.sum(difference, axis=-1)  # KL(P || Q) + KL(Q || P), halved
        if len(apart.shape) > 1:  # several answers to each sample, such as branches
            apart = ops.mean(apart, axis=tuple(range(1, len(apart.shape))))
        return own + self.weight * ops.concatenate([apart, apart], axis=0)

    def get_config(self) -> dict[str, Any]:
        """Constructor arguments."""
        return {
            **super().get_config(),
            "loss": keras.losses.serialize(self.loss),
            "weight": self.weight,
        }
