"""Fewer granular balls: the two nearest become one, again and again. Compiled."""

from __future__ import annotations

from heapq import heapify, heappop, heapreplace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ferkeras.graphs._compiled import compiled

_OWNER_BITS = 25  # of a key; the rest is the distance


@compiled
def _put(
    point: int,
    points: NDArray[np.int32],
    first: NDArray[np.int32],
    following: NDArray[np.int32],
    bits: int,
) -> None:
    """Enter a point into its cell.

    Args:
        point: its number; higher than that of any point that was entered before.
        points: ``(points, 2)`` whole coordinates, 0 or more.
        first: ``(cells down, cells across)``: the last point entered into each; -1 where none is.
        following: ``(points,)``: the point that was entered into the same cell before; -1 at the
            end.
        bits: a cell is ``2**bits`` wide and high.
    """
    y, x = points[point, 0] >> bits, points[point, 1] >> bits
    following[point] = first[y, x]
    first[y, x] = point


@compiled
def _remove(
    point: int,
    points: NDArray[np.int32],
    first: NDArray[np.int32],
    following: NDArray[np.int32],
    bits: int,
) -> None:
    """Take a point out of its cell."""
    y, x = points[point, 0] >> bits, points[point, 1] >> bits
    if first[y, x] == point:
        first[y, x] = following[point]
        return
    before = first[y, x]
    while following[before] != point:
        before = following[before]
    following[before] = following[point]


@compiled
def _nearest_earlier(
    point: int,
    points: NDArray[np.int32],
    first: NDArray[np.int32],
    following: NDArray[np.int32],
    bits: int,
    rings: int,
) -> Any:
    """City-block distance to the nearest point of a lower number, and that number.

    Of equally near ones the lowest number. Cells are searched in rings around the point's own;
    after ``rings`` of them without an answer that is certain, it is ``(bound, -1)``: there is none
    nearer than the bound. Without any earlier point the bound is the largest int64.
    """
    nowhere: Any = np.iinfo(np.int64).max
    down, across = first.shape
    row: Any = np.int64(points[point, 0])
    column: Any = np.int64(points[point, 1])
    y, x = row >> bits, column >> bits
    best, found = nowhere, np.int64(-1)
    for ring in range(max(down, across)):
        top, low = max(0, y - ring), min(down - 1, y + ring)
        west, east = max(0, x - ring), min(across - 1, x + ring)
        for cell_y in range(top, low + 1):
            whole_row = cell_y == y - ring or cell_y == y + ring
            step = 1 if whole_row else max(1, 2 * ring)
            for cell_x in range(west if whole_row else x - ring, east + 1, step):
                if cell_x < 0:
                    continue
                other = first[cell_y, cell_x]
                while other >= 0:
                    if other < point:
                        distance = abs(points[other, 0] - row) + abs(points[other, 1] - column)
                        if distance < best or (distance == best and other < found):
                            best, found = distance, np.int64(other)
                    other = following[other]
        bound = nowhere  # of the distance to what lies outside the rings so far
        if top > 0:
            bound = min(bound, row - (top << bits) + 1)
        if low < down - 1:
            bound = min(bound, ((low + 1) << bits) - row)
        if west > 0:
            bound = min(bound, column - (west << bits) + 1)
        if east < across - 1:
            bound = min(bound, ((east + 1) << bits) - column)
        if best < bound or bound == nowhere:
            break
        if ring + 1 >= rings:
            return bound, np.int64(-1)
    return best, found


@compiled
def merge_nearest(
    balls: NDArray[np.int32],
    borders: NDArray[np.int32],
    most: int,
    height: int,
    width: int,
    bits: int,
) -> Any:
    """Merge the nearest two until there are at most ``most``.

    Near is what has the lowest city-block distance of centres; of equally near pairs the one
    whose later ball comes first, then the one whose earlier ball does. Two balls become the
    rectangle that just holds both, with its middle as centre, which comes after all others.

    A heap holds, for each ball, a lower bound of the distance to the nearest earlier ball: as balls
    only vanish among the earlier ones, it stays one. A bound that comes up first and is not exact
    is made so.

    Args:
        balls: ``(count, 4)``: row, column, Rx, Ry.
        borders: ``(count, 4)``: first and last row, first and last column.
        most: 1 or more.
        height, width: of the picture.
        bits: balls are looked up in a grid of cells of ``2**bits`` half pixels a side.

    Returns:
        float32 ``(at most most, 4)``: row, column, Rx, Ry, in halves; and their borders.
    """
    count = len(balls)
    total = max(count, 2 * count - most)
    twice = np.empty((total, 2), np.int32)  # of row and column
    boxes = np.empty((total, 4), np.int32)
    first = np.full((((2 * height - 1) >> bits) + 1, ((2 * width - 1) >> bits) + 1), -1, np.int32)
    following = np.empty(total, np.int32)
    nearest = np.full(total, -1, np.int32)
    alive = np.zeros(total, np.bool_)
    heap = [0 for _ in range(0)]  # of a distance and a ball in one number
    ball: Any
    for ball in range(count):
        twice[ball, 0], twice[ball, 1] = 2 * balls[ball, 0], 2 * balls[ball, 1]
        for side in range(4):
            boxes[ball, side] = borders[ball, side]
        alive[ball] = True
        _put(ball, twice, first, following, bits)
        if ball:
            distance, nearest[ball] = _nearest_earlier(ball, twice, first, following, bits, 1)
            heap.append(distance << _OWNER_BITS | ball)
    heapify(heap)

    made: Any = count
    while made < total:
        ball = heap[0] & ((1 << _OWNER_BITS) - 1)
        other: Any = np.int64(nearest[ball])
        if not alive[ball]:
            heappop(heap)
        elif other < 0 or not alive[other]:
            distance, nearest[ball] = _nearest_earlier(
                ball, twice, first, following, bits, first.size
            )
            if nearest[ball] < 0:  # the first of all that are left
                heappop(heap)
            else:
                heapreplace(heap, distance << _OWNER_BITS | ball)
        else:
            for old in (ball, other):
                alive[old] = False
                _remove(old, twice, first, following, bits)
            alive[made] = True
            for side in range(0, 4, 2):
                boxes[made, side] = min(boxes[ball, side], boxes[other, side])
                boxes[made, side + 1] = max(boxes[ball, side + 1], boxes[other, side + 1])
            twice[made, 0] = boxes[made, 0] + boxes[made, 1]
            twice[made, 1] = boxes[made, 2] + boxes[made, 3]
            _put(made, twice, first, following, bits)
            distance, nearest[made] = _nearest_earlier(made, twice, first, following, bits, 2)
            heapreplace(heap, distance << _OWNER_BITS | made)
            made += 1
    return _left(balls, boxes, alive)


@compiled
def _left(balls: NDArray[np.int32], boxes: NDArray[np.int32], alive: NDArray[np.bool_]) -> Any:
    """Places and borders of what is alive, in order."""
    count = 0
    for old in range(len(alive)):
        count += alive[old]
    places = np.empty((count, 4), np.float32)
    borders = np.empty((count, 4), np.int32)
    new = 0
    for old in range(len(alive)):
        if not alive[old]:
            continue
        for side in range(4):
            borders[new, side] = boxes[old, side]
            if old < len(balls):
                places[new, side] = balls[old, side]
        if old >= len(balls):
            up, down, left, right = boxes[old]
            places[new, 0], places[new, 1] = (up + down) / 2, (left + right) / 2
            places[new, 2], places[new, 3] = (right - left) / 2, (down - up) / 2
        new += 1
    return places, borders
