"""The pixels of an image that are the nodes of a graph."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

from ferkeras.layers._constants import (
    Shape,
    add_constant,
    array_or_shape,
    nan_if_unfilled,
    whole_numbers,
)


@keras.saving.register_keras_serializable("ferkeras")
class PixelNodes(keras.layers.Layer):
    """Node features from an image: its values at fixed pixels (SSGNN, section III).

    The positions are saved with the layer, so a model that begins with it takes plain images and
    finds its own nodes again wherever it is loaded.

    Args:
        positions: ``(nodes, 2)``, x (column) and y (row) of each node in whole pixels from the top
            left; or only the number of nodes, to be loaded.

    Input shape: ``(batch, height, width, channels)``, height and width known; integers too.
    Output shape: ``(batch, nodes, channels)``, in the compute type.

    Raises:
        ValueError: positions that are no whole pixels, or lie outside the image.
    """

    def __init__(self, positions: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if isinstance(positions, (int, np.integer)):
            positions = (int(positions), 2)
        positions = array_or_shape("positions", positions, 2)
        self._last: Any = (-1, -1)  # not known before they are loaded
        if (positions if isinstance(positions, tuple) else positions.shape)[1] != 2:
            raise ValueError("positions: expected (nodes, 2), x and y of each node")
        if not isinstance(positions, tuple):
            positions = whole_numbers("positions", positions, 0, 2**15)
            self._last = positions.max(axis=0)
        self.positions = add_constant(self, "positions", positions, "int32")

    def build(self, input_shape: Shape) -> None:
        """Check that the image is large enough; later ones must have its size."""
        if len(input_shape) != 4 or None in input_shape[1:]:
            raise ValueError(
                f"{self.name}: expected images (batch, height, width, channels) of known size, got "
                f"{tuple(input_shape)}"
            )
        height, width = input_shape[1:3]
        x, y = self._last
        if x >= width or y >= height:
            raise ValueError(
                f"{self.name}: the nodes reach to x={x}, y={y}, beyond an image of width {width} "
                f"and height {height}; resize it, or choose nodes for this size"
            )
        self.input_spec = keras.layers.InputSpec(shape=(None, *input_shape[1:]))

    def call(self, inputs: Any) -> Any:
        """Read the pixels."""
        height, width, channels = inputs.shape[1:]
        positions = ops.convert_to_tensor(self.positions)
        index = ops.maximum(positions[:, 1] * width + positions[:, 0], 0)
        pixels = ops.reshape(inputs, (-1, height * width, channels))
        nodes = ops.cast(ops.take(pixels, index, axis=1), self.compute_dtype)
        return nodes * ops.cast(nan_if_unfilled(positions), nodes.dtype)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """``(batch, nodes, channels)``."""
        return (input_shape[0], self.positions.shape[0], input_shape[3])

    def get_config(self) -> dict[str, Any]:
        """Constructor arguments; of the positions only their number."""
        return {**super().get_config(), "positions": self.positions.shape[0]}
