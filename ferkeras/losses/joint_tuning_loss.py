"""Train two branches and their sum together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable("ferkeras")
class JointTuningLoss(keras.losses.Loss):
    """``sum_b w_b CE(t, p_b) + w_sum CE(t, mean_b p_b)``: MFF-CNN, Zou et al. 2021, Eq. 5.

    The paper takes the cross-entropy of the plain sum of both predictions, which is no probability
    (it sums to 2); here the sum is normalised, which changes the loss by a constant only.

    Args:
        weights: one weight a branch, then the weight of the sum; the paper's are (1, 1, 0.1).
        label_smoothing: share of the target spread evenly over the classes, in [0, 1).

    ``y_true``: ``(batch, classes)``, one-hot or soft targets. ``y_pred``:
    ``(batch, branches, classes)`` probabilities. Computed in float32.

    Raises:
        ValueError: as many weights as branches + 1 are needed.
    """

    def __init__(
        self,
        weights: Sequence[float] = (1.0, 1.0, 0.1),
        label_smoothing: float = 0.0,
        reduction: str = "sum_over_batch_size",
        name: str = "joint_tuning_loss",
        dtype: Any = "float32",
    ) -> None:
        super().__init__(name=name, reduction=reduction, dtype=dtype)
        if not 0.0 <= label_smoothing < 1.0:
            raise ValueError(f"label_smoothing is {label_smoothing}, expected 0 <= value < 1")
        self.weights = tuple(float(weight) for weight in weights)
        self.label_smoothing = label_smoothing

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Loss of each sample, ``(batch,)``."""
        branches, classes = y_pred.shape[1], y_pred.shape[2]
        if len(self.weights) != branches + 1:
            raise ValueError(
                f"{branches} branches need {branches + 1} weights (one each, one for their sum), "
                f"got {self.weights}"
            )
        target = ops.cast(y_true, y_pred.dtype)
        target = target * (1.0 - self.label_smoothing) + self.label_smoothing / classes
        predictions = ops.concatenate([y_pred, ops.mean(y_pred, axis=1, keepdims=True)], axis=1)
        logs = ops.log(ops.maximum(predictions, keras.config.epsilon()))
        cross_entropy = -ops.sum(ops.expand_dims(target, 1) * logs, axis=-1)
        return ops.sum(cross_entropy * ops.convert_to_tensor(self.weights, y_pred.dtype), axis=-1)

    def get_config(self) -> dict[str, Any]:
        """Constructor arguments."""
        return {
            **super().get_config(),
            "weights": self.weights,
            "label_smoothing": self.label_smoothing,
        }
