"""Down-sampling of granular balls by NumPy alone, all pairs at each step: an oracle."""

import itertools

import numpy as np


def box_of(ball, shape):
    row, column, half_x, half_y = ball
    up, left = max(0, row - half_y), max(0, column - half_x)
    return up, min(shape[0] - 1, row + half_y), left, min(shape[1] - 1, column + half_x)


def merged_nearest(balls, most, shape):
    """Places ``(row, column, Rx, Ry)`` and boxes after merging the nearest pair again and again."""
    alive = {n: (tuple(map(float, b)), box_of(b, shape)) for n, b in enumerate(balls.tolist())}

    def key(pair):
        one, other = (alive[n][0] for n in pair)
        return abs(one[0] - other[0]) + abs(one[1] - other[1]), max(pair), min(pair)

    number = len(alive)
    while len(alive) > most:
        pair = min(itertools.combinations(alive, 2), key=key)
        (up, low, left, right), b = (alive.pop(n)[1] for n in pair)
        up, low, left, right = min(up, b[0]), max(low, b[1]), min(left, b[2]), max(right, b[3])
        middle = ((up + low) / 2, (left + right) / 2, (right - left) / 2, (low - up) / 2)
        alive[number] = middle, (up, low, left, right)
        number += 1
    places, boxes = zip(*alive.values(), strict=True)
    return np.array(places), np.array(boxes)


def merged_as_official(balls, most):
    """Rounds of both kinds; None if they come to an end with too many."""
    while len(balls) > most:
        fewer = _round(_round(balls, _overlap_crosswise), lambda a, b: _apart(a, b) - 2 < 3)[::-1]
        if len(fewer) == len(balls):
            return None
        balls = fewer
    return balls


def _round(balls, may_merge):
    partners = []
    for n, ball in enumerate(balls):
        later = [m for m in range(n + 1, len(balls)) if may_merge(ball, balls[m])]
        partners.append(min(later, key=lambda m: _apart(ball, balls[m]), default=None))
    result = []
    for n, (ball, partner) in enumerate(zip(balls, partners, strict=True)):
        if n in partners:
            continue
        if partner is not None:
            a, b = ball, balls[partner]
            middle = [int((a[i] + b[i]) / 2) for i in (0, 1)]
            halves = [int((a[2 + i] + b[2 + i] + abs(a[i] - b[i]) - 1) / 2) for i in (0, 1)]
            ball = (*middle, *halves)
        result.append(ball)
    return result


def _apart(a, b):
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def _overlap_crosswise(a, b):
    return abs(a[0] - b[0]) - 1 < a[2] + b[2] and abs(a[1] - b[1]) - 1 < a[3] + b[3]
