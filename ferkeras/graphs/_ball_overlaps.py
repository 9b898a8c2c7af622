"""Which rectangles share a pixel: by a grid of cells, not by all pairs. Compiled."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ferkeras.graphs._compiled import compiled


@compiled
def cell_bits(area: int, count: int) -> Any:
    """Cells of ``2**bits`` pixels a side: about as many as there are ``count`` things."""
    bits = 0
    while (area >> (2 * bits + 1)) >= count:
        bits += 1
    return bits


@compiled
def _turned(pairs: NDArray[np.int32], half: int, count: int) -> NDArray[np.int32]:
    """The first ``half`` pairs of numbers below ``count``, whose first ones ascend, the other way
    round and sorted by both: a counting sort."""
    starts = np.zeros(count + 1, np.int32)
    for edge in range(half):
        starts[pairs[1, edge] + 1] += 1
    for one in range(count):
        starts[one + 1] += starts[one]
    turned = np.empty((2, half), np.int32)
    for edge in range(half):
        source, target = pairs[0, edge], pairs[1, edge]
        turned[0, starts[target]], turned[1, starts[target]] = target, source
        starts[target] += 1
    return turned


@compiled
def _both_ways(pairs: NDArray[np.int32], half: int, count: int) -> NDArray[np.int32]:
    """The first ``half`` pairs, of ascending numbers with lower ones, and those turned round:
    sorted by (source, target)."""
    upward = _turned(pairs, half, count)
    downward = _turned(upward, half, count)
    edges = np.empty((2, 2 * half), np.int32)
    up = down = 0
    for place in range(2 * half):
        if down < half and (up == half or downward[0, down] <= upward[0, up]):
            edges[0, place], edges[1, place] = downward[0, down], downward[1, down]
            down += 1
        else:
            edges[0, place], edges[1, place] = upward[0, up], upward[1, up]
            up += 1
    return edges


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
    bits = cell_bits(height * width, max(1, count))
    down, across = ((height - 1) >> bits) + 1, ((width - 1) >> bits) + 1
    cells = np.empty(borders.shape, np.int32)
    starts = np.zeros(down * across + 1, np.int32)
    for one in range(count):
        for side in range(4):
            cells[one, side] = borders[one, side] >> bits
        for y in range(cells[one, 0], cells[one, 1] + 1):
            for x in range(cells[one, 2], cells[one, 3] + 1):
                starts[y * across + x + 1] += 1
    for cell in range(down * across):
        starts[cell + 1] += starts[cell]
    members = np.empty(starts[-1], np.int32)
    ends = starts.copy()  # of the members of each cell so far

    seen = np.full(count, -1, np.int32)
    found = np.empty((2, 8 * count + 16), np.int32)
    pairs = 0
    for one in range(count):
        up, low, left, right = borders[one]
        for y in range(cells[one, 0], cells[one, 1] + 1):
            for x in range(cells[one, 2], cells[one, 3] + 1):
                cell = y * across + x
                for place in range(starts[cell], ends[cell]):
                    other = members[place]
                    if (
                        up <= borders[other, 1]
                        and borders[other, 0] <= low
                        and left <= borders[other, 3]
                        and borders[other, 2] <= right
                        and seen[other] != one
                    ):
                        seen[other] = one
                        if pairs == found.shape[1]:
                            larger = np.empty((2, 2 * pairs), np.int32)
                            for pair in range(pairs):
                                larger[0, pair], larger[1, pair] = found[0, pair], found[1, pair]
                            found = larger
                        found[0, pairs], found[1, pairs] = one, other
                        pairs += 1
                members[ends[cell]] = one
                ends[cell] += 1
    return _both_ways(found, pairs, count)
