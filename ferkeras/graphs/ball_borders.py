"""The rectangles of granular balls."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def ball_borders(balls: ArrayLike, height: int, width: int) -> NDArray[np.int32]:
    """First and last row, first and last column (inclusive) of each ball within a picture.

    Args:
        balls: ``(balls, 4 or more)``: row, column and half-widths in x and y come first, as in the
            nodes of `granular_balls`.
        height, width: of the picture.

    Returns:
        int32 ``(balls, 4)``.
    """
    row, column, half_x, half_y = np.asarray(balls, np.float64)[:, :4].T
    up, down = np.maximum(row - half_y, 0), np.minimum(row + half_y, height - 1)
    left, right = np.maximum(column - half_x, 0), np.minimum(column + half_x, width - 1)
    return np.ascontiguousarray(np.stack([up, down, left, right], 1), np.int32)
