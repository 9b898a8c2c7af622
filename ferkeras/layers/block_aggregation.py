"""Join every four blocks of tokens into one."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from ferkeras.layers._blocks import check_grid
from ferkeras.layers._checks import check_count
from ferkeras.layers.transformer_block import EPSILON


@keras.saving.register_keras_serializable("ferkeras")
class BlockAggregation(keras.layers.Layer):
    """3x3 convolution, layer normalisation of each token, 3x3 max-pool at stride 2.

    Wang et al. 2024 (HTNet), section 3.3 and Fig. 4: the grid's sides are halved, so that a block
    of as many tokens as before covers four of the former blocks; neighbouring blocks meet in
    the convolution and in the pool.

    The pool has one token of padding on every side, as in PyTorch: its first window is rows -1, 0
    and 1. Keras' own ``"same"`` would begin at row 0 of a grid of even side.

    Args:
        filters: channels of the output; None: twice those of the input.

    Input shape: ``(batch, height, width, channels)``.
    Output shape: ``(batch, ceil(height / 2), ceil(width / 2), filters)``.

    Raises:
        ValueError: no positive number of filters, or no grid of known size.
    """

    def __init__(self, filters: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if filters is not None:
            check_count("filters", filters)
        self.filters = filters

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make the parts."""
        filters = self.compute_output_shape(input_shape)[-1]
        policy = self.dtype_policy
        self.conv = keras.layers.Conv2D(
            filters, 3, padding="same", data_format="channels_last", dtype=policy, name="conv"
        )
        self.norm = keras.layers.LayerNormalization(epsilon=EPSILON, dtype=policy, name="norm")
        self.conv.build(input_shape)
        self.norm.build((*input_shape[:-1], filters))

    def call(self, inputs: Any) -> Any:
        """Join the blocks."""
        grid = self.norm(self.conv(inputs))
        # A repeated border changes no maximum, and unlike padding by -inf it has no values that
        # would spoil the range of a quantised file. Of an even side the pool never reaches the end.
        for axis in (1, 2):
            ends = [grid[:, :1] if axis == 1 else grid[:, :, :1], grid]
            if inputs.shape[axis] % 2:
                ends.append(grid[:, -1:] if axis == 1 else grid[:, :, -1:])
            grid = ops.concatenate(ends, axis=axis)
        return ops.max_pool(grid, 3, strides=2, padding="valid", data_format="channels_last")

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """``(batch, height / 2, width / 2, filters)``, rounded up."""
        check_grid(input_shape, 1)
        batch, height, width, channels = input_shape
        assert height is not None
        assert width is not None
        assert channels is not None
        return (batch, -(-height // 2), -(-width // 2), self.filters or 2 * channels)

    def get_config(self) -> dict[str, Any]:
        """Constructor arguments."""
        return {**super().get_config(), "filters": self.filters}
