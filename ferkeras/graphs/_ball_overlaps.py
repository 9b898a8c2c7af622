"""Which rectangles share a pixel: by a grid of cells, not by all pairs. Compiled."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ferkeras.graphs._compiled import compiled


@compiled
def _turned(pairs: NDArray[np.int32], count: int) -> NDArray[np.int32]:
    """The pairs the other way round, sorted by both: a counting sort, as sources ascend already."""
    starts = np.zeros(count + 1, np.int64)
    for target in pairs[1]:
        starts[target + 1] += 1
    for one in range(count):
        starts[one + 1] += starts[one]
    turned = np.empty(pairs.shape, np.int32)
    for edge in range(pairs.shape[1]):
        source, target = pairs[0, edge], pairs[1, edge]
        turned[0, starts[target]], turned[1, starts[target]] = target, source
        starts[target] += 1
    return turned


@compiled
def overlaps(borders: NDArray[np.int32], height: int, width: int) -> NDArray[np.int32]:
    """Pairs of rectangles that share a pixel, both ways.

    Args:
        borders: int32 ``(count, 4)``: first and last row, first and last column, inclusive, within
            the picture.
        height, width: of the picture.

    Returns:
        int32 ``(2, edges)``, sorted by (source, target).
    """
    count = len(borders)
    side = max(1, int(np.sqrt(height * width / max(1, count))))  # as many cells as rectangles
    down, across = (height - 1) // side + 1, (width - 1) // side + 1
    starts = np.zeros(down * across + 1, np.int64)
    for one in range(count):
        for y in range(borders[one, 0] // side, borders[one, 1] // side + 1):
            for x in range(borders[one, 2] // side, borders[one, 3] // side + 1):
                starts[y * across + x + 1] += 1
    for cell in range(down * across):
        starts[cell + 1] += starts[cell]
    members = np.empty(starts[-1], np.int32)
    places = starts[:-1].copy()
    for one in range(count):
        for y in range(borders[one, 0] // side, borders[one, 1] // side + 1):
            for x in range(borders[one, 2] // side, borders[one, 3] // side + 1):
                cell = y * across + x
                members[places[cell]] = one
                places[cell] += 1

    seen = np.full(count, -1, np.int32)
    found = np.empty((2, 16 * count + 16), np.int32)
    edges = 0
    for one in range(count):
        seen[one] = one
        for y in range(borders[one, 0] // side, borders[one, 1] // side + 1):
            for x in range(borders[one, 2] // side, borders[one, 3] // side + 1):
                cell = y * across + x
                for place in range(starts[cell], starts[cell + 1]):
                    other = members[place]
                    if seen[other] == one:
                        continue
                    seen[other] = one
                    if (
                        borders[one, 0] <= borders[other, 1]
                        and borders[other, 0] <= borders[one, 1]
                        and borders[one, 2] <= borders[other, 3]
                        and borders[other, 2] <= borders[one, 3]
                    ):
                        if edges == found.shape[1]:
                            larger = np.empty((2, 2 * edges), np.int32)
                            larger[:, :edges] = found
                            found = larger
                        found[0, edges], found[1, edges] = one, other
                        edges += 1
    return _turned(found[:, :edges], count)
