"""Join the class probabilities of several branches."""

from __future__ import annotations

from collections.abc import Sequence
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
    float32 whatever the inputs and the dtype policy are.

    A mask ``(batch, branches)``, by ``mask=`` or from Keras, leaves branches out that a sample does
    not have (no landmarks were found, say). Without any branch all classes are alike.

    Args:
        mode: ``"mean"``, ``"max"`` or ``"product"``.
        branch_weights: for ``mean``, how much each branch counts; None: all alike.

    Input shape: ``(batch, branches, classes)``, probabilities.
    Output shape: ``(batch, classes)``, float32 probabilities.

    Raises:
        ValueError: an unknown mode, or weights with another mode, below 0 or all 0.
    """

    def __init__(
        self, mode: str = "mean", branch_weights: Sequence[float] | None = None, **kwargs: Any
    ) -> None:
        kwargs.setdefault("dtype", "float32")
        super().__init__(autocast=False, **kwargs)
        if mode not in MODES:
            raise ValueError(f"mode is {mode!r}, expected one of {MODES}")
        bad = branch_weights is not None and (min(branch_weights) < 0 or max(branch_weights) == 0)
        if bad or (branch_weights is not None and mode != "mean"):
            raise ValueError(
                f"branch_weights {branch_weights} with mode {mode!r}: expected 0 or more, and mean"
            )
        self.mode = mode
        self.branch_weights = None if branch_weights is None else tuple(map(float, branch_weights))

    def call(self, inputs: Any, mask: Any = None) -> Any:
        """Fuse the branches."""
        inputs = ops.cast(inputs, "float32")
        if mask is not None:
            mask = ops.expand_dims(ops.cast(mask, "bool"), -1)
            inputs = ops.where(mask, inputs, 1.0 if self.mode == "product" else 0.0)
        if self.mode == "mean":
            counts = self.branch_weights or (1.0,) * inputs.shape[1]
            if len(counts) != inputs.shape[1]:
                raise ValueError(f"{len(counts)} branch_weights for {inputs.shape[1]} branches")
            share = ops.reshape(ops.convert_to_tensor(counts, inputs.dtype), (1, -1, 1))
            fused = ops.sum(inputs * share, axis=1)
        elif self.mode == "max":
            fused = ops.max(inputs, axis=1)
        else:
            logs = ops.sum(ops.log(ops.maximum(inputs, keras.config.epsilon())), axis=1)
            return ops.softmax(logs, axis=-1)
        total = ops.sum(fused, axis=-1, keepdims=True)
        if mask is None:
            return fused / total
        shares = fused / ops.maximum(total, keras.config.epsilon())
        return ops.where(total > 0, shares, 1.0 / inputs.shape[-1])

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> None:
        """The result has no branches, so no mask either."""

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """``(batch, classes)``."""
        return (input_shape[0], input_shape[2])

    def get_config(self) -> dict[str, Any]:
        """Constructor arguments."""
        return {**super().get_config(), "mode": self.mode, "branch_weights": self.branch_weights}
