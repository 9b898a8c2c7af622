"""Let the visual features guide the spatial ones."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from ferkeras.layers._graph_layer import as_list, shape_list


@keras.saving.register_keras_serializable("ferkeras")
class AttentionGuidance(keras.layers.Layer):
    """``S + V W + b``: a spatial feature and a visual one, brought to its size and added.

    Attention guidance module (AGM) of Liu et al. 2025, Eq. 4, which the paper uses at the last
    layer of both streams.

    Input: ``[spatial, visual]`` of shapes ``(batch, units)`` and ``(batch, channels)``.
    Output shape: ``(batch, units)``.

    Raises:
        ValueError: inputs of other shapes.
    """

    def build(self, input_shape: Any) -> None:
        """Make ``kernel`` (channels, units) and ``bias``."""
        shapes = shape_list(input_shape)
        if len(shapes) != 2 or any(len(one) != 2 or one[1] is None for one in shapes):
            raise ValueError(
                f"{self.name}: expected [(batch, units), (batch, channels)], got {shapes}"
            )
        units, channels = shapes[0][1], shapes[1][1]
        self.kernel = self.add_weight(shape=(channels, units), name="kernel")
        self.bias = self.add_weight(shape=(units,), initializer="zeros", name="bias")

    def call(self, inputs: Any) -> Any:
        """Add the guided part."""
        spatial, visual = as_list(inputs)
        return spatial + ops.matmul(visual, self.kernel) + self.bias

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """The shape of the spatial feature."""
        return shape_list(input_shape)[0]
