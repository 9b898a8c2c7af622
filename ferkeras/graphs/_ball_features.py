"""What is measured of each granular ball. Compiled."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ferkeras.graphs._compiled import compiled


@compiled
def ball_statistics(image: NDArray[np.uint8], borders: NDArray[np.int32]) -> NDArray[np.float64]:
    """Variance, mean, skewness, highest and lowest value, entropy: float64 ``(balls, 6)``.

    Args:
        image: grey.
        borders: int32 ``(balls, 4)``: first and last row, first and last column, inclusive.
    """
    levels = np.zeros(256, np.int64)
    result = np.empty((len(borders), 6), np.float64)
    for ball in range(len(borders)):
        up, down, left, right = borders[ball]
        lowest, highest, total = 255, 0, np.int64(0)
        for row in range(up, down + 1):
            for column in range(left, right + 1):
                pixel: Any = np.int64(image[row, column])
                levels[pixel] += 1
                total += pixel
                lowest, highest = min(lowest, pixel), max(highest, pixel)
        count = (down - up + 1) * (right - left + 1)
        mean = total / count
        second = third = entropy = 0.0
        for value in range(lowest, highest + 1):
            if levels[value]:
                share, away = levels[value] / count, value - mean
                second += share * away * away
                third += share * away * away * away
                entropy -= share * np.log2(share)
                levels[value] = 0
        result[ball, 0], result[ball, 1] = second, mean
        result[ball, 2] = third / second**1.5 if second > 0 else 0.0
        result[ball, 3], result[ball, 4] = highest, lowest
        result[ball, 5] = entropy
    return result
