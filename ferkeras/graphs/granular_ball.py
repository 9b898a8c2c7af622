"""A picture as a graph of granular balls: rectangles of nearly equal pixels, of any size."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from ferkeras.errors import GraphError, MediaError
from ferkeras.graphs._ball_features import ball_statistics
from ferkeras.graphs._ball_growth import STRICTEST, grow_all
from ferkeras.graphs._ball_overlaps import overlaps
from ferkeras.media.arrays import as_picture
from ferkeras.types import Graph

BALL_FEATURES = (
    "row",
    "column",
    "half_width_x",
    "half_width_y",
    "variance",
    "mean",
    "skewness",
    "maximum",
    "minimum",
    "entropy",
)
"""Names of the columns of a ball graph's ``nodes``."""
_MOST_PIXELS = 2**23  # n times a sum of squares must fit in 64 bits


def granular_balls(
    image: ArrayLike, purity: float = 0.7, tolerance: int = 30, variance: float = 50.0
) -> Graph:
    """Cover a picture with granular balls and join those that overlap.

    Xia et al. 2023 (arXiv 2303.02388); Liu et al. 2025 (CS-GBSBF), Eq. 1 and Sec. 3.2. The grey
    picture (luma, ITU-R BT.601) is smoothed by a 3x3 Gaussian. Seeds are taken where the gradient
    ``round(|Sx| / 2 + |Sy| / 2)`` of Sobel's operators, each cut off at 255, is lowest among the
    pixels of no ball yet; of equal ones the first, row by row. From half-widths 0 a ball's
    rectangle grows by one pixel to both sides, on x and y in turn, and keeps a step if

    * the share of pixels within ``tolerance`` of the seed's value is above p, which begins at
      ``purity`` and is multiplied by 1.005 after each step kept, up to 0.99; and
    * the population variance of its pixels is below ``variance``.

    A step that fails is taken back and ends its axis, as does one that finds only the border. So
    every ball meets both thresholds, every pixel is in a ball, and the same picture always gives
    the same graph. Balls may overlap: two that share a pixel are joined.

    Args:
        image: whatever `ferkeras.media.as_picture` takes, RGB or grey, of at most 8,388,608 pixels.
        purity: 0..0.99.
        tolerance: grey levels, 0..255.
        variance: squared grey levels, above 0.

    Returns:
        A graph with ``nodes`` float32 ``(balls, 10)`` in the order of their seeds: row and column
        of the seed, half-widths in x and y (the rectangle ends at the picture's border), and of the
        smoothed pixels in it the population variance, mean, skewness (0 where all are equal),
        maximum, minimum (grey levels) and entropy in bits; see `BALL_FEATURES`. ``positions`` are
        the seeds, (x, y).

    Raises:
        GraphError: not a picture, one that is too large, or a setting out of range.
    """
    _check(purity, tolerance, variance)
    try:
        picture = as_picture(image)
    except MediaError as error:
        raise GraphError(f"granular balls: {error}") from error
    height, width = picture.shape[:2]
    if height * width > _MOST_PIXELS:
        raise GraphError(
            f"granular balls: {height}x{width} has more than {_MOST_PIXELS} pixels; make it smaller"
        )
    luma = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    grey: NDArray[np.uint8] = np.asarray(cv2.GaussianBlur(luma, (3, 3), 0), np.uint8)
    balls = grow_all(grey, _gradient(grey), float(purity), int(tolerance), float(variance))
    borders = ball_borders(balls, height, width)
    nodes = np.empty((len(balls), len(BALL_FEATURES)), np.float32)
    nodes[:, :4] = balls
    nodes[:, 4:] = ball_statistics(grey, borders)
    return Graph(nodes, overlaps(borders, height, width), positions=nodes[:, 1::-1])


def ball_borders(balls: ArrayLike, height: int, width: int) -> NDArray[np.int32]:
    """First and last row, first and last column (inclusive) of each ball within a picture.

    Args:
        balls: ``(balls, 4 or more)``: row, column and half-widths in x and y come first, as in the
            nodes of `granular_balls`.
        height, width: of the picture.

    Returns:
        int32 ``(balls, 4)``.
    """
    row, column, half_x, half_y = np.asarray(balls).astype(np.int32)[:, :4].T
    up, down = np.maximum(row - half_y, 0), np.minimum(row + half_y, height - 1)
    left, right = np.maximum(column - half_x, 0), np.minimum(column + half_x, width - 1)
    return np.ascontiguousarray(np.stack([up, down, left, right], 1), np.int32)


def _gradient(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    across = cv2.convertScaleAbs(cv2.Sobel(grey, cv2.CV_16S, 1, 0))
    down = cv2.convertScaleAbs(cv2.Sobel(grey, cv2.CV_16S, 0, 1))
    return np.asarray(cv2.addWeighted(across, 0.5, down, 0.5, 0), np.uint8)


def _check(purity: float, tolerance: int, variance: float) -> None:
    if not 0 <= purity <= STRICTEST:
        raise GraphError(f"purity is {purity}, expected 0..{STRICTEST}, where it ends by itself")
    if not 0 <= tolerance <= 255 or int(tolerance) != tolerance:
        raise GraphError(f"tolerance is {tolerance}, expected a whole number in 0..255")
    if not (variance > 0 and math.isfinite(variance)):
        raise GraphError(f"variance is {variance}, expected a finite number above 0")
