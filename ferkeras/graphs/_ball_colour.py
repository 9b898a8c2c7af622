"""The colour form of what is measured of granular balls and of their pairs. Compiled."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ferkeras.graphs._compiled import compiled
from ferkeras.types import FloatArray


@compiled
def colour_nodes(
    picture: NDArray[np.uint8],
    gradient: NDArray[np.uint8],
    places: FloatArray,
    borders: NDArray[np.int32],
    edges: NDArray[np.int32],
) -> FloatArray:
    """Place, mean and variance of each channel, gradient, degree, clustering: ``(balls, 13)``.

    Args:
        picture: RGB.
        gradient: ``(height, width)``.
        places: ``(balls, 4)``, kept as the first columns.
        borders: int32 ``(balls, 4)``: first and last row, first and last column, inclusive.
        edges: int32 ``(2, edges)``, both ways, sorted by source.
    """
    nodes = np.empty((len(borders), 13), np.float32)
    for ball in range(len(borders)):
        for column in range(4):
            nodes[ball, column] = places[ball, column]
        up, down, left, right = borders[ball]
        count = np.int64(down - up + 1) * (right - left + 1)
        for channel in range(3):
            plain = squared = np.int64(0)
            for row in range(up, down + 1):
                for column in range(left, right + 1):
                    value = np.int64(picture[row, column, channel])
                    plain += value
                    squared += value * value
            nodes[ball, 4 + 2 * channel] = plain / count
            nodes[ball, 5 + 2 * channel] = (count * squared - plain * plain) / (count * count)
        nodes[ball, 10] = gradient[int(places[ball, 0]), int(places[ball, 1])]
    _count_triangles(nodes, edges)
    return nodes


@compiled
def _count_triangles(nodes: FloatArray, edges: NDArray[np.int32]) -> None:
    """Into columns 11 and 12: neighbours, and the share of their pairs that are neighbours too."""
    starts = np.zeros(len(nodes) + 1, np.int64)
    for source in edges[0]:
        starts[source + 1] += 1
    for ball in range(len(nodes)):
        starts[ball + 1] += starts[ball]
    near = np.full(len(nodes), -1, np.int64)
    for ball in range(len(nodes)):
        degree = starts[ball + 1] - starts[ball]
        for edge in range(starts[ball], starts[ball + 1]):
            near[edges[1, edge]] = ball
        joined = 0
        for edge in range(starts[ball], starts[ball + 1]):
            other = edges[1, edge]
            for place in range(starts[other], starts[other + 1]):
                joined += near[edges[1, place]] == ball
        nodes[ball, 11] = degree
        nodes[ball, 12] = joined / (degree * (degree - 1)) if degree > 1 else 0.0


@compiled
def colour_pair_features(
    places: FloatArray, borders: NDArray[np.int32], edges: NDArray[np.int32]
) -> FloatArray:
    """Shared pixels, their share in both balls' pixels, distance: float32 ``(edges, 3)``.

    The first and the last are divided by their highest value in this graph.
    """
    features = np.empty((edges.shape[1], 3), np.float32)
    most = farthest = 0.0
    for edge in range(edges.shape[1]):
        one, other = borders[edges[0, edge]], borders[edges[1, edge]]
        down = min(one[1], other[1]) - max(one[0], other[0]) + 1
        across = min(one[3], other[3]) - max(one[2], other[2]) + 1
        shared = np.int64(down) * across
        both = np.int64(one[1] - one[0] + 1) * (one[3] - one[2] + 1)
        both += np.int64(other[1] - other[0] + 1) * (other[3] - other[2] + 1)
        rows = places[edges[0, edge], 0] - places[edges[1, edge], 0]
        columns = places[edges[0, edge], 1] - places[edges[1, edge], 1]
        distance = np.sqrt(np.float64(rows * rows + columns * columns))
        features[edge, 0], features[edge, 1], features[edge, 2] = shared, shared / both, distance
        most, farthest = max(most, shared), max(farthest, distance)
    for edge in range(edges.shape[1]):
        features[edge, 0] /= most
        if farthest > 0:
            features[edge, 2] /= farthest
    return features
