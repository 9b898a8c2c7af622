"""Pictures as planes ``(batch, channels, height, width)``: a step along an axis is a product.

Where a step goes along rows and columns by constant matrices, this form is several times quicker
than short convolutions over few channels, in every runtime.
"""

from __future__ import annotations

import math
from typing import Any

import keras
import numpy as np
from keras import ops

_LARGE = 1e30  # more than any grey level, movement or coefficient


class PlanarLayer(keras.layers.Layer):
    """A layer without weights that computes in float32, whatever its policy says.

    Grey levels, and movements of a hundredth of a pixel, are more than half precision can hold.
    Inputs are not cast before; the output is float32 too, or float64 with ``dtype="float64"``.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(autocast=False, **kwargs)

    @property
    def precise(self) -> str:
        """The type that is computed in."""
        return "float64" if self.compute_dtype == "float64" else "float32"

    def exact(self, values: Any) -> Any:
        """Values as a tensor of that type; NumPy's without one of another type in between."""
        if isinstance(values, np.ndarray):
            return ops.convert_to_tensor(values.astype(self.precise))
        return ops.cast(values, self.precise)

    def compute_output_spec(self, inputs: Any) -> Any:
        """As `compute_output_shape` says, in `precise`."""
        several = isinstance(inputs, (list, tuple))
        shapes = [tuple(one.shape) for one in inputs] if several else tuple(inputs.shape)
        return keras.KerasTensor(self.compute_output_shape(shapes), self.precise)


def along(rows: Any, planes: Any, columns: Any) -> Any:
    """Products along both axes.

    Args:
        rows: ``(new height, height)``.
        planes: ``(..., height, width)``.
        columns: ``(width, new width)``.
    """
    return ops.matmul(rows, across(planes, columns))


def across(planes: Any, columns: Any) -> Any:
    """``(..., height, width)`` by ``(width, new width)``, as one product of two matrices.

    Not left to Keras, whose form of it finds out the batch's length in the graph: a TFLite file
    could plan nothing behind it.
    """
    flat = ops.matmul(ops.reshape(planes, (-1, planes.shape[-1])), columns)
    return ops.reshape(flat, (-1, *planes.shape[1:-1], columns.shape[1]))


def channel_planes(pictures: Any) -> list[Any]:
    """The channels of ``(batch, height, width, channels)``, each ``(batch, height, width)``."""
    planes = ops.transpose(pictures, (3, 0, 1, 2))
    return [planes[channel] for channel in range(pictures.shape[3])]


def whole_levels(values: Any) -> Any:
    """Rounded to whole numbers, halves up; the gradient is that of the values before."""
    return values + ops.stop_gradient(ops.floor(values + 0.5) - values)


def check_flow_shape(name: str, shape: tuple[Any, ...], smallest: int = 1) -> None:
    """Raise ValueError unless it is ``(batch, height, width, 2)`` of a known size."""
    known = len(shape) == 4 and None not in shape[1:]
    if not known or shape[3] != 2 or min(shape[1], shape[2]) < smallest:
        raise ValueError(
            f"{name}: expected flow (batch, height, width, 2) of a known size of {smallest}x"
            f"{smallest} pixels or more, got {tuple(shape)}"
        )


def sample_numbers(values: Any) -> Any:
    """0, 1, 2, ... for the samples of a batch of any length: int32 ``(batch,)``.

    Counted, and not made of the batch's length, which a TFLite file learns too late.
    """
    first = ops.reshape(values, (-1, math.prod(values.shape[1:])))[:, 0]
    return ops.cumsum(ops.cast(first < _LARGE, "int32"), axis=0) - 1
