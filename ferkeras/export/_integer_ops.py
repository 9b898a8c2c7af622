"""Operations written so that TFLite has all their parts for integers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ferkeras.export._swapped import swapped


@contextmanager
def integer_ops() -> Iterator[None]:
    """Inside the block Keras traces some operations in other words, with the same answer.

    TFLite's converter leaves an op that has no integer form in float, without a word: the minus
    before the mean of a layer normalisation, and ``square``. And Keras' ``take_along_axis`` spreads
    one index for a whole row over a table of int64 that is as large as the array.
    """
    import keras
    from keras.src import backend

    take, layer = backend.numpy.take_along_axis, keras.layers.LayerNormalization
    normal = layer.call

    def taken(x: Any, indices: Any, axis: int | None = None) -> Any:
        whole_rows = len(x.shape) == len(indices.shape) == 3 and axis == 1 and indices.shape[2] == 1
        return take_rows(x, indices) if whole_rows else take(x, indices, axis)

    def normalised(norm: Any, inputs: Any) -> Any:
        return normal(norm, inputs) if norm.rms_scaling else normalise(norm, inputs)

    with swapped(
        (layer, "call", normalised),
        (backend.numpy, "square", lambda x: x * x),
        (backend.numpy, "take_along_axis", taken),
    ):
        yield


def take_rows(x: Any, indices: Any) -> Any:
    """``(batch, rows, length)`` at ``indices`` ``(batch, taken, 1)`` -> ``(batch, taken, length)``.

    As ``take_along_axis(x, indices, axis=1)``; the indices are 0 or more.
    """
    import tensorflow as tf

    return tf.gather(x, tf.cast(indices[:, :, 0], tf.int32), axis=1, batch_dims=1)


def normalise(layer: Any, inputs: Any) -> Any:
    """What ``layer``, a LayerNormalization, gives: the mean is taken away first."""
    from keras import ops

    axes = [layer.axis] if isinstance(layer.axis, int) else list(layer.axis)
    axes = sorted(axis % len(inputs.shape) for axis in axes)
    shape = [inputs.shape[axis] if axis in axes else 1 for axis in range(len(inputs.shape))]
    centred = inputs - ops.mean(inputs, axis=axes, keepdims=True)
    variance = ops.mean(centred * centred, axis=axes, keepdims=True)
    outputs = centred * ops.rsqrt(variance + layer.epsilon)
    if layer.gamma is not None:
        outputs = outputs * ops.reshape(layer.gamma, shape)
    return outputs if layer.beta is None else outputs + ops.reshape(layer.beta, shape)
