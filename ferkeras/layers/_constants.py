"""Constant data of a fixed graph as weights of a layer that are not trained."""

from __future__ import annotations

from typing import Any, TypeAlias

import keras
import numpy as np
from keras import ops

Shape: TypeAlias = tuple[int, ...]
UNFILLED = -2  # in integer constants; floats are NaN


def array_or_shape(name: str, value: Any, dims: int) -> Any:
    """``value`` as a NumPy array of ``dims`` axes, or as the shape of one that is loaded later.

    Raises:
        ValueError: it is neither.
    """
    if isinstance(value, (int, np.integer)):
        value = (value,)
    plain = isinstance(value, (tuple, list)) and all(
        isinstance(size, (int, np.integer)) for size in value
    )
    if plain and len(value) == dims and min(value) > 0:
        return tuple(int(size) for size in value)
    array = None if plain else np.asarray(value)
    if array is None or array.ndim != dims or not array.size or array.dtype.kind not in "iuf":
        found = value if array is None else f"an array {array.dtype} {array.shape}"
        raise ValueError(f"{name}: expected an array of {dims} axes or its shape, got {found}")
    return array


def whole_numbers(name: str, array: Any, low: int, high: int) -> Any:
    """``array`` as int32, checked to be whole numbers from ``low`` to below ``high``.

    Raises:
        ValueError: a fraction, NaN or a number out of range.
    """
    if not (np.all(array == np.round(array)) and np.all((array >= low) & (array < high))):
        raise ValueError(f"{name}: expected whole numbers from {low} to {high - 1}")
    return np.asarray(array, np.int32)


def add_constant(layer: keras.layers.Layer, name: str, value: Any, dtype: str = "float32") -> Any:
    """A weight of ``layer`` that is saved with it and never trained.

    Args:
        layer: the layer.
        name: of the weight.
        value: the array; or only its shape: then NaN (floats) or `UNFILLED` (integers) stand there
            until a file is loaded, so that a layer without its graph cannot answer unnoticed.
        dtype: of the weight, whatever the layer computes in.
    """
    empty = isinstance(value, tuple)

    def initial(shape: Any, dtype: Any = dtype) -> Any:
        filler = np.nan if "float" in dtype else UNFILLED
        array = np.full(shape, filler, dtype) if empty else value
        return ops.convert_to_tensor(array, dtype)

    return layer.add_weight(
        shape=value if empty else value.shape,
        initializer=initial,
        dtype=dtype,
        trainable=False,
        autocast=False,
        name=name,
    )


def nan_if_unfilled(constant: Any) -> Any:
    """A number to multiply with: 1, or NaN as long as an integer constant is `UNFILLED`."""
    first = ops.reshape(constant, (-1,))[0]
    return ops.where(first == UNFILLED, float("nan"), 1.0)
