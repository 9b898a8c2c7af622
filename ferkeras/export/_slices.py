"""Rolling by slices, as TFLite has no op of its own for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ferkeras.export._swapped import swapped


@contextmanager
def rolls_as_slices() -> Iterator[None]:
    """Inside the block ``keras.ops.roll`` is traced as two slices, one behind the other."""
    from keras.src import backend

    with swapped((backend.numpy, "roll", roll)):
        yield


def roll(x: Any, shift: int | Sequence[int], axis: int | Sequence[int] | None = None) -> Any:
    """As ``numpy.roll``; a shift of 0 takes no op."""
    import tensorflow as tf

    if axis is None:
        return tf.reshape(roll(tf.reshape(x, (-1,)), shift, 0), tf.shape(x))
    shifts, axes = ([one] if isinstance(one, int) else list(one) for one in (shift, axis))
    if len(shifts) == 1:
        shifts *= len(axes)
    for step, place in zip(shifts, axes, strict=True):
        size = x.shape[place] if x.shape[place] is not None else tf.shape(x)[place]
        step = step % size
        if isinstance(step, int) and step == 0:
            continue
        head, tail = tf.split(x, [size - step, step], axis=place)
        x = tf.concat([tail, head], axis=place)
    return x
