"""The linear steps of Farneback's method along one axis of a picture, each as one matrix.

A blur, a change of size, a correlation with a row of weights: along one axis each is a matrix whose
rows also hold what happens at the borders, and several in a row are one matrix again. All as in
OpenCV's ``calcOpticalFlowFarneback``, computed in float64.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]

_BORDER = (0.14, 0.14, 0.4472, 0.4472, 0.4472)  # what OpenCV trusts the pixels next to a border
_SMALLEST = 32  # pixels of a side below which there is no further level


class Expansion(NamedTuple):
    """Matrices ``(after, before)`` of the polynomial expansion along one axis.

    The three rows of weights of G. Farneback 2003: of the constant, the linear and the square term
    of a quadratic that is fitted with Gaussian weights. Their products for two axes give all.
    """

    constant: Matrix
    linear: Matrix
    square: Matrix


def level_scales(height: int, width: int, pyr_scale: float, levels: int) -> list[float]:
    """Scale of each level of the pyramid, the coarsest first; the last is 1."""
    scales = [1.0]
    while len(scales) <= levels and min(height, width) * scales[-1] * pyr_scale >= _SMALLEST:
        scales.append(scales[-1] * pyr_scale)
    return scales[::-1]


def level_side(side: int, scale: float) -> int:
    """Pixels of a side at a scale, rounded half to even."""
    return int(np.rint(side * scale))


def smaller(side: int, scale: float) -> Matrix:
    """Blur a row of ``side`` pixels for a level of the pyramid and bring it to its size."""
    sigma = (1 / scale - 1) / 2
    size = max(3, int(np.rint(5 * sigma)) | 1)
    kernel = _gaussian(size // 2, sigma) if sigma > 0 else np.array([0.25, 0.5, 0.25])
    return resized(side, level_side(side, scale)) @ _correlation(side, kernel, "reflect")


def resized(before: int, after: int) -> Matrix:
    """Bilinear change of size; what lies outside repeats the border."""
    place = np.clip((np.arange(after) + 0.5) * (before / after) - 0.5, 0, before - 1)
    left = np.minimum(np.floor(place).astype(int), max(before - 2, 0))
    share = place - left
    matrix, rows = np.zeros((after, before)), np.arange(after)
    matrix[rows, left] += 1 - share
    matrix[rows, np.minimum(left + 1, before - 1)] += share
    return matrix


def expansion(side: int, radius: int, sigma: float) -> Expansion:
    """Fit a quadratic around each pixel of a row.

    Args:
        side: pixels of the row.
        radius: of the neighbourhood in pixels, ``poly_n``.
        sigma: of its Gaussian weights in pixels.
    """
    x = np.arange(-radius, radius + 1)
    weight = _gaussian(radius, sigma)
    second, fourth = weight @ x**2, weight @ x**4
    # The inverse of the weighted normal equations of 1, x, y, x^2, y^2, xy, which fall apart.
    gram = np.array([[1, second, second], [second, fourth, second**2], [second, second**2, fourth]])
    inverse = np.linalg.inv(gram)
    square = inverse[0, 1] * weight + inverse[1, 1] * x**2 * weight
    rows = weight, x * weight / second, square
    return Expansion(*(_correlation(side, row, "edge") for row in rows))


def window(side: int, winsize: int, gaussian: bool) -> Matrix:
    """Average over a window, pixels next to the border counting less, as squares of their trust.

    A Gaussian window has a standard deviation of 0.3 of its radius.
    """
    radius = winsize // 2
    if gaussian and radius:
        kernel = _gaussian(radius, 0.3 * radius)
    else:
        kernel = np.full(2 * radius + 1, 1 / winsize)
    trust = np.ones(side)
    near = min(side, len(_BORDER))
    trust[:near] *= _BORDER[:near]
    trust[::-1][:near] *= _BORDER[:near]
    return _correlation(side, kernel, "edge") * trust**2


def _gaussian(radius: int, sigma: float) -> Matrix:
    weight = np.exp(-(np.arange(-radius, radius + 1) ** 2) / (2 * sigma**2))
    return np.asarray(weight / weight.sum())


def _correlation(side: int, kernel: Matrix, mode: str) -> Matrix:
    """Correlate a row with a kernel; ``mode`` of the border as in `numpy.pad`."""
    radius = len(kernel) // 2
    places = np.pad(np.arange(side), radius, mode=mode)  # type: ignore[call-overload]
    matrix = np.zeros((side, side))
    for offset, weight in enumerate(kernel):
        np.add.at(matrix, (np.arange(side), places[offset : offset + side]), weight)
    return matrix
