"""Join the class probabilities of several branches."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

MODES = ("mean", "max", "product")


@keras.saving.register_keras_serializable("ferkeras")
class DecisionFusion(keras.layers.Layer):
    """One probability vector from several branches' probability vectors.

    ``mean``: the normalised element-wise sum (MFF-CNN, Zou et al. 2021, Eq. 3). ``max``: the
    largest probability of each class (SSGNN's decision-level fusion). ``product``: independent
    evidence. Each result is scaled to sum to one, which leaves its argmax unchanged. Computed in
    float32.

    Args:
        mode: ``"mean"``, ``"max"`` or ``"product"``.

    Input shape: ``(batch, branches, classes)``, probabilities.
    Output shape: ``(batch, classes)``, float32 probabilities.

    Raises:
        ValueError: an unknown mode.
    """

    def __init__(self, mode: str = "mean", **kwargs: Any) -> None:
        kwargs.setdefault("dtype", "float32")
        super().__init__(**kwargs)
        if mode not in MODES:
            raise ValueError(f"mode is {mode!r}, expected one of {MODES}")
        self.mode = mode

    def call(self, inputs: Any) -> Any:
        """Fuse the branches."""
        if self.mode == "mean":
            fused = ops.mean(inputs, axis=1)
        elif self.mode == "max":
            fused = ops.max(inputs, axis=1)
        else:
            logs = ops.sum(ops.log(ops.maximum(inputs, keras.config.epsilon())), axis=1)
            return ops.softmax(logs, axis=-1)
        return fused / ops.sum(fused, axis=-1, keepdims=True)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """``(batch, classes)``."""
        return (input_shape[0], input_shape[2])

    def get_config(self) -> dict[str, Any]:
        """Constructor arguments."""
        return {**super().get_config(), "mode": self.mode}
