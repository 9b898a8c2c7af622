"""Fewer granular balls as in the authors' program, which loses some of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ferkeras.graphs._ball_overlaps import overlaps
from ferkeras.graphs._compiled import compiled

_NEAR = 5  # rows and columns apart, added up, from which on balls that do not overlap stay


@compiled
def _reach(
    balls: NDArray[np.int32], of_overlapping: bool, height: int, width: int
) -> NDArray[np.int32]:
    """Borders of rectangles that overlap where balls may be merged.

    Those are either balls that overlap, with Rx taken along rows and Ry along columns, as there; or
    balls that are near.
    """
    reach = np.empty((len(balls), 4), np.int32)
    for ball in range(len(balls)):
        row, column, half_x, half_y = balls[ball]
        if not of_overlapping:
            half_x = half_y = _NEAR // 2
        reach[ball, 0], reach[ball, 1] = max(0, row - half_x), min(height - 1, row + half_x)
        reach[ball, 2], reach[ball, 3] = max(0, column - half_y), min(width - 1, column + half_y)
    return reach


@compiled
def _merge_pairs(
    balls: NDArray[np.int32], pairs: NDArray[np.int32], limit: int
) -> NDArray[np.int32]:
    """Each ball with the nearest of those after it; what is the nearest of any is left out.

    So of a chain, where each is the nearest of the one before, only the first two live on. Nearest
    is the lowest city-block distance of centres, below ``limit``, among ``pairs``.
    """
    partner = np.full(len(balls), -1, np.int64)
    nearest = np.full(len(balls), limit, np.int64)
    for pair in range(pairs.shape[1]):
        ball, other = pairs[0, pair], pairs[1, pair]
        distance = abs(balls[ball, 0] - balls[other, 0]) + abs(balls[ball, 1] - balls[other, 1])
        if other > ball and distance < nearest[ball]:
            partner[ball], nearest[ball] = other, distance
    left_out = np.zeros(len(balls), np.bool_)
    for other in partner:
        if other >= 0:
            left_out[other] = True
    merged = np.empty((np.count_nonzero(~left_out), 4), np.int32)
    count = 0
    for ball in range(len(balls)):
        if left_out[ball]:
            continue
        merged[count] = balls[ball]
        if partner[ball] >= 0:
            one, other = balls[ball], balls[partner[ball]]
            for axis in range(2):
                apart = abs(one[axis] - other[axis])
                merged[count, axis] = (one[axis] + other[axis]) // 2
                half = max(0, one[2 + axis] + other[2 + axis] + apart - 1) // 2
                merged[count, 2 + axis] = half
        count += 1
    return merged


def merge_as_official(
    balls: NDArray[np.int32], most: int, height: int, width: int
) -> NDArray[np.int32]:
    """Rounds of merging, by overlap and by nearness, until ``most`` are left or nothing merges.

    Args:
        balls: ``(count, 4)``: row, column, Rx, Ry.
        most: 1 or more.
        height, width: of the picture.
    """
    while len(balls) > most:
        merged = balls
        for of_overlapping, limit in ((True, height + width), (False, _NEAR)):
            pairs = overlaps(_reach(merged, of_overlapping, height, width), height, width)
            merged = _merge_pairs(merged, pairs, limit)
        if len(merged) == len(balls):
            break
        balls = np.ascontiguousarray(merged[::-1])
    return balls
