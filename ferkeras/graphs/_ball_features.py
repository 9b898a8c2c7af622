"""Borders of granular balls, what is measured within, and of pairs that overlap. Compiled."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ferkeras.graphs._compiled import compiled
from ferkeras.types import FloatArray


@compiled
def borders_of(places: FloatArray, height: int, width: int) -> NDArray[np.int32]:
    """First and last row, first and last column (inclusive) of each place within a picture.

    Args:
        places: ``(balls, 4)``: row, column, Rx, Ry; centre and half-width of an axis are both whole
            or both end in .5.
        height, width: of the picture.
    """
    borders = np.empty((len(places), 4), np.int32)
    for ball in range(len(places)):
        row, column, half_x, half_y = places[ball]
        borders[ball, 0] = max(0, int(row - half_y))
        borders[ball, 1] = min(height - 1, int(row + half_y))
        borders[ball, 2] = max(0, int(column - half_x))
        borders[ball, 3] = min(width - 1, int(column + half_x))
    return borders


@compiled
def ball_nodes(
    image: NDArray[np.uint8], places: FloatArray, borders: NDArray[np.int32]
) -> FloatArray:
    """Place, variance, mean, skewness, highest and lowest value, entropy: float32 ``(balls, 10)``.

    Args:
        image: grey.
        places: ``(balls, 4)``, kept as the first columns.
        borders: int32 ``(balls, 4)``: first and last row, first and last column, inclusive.
    """
    levels = np.zeros(256, np.int64)
    nodes = np.empty((len(borders), 10), np.float32)
    for ball in range(len(borders)):
        for column in range(4):
            nodes[ball, column] = places[ball, column]
        up, down, left, right = borders[ball]
        lowest, highest, total = np.int64(255), np.int64(0), np.int64(0)
        for row in range(up, down + 1):
            for column in range(left, right + 1):
                pixel: Any = np.int64(image[row, column])
                levels[pixel] += 1
                total += pixel
                lowest, highest = min(lowest, pixel), max(highest, pixel)
        count = (down - up + 1) * (right - left + 1)
        mean = total / count
        second = third = entropy = 0.0
        if lowest == highest:
            levels[lowest] = 0
        else:
            for value in range(lowest, highest + 1):
                if levels[value]:
                    share, away = levels[value] / count, value - mean
                    second += share * away * away
                    third += share * away * away * away
                    entropy -= share * np.log2(share)
                    levels[value] = 0
        nodes[ball, 4], nodes[ball, 5] = second, mean
        nodes[ball, 6] = third / (second * np.sqrt(second)) if second > 0 else 0.0
        nodes[ball, 7], nodes[ball, 8] = highest, lowest
        nodes[ball, 9] = entropy
    return nodes


@compiled
def pair_features(nodes: FloatArray, edges: NDArray[np.int32]) -> FloatArray:
    """Both places, and how far apart they are: float32 ``(edges, 10)``."""
    features = np.empty((edges.shape[1], 10), np.float32)
    for edge in range(edges.shape[1]):
        source, target = edges[0, edge], edges[1, edge]
        for column in range(4):
            features[edge, column] = nodes[source, column]
            features[edge, 4 + column] = nodes[target, column]
        down = abs(nodes[source, 0] - nodes[target, 0])
        across = abs(nodes[source, 1] - nodes[target, 1])
        features[edge, 8] = down + across
        features[edge, 9] = down * across
    return features
