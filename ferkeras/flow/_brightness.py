"""The light of one picture given to another."""

from __future__ import annotations

import numpy as np

from ferkeras.types import FloatArray


def matched(reference: FloatArray, picture: FloatArray) -> FloatArray:
    """A picture with the brightness and contrast of another: least squares of gain and offset.

    Fitted once to all pixels and once more to those that agreed best, half of them, so that what
    moves does not count.

    Args:
        reference, picture: grey, float32 ``(H, W)``.

    Returns:
        float32 ``(H, W)``; not clipped to 0..255.
    """
    some, wanted = picture.ravel(), reference.ravel()
    gain, offset = _line(some, wanted)
    error = np.abs(gain * some + offset - wanted)
    near = error <= np.median(error)
    gain, offset = _line(some[near], wanted[near])
    return np.asarray(np.float32(gain) * picture + np.float32(offset), np.float32)


def _line(x: FloatArray, y: FloatArray) -> tuple[float, float]:
    """Gain and offset of ``y ~ gain * x + offset``; gain 1 where x has no contrast."""
    mean_x, mean_y = float(x.mean()), float(y.mean())
    apart = x - mean_x
    spread = float(apart @ apart)
    gain = float(apart @ (y - mean_y)) / spread if spread > len(x) else 1.0
    return gain, mean_y - gain * mean_x
