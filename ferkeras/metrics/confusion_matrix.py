"""Confusion matrix as a Keras metric, and the base of the scores drawn from it."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable("ferkeras")
class ConfusionMatrix(keras.metrics.Metric):
    """Counts of (true class, predicted class) over all batches.

    Args:
        classes: number of classes.

    ``y_true``: ``(batch,)`` class numbers or ``(batch, classes)`` one-hot / soft targets;
    ``y_pred``: ``(batch, classes)`` scores. ``result()``: ``(classes, classes)`` float32, true
    classes in rows.
    """

    def __init__(self, classes: int, name: str | None = None, dtype: Any = "float32") -> None:
        super().__init__(name=name, dtype=dtype)
        self.classes = classes
        self.counts = self.add_variable(
            shape=(classes, classes), initializer="zeros", name="counts"
        )

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Add one batch."""
        y_pred = ops.convert_to_tensor(y_pred)
        y_true = ops.convert_to_tensor(y_true)
        if len(y_true.shape) == len(y_pred.shape) and y_true.shape[-1] == self.classes:
            y_true = ops.argmax(y_true, axis=-1)
        truth = ops.one_hot(ops.cast(ops.reshape(y_true, (-1,)), "int32"), self.classes)
        answer = ops.one_hot(ops.argmax(y_pred, axis=-1), self.classes)
        truth, answer = ops.cast(truth, self.dtype), ops.cast(answer, self.dtype)
        if sample_weight is not None:
            weight = ops.reshape(ops.cast(sample_weight, self.dtype), (-1, 1))
            truth = truth * weight
        self.counts.assign(self.counts + ops.matmul(ops.transpose(truth), answer))

    def result(self) -> Any:
        """The counts so far."""
        return ops.convert_to_tensor(self.counts)

    def get_config(self) -> dict[str, Any]:
        """Constructor arguments."""
        return {**super().get_config(), "classes": self.classes}
