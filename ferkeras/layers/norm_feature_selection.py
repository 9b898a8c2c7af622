"""Keep the feature vectors of largest L2 norm."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable("ferkeras")
class NormFeatureSelection(keras.layers.Layer):
    """The ``keep`` feature vectors of largest L2 norm, in their original order.

    Zou, Zhang and Lee 2021 (MFF-CNN), section 3.2: every feature map of every patch is one vector;
    the M with the largest norm go on (M = 384 of 16 x 32 = 512 in the paper). The norm is taken in
    float32 whatever the compute type; of equal norms the earlier vector is kept. The selection
    itself has no gradient; the kept vectors have.

    Args:
        keep: M, how many vectors are kept.

    Input shape: ``(batch, vectors, length)``.
    Output shape: ``(batch, keep, length)``.

    Raises:
        ValueError: ``keep`` is not between 1 and the number of vectors.
    """

    def __init__(self, keep: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if keep < 1:
            raise ValueError(f"keep must be at least 1, got {keep}")
        self.keep = keep

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Check that there are enough vectors."""
        if len(input_shape) != 3 or input_shape[1] is None or input_shape[1] < self.keep:
            raise ValueError(
                f"cannot keep {self.keep} vectors of an input of shape {tuple(input_shape)}; "
                "expected (batch, vectors, length) with at least as many vectors"
            )
        super().build(input_shape)

    def call(self, inputs: Any) -> Any:
        """Select the vectors."""
        if inputs.shape[1] == self.keep:
            return inputs
        norms = ops.sum(ops.square(ops.cast(inputs, "float32")), axis=-1)
        _, largest = ops.top_k(norms, self.keep, sorted=False)
        in_place_order = ops.sort(largest, axis=-1)
        return ops.take_along_axis(inputs, ops.expand_dims(in_place_order, -1), axis=1)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """``(batch, keep, length)``."""
        return (input_shape[0], self.keep, input_shape[2])

    def get_config(self) -> dict[str, Any]:
        """Constructor arguments."""
        return {**super().get_config(), "keep": self.keep}
