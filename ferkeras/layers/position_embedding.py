"""Tell every token of a grid where it is."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from ferkeras.layers._blocks import check_grid


@keras.saving.register_keras_serializable("ferkeras")
class PositionEmbedding(keras.layers.Layer):
    """Add learned numbers to the tokens of a grid, by their place.

    By default every place of the grid has its own vector, as the text of HTNet says (Wang et al.
    2024, section 3.2). With ``block_size`` all blocks share theirs; with ``scalar`` a place has
    one number, added to every channel. The published code does both, with blocks of one token: one
    number for a whole level.

    Args:
        block_size: side in tokens of the blocks that share their positions; None: no sharing.
        scalar: one number a place instead of a vector.
        initializer: of the numbers; None: truncated normal, standard deviation 0.02.

    Input and output shape: ``(batch, height, width, channels)``.

    Raises:
        ValueError: blocks that do not cover the grid.
    """

    def __init__(
        self,
        block_size: int | None = None,
        scalar: bool = False,
        initializer: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.block_size = block_size
        self.scalar = scalar
        self.initializer = keras.initializers.get(
            keras.initializers.TruncatedNormal(stddev=0.02) if initializer is None else initializer
        )

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make the weights."""
        check_grid(input_shape, self.block_size or 1)
        sides = input_shape[1:3] if self.block_size is None else (self.block_size,) * 2
        self.positions = self.add_weight(
            shape=(*sides, 1 if self.scalar else input_shape[3]),
            initializer=self.initializer,
            name="positions",
        )

    def call(self, inputs: Any) -> Any:
        """Add the positions."""
        positions = self.positions
        if self.block_size is not None and self.block_size > 1:
            repeats = (side // self.block_size for side in inputs.shape[1:3])
            positions = ops.tile(positions, (*repeats, 1))
        return inputs + positions

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """The input's shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Constructor arguments."""
        return {
            **super().get_config(),
            "block_size": self.block_size,
            "scalar": self.scalar,
            "initializer": keras.initializers.serialize(self.initializer),
        }
