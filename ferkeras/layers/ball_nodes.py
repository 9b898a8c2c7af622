"""Bring the features of granular balls to one scale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

# What is done to a column: (a, b) for a x + b of grey levels and bits, or by name.
_GREY, _BITS, _SHARE = (1 / 127.5, -1.0), (0.25, -1.0), (2.0, -1.0)
_BOX = ("row", "column", "count", "count")
_COLUMNS: dict[int, tuple[Any, ...]] = {
    10: (*_BOX, "variance", _GREY, "skewness", _GREY, _GREY, _BITS),
    13: (*_BOX, *(_GREY, "variance") * 3, _GREY, "count", _SHARE),
}


@keras.saving.register_keras_serializable("ferkeras")
class BallNodes(keras.layers.Layer):
    """Node features of `ferkeras.graphs.granular_balls`, each brought to about -1..1, and a mask.

    Rows and columns of a ball become -1..1 over the picture; grey levels, entropy (0..8 bits) and
    the share of joined neighbours become -1..1; half-widths and the number of neighbours x become
    ``log(1 + x) / 2``, variances ``log(1 + x) / 4``, skewness ``x / (1 + |x|)``. The paper (Liu et
    al. 2025) prints no scaling.

    Nodes whose row is below 0 only pad: they give 0, and the mask that Keras hands on to the layers
    behind leaves them out. Computed in float32.

    Args:
        picture_size: ``(height, width)`` of the picture in pixels.

    Input shape: ``(batch, nodes, 10)``, or 13 features of the colour form.
    Output shape: the same.

    Raises:
        ValueError: a size that is not two whole numbers, or another number of features.
    """

    def __init__(self, picture_size: Sequence[int], **kwargs: Any) -> None:
        super().__init__(autocast=False, **kwargs)
        self.picture_size = tuple(picture_size)
        if len(self.picture_size) != 2 or not all(
            isinstance(side, int) and side > 0 for side in self.picture_size
        ):
            raise ValueError(
                f"{self.name}: picture_size is {picture_size}, expected (height, width) in pixels"
            )
        self.supports_masking = True

    def build(self, input_shape: Any) -> None:
        """Check the number of features; there are no weights."""
        if len(input_shape) != 3 or input_shape[-1] not in _COLUMNS:
            known = " or ".join(str(count) for count in _COLUMNS)
            raise ValueError(
                f"{self.name}: expected (batch, nodes, {known}), got {tuple(input_shape)}"
            )
        columns = _COLUMNS[input_shape[-1]]
        linear = {
            "row": (2 / max(self.picture_size[0] - 1, 1), -1.0),
            "column": (2 / max(self.picture_size[1] - 1, 1), -1.0),
        }
        logarithms = {"count": 0.5, "variance": 0.25}
        steps = [linear.get(one, one) if isinstance(one, str) else one for one in columns]
        self._slope, self._offset = np.array(
            [step if isinstance(step, tuple) else (0.0, 0.0) for step in steps], "float32"
        ).T
        self._logarithm = np.array([logarithms.get(str(step), 0.0) for step in steps], "float32")
        self._skewness = np.array([step == "skewness" for step in steps], "float32")

    def call(self, inputs: Any) -> Any:
        """Scale each column; padding becomes 0."""
        nodes = ops.cast(inputs, "float32")
        scaled = (
            nodes * self._slope
            + self._offset
            + ops.log(1.0 + ops.maximum(nodes, 0.0)) * self._logarithm
            + nodes / (1.0 + ops.abs(nodes)) * self._skewness
        )
        real = ops.cast(nodes[..., :1] >= 0, "float32")
        return ops.cast(scaled * real, self.compute_dtype)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """``(batch, nodes)``: which nodes are real."""
        return inputs[..., 0] >= 0

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """That of the input."""
        return tuple(input_shape)

    def get_config(self) -> dict[str, Any]:
        """Constructor arguments."""
        return {**super().get_config(), "picture_size": list(self.picture_size)}
