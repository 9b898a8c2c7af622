"""Weights that make a shorter row of pixels of a longer one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

METHODS = ("area", "bicubic")


def resampling_weights(before: int, after: int, method: str) -> NDArray[np.float32]:
    """``(after, before)``: a row of pixels is multiplied with it; every row of it sums to 1.

    ``"area"``: each new pixel is the mean of what it covers. ``"bicubic"``: the kernel of Keys 1981
    with a = -0.5, stretched to the new pixel's size so that fine patterns do not alias; at the
    ends, weights that would lie outside are left out and the others grow in proportion. Both put
    the first pixel's left edge at 0.

    Args:
        before: pixels given.
        after: pixels wanted, at most as many.
        method: one of `METHODS`.
    """
    size = before / after
    middle = (np.arange(after)[:, None] + 0.5) * size
    if method == "area":
        left, right = np.arange(before), np.arange(before) + 1
        covered = np.minimum(right, middle + size / 2) - np.maximum(left, middle - size / 2)
        weights = np.maximum(covered, 0.0)
    else:
        weights = _keys((np.arange(before) + 0.5 - middle) / size)
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)


def _keys(distance: NDArray[np.float64]) -> NDArray[np.float64]:
    x = np.abs(distance)
    near = 1.5 * x**3 - 2.5 * x**2 + 1.0
    far = -0.5 * x**3 + 2.5 * x**2 - 4.0 * x + 2.0
    return np.where(x < 1, near, np.where(x < 2, far, 0.0))
