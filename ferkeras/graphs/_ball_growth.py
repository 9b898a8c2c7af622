"""Seeds and rectangles of granular balls: the sequential part, compiled."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ferkeras.graphs._compiled import compiled

STRICTER, STRICTEST = 1.005, 0.99
"""What the wanted purity is multiplied by after each step of growth, and where that ends."""


@compiled
def seed_order(gradient: NDArray[np.uint8]) -> NDArray[np.int64]:
    """All pixels (row-major numbers) in order of gradient, then of number: a counting sort."""
    flat = gradient.ravel()
    starts = np.zeros(257, np.int64)
    for value in flat:
        starts[value + 1] += 1
    for level in range(256):
        starts[level + 1] += starts[level]
    order = np.empty(flat.size, np.int64)
    for pixel in range(flat.size):
        value = flat[pixel]
        order[starts[value]] = pixel
        starts[value] += 1
    return order


@compiled
def sums(image: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Integral images of the values and of their squares: int64 ``(height + 1, width + 1, 2)``."""
    height, width = image.shape
    table = np.zeros((height + 1, width + 1, 2), np.int64)
    for row in range(height):
        plain = squared = np.int64(0)
        for column in range(width):
            value = np.int64(image[row, column])
            plain += value
            squared += value * value
            table[row + 1, column + 1, 0] = table[row, column + 1, 0] + plain
            table[row + 1, column + 1, 1] = table[row, column + 1, 1] + squared
    return table


@compiled
def varies_less(
    table: NDArray[np.int64], up: int, down: int, left: int, right: int, limit: float
) -> Any:
    """Whether the population variance within these borders (inclusive) is below ``limit``."""
    count = (down - up + 1) * (right - left + 1)
    one = np.empty(2, np.int64)
    for moment in range(2):
        one[moment] = (
            table[down + 1, right + 1, moment]
            - table[up, right + 1, moment]
            - table[down + 1, left, moment]
            + table[up, left, moment]
        )
    return (count * one[1] - one[0] * one[0]) / (count * count) < limit


@compiled
def count_close(
    image: NDArray[np.uint8], up: int, down: int, left: int, right: int, value: int, tolerance: int
) -> Any:
    """How many pixels within these borders differ from ``value`` by ``tolerance`` at most."""
    found: Any = 0
    for row in range(up, down + 1):
        for column in range(left, right + 1):
            found += abs(np.int64(image[row, column]) - value) <= tolerance
    return found


@compiled
def grow(
    image: NDArray[np.uint8],
    table: NDArray[np.int64],
    row: int,
    column: int,
    purity: float,
    tolerance: int,
    variance: float,
) -> Any:
    """Half-widths (Rx, Ry) of the ball around one seed.

    One step on x, one on y, in turn; the first step that would break a threshold, or that finds
    only the border, ends its axis and is taken back.
    """
    height, width = image.shape
    value: Any = np.int64(image[row, column])
    up = down = row
    left = right = column
    half_x = half_y = 0
    close = 1
    open_x = open_y = True
    along_x = False
    while open_x or open_y:
        along_x = open_x and (not along_x or not open_y)
        new_up, new_down, new_left, new_right = up, down, left, right
        if along_x:
            new_left, new_right = max(0, column - half_x - 1), min(width - 1, column + half_x + 1)
        else:
            new_up, new_down = max(0, row - half_y - 1), min(height - 1, row + half_y + 1)
        grown = (new_down - new_up + 1) * (new_right - new_left + 1)
        accepted = grown > (down - up + 1) * (right - left + 1)
        if accepted:
            accepted = varies_less(table, new_up, new_down, new_left, new_right, variance)
        if accepted:
            inside = close
            inside += count_close(image, new_up, up - 1, new_left, new_right, value, tolerance)
            inside += count_close(image, down + 1, new_down, new_left, new_right, value, tolerance)
            inside += count_close(image, up, down, new_left, left - 1, value, tolerance)
            inside += count_close(image, up, down, right + 1, new_right, value, tolerance)
            accepted = inside / grown > purity
        if accepted:
            close = inside
            up, down, left, right = new_up, new_down, new_left, new_right
            purity = min(purity * STRICTER, STRICTEST)
            half_x += along_x
            half_y += not along_x
        elif along_x:
            open_x = False
        else:
            open_y = False
    return half_x, half_y


@compiled
def grow_all(
    image: NDArray[np.uint8],
    gradient: NDArray[np.uint8],
    purity: float,
    tolerance: int,
    variance: float,
) -> NDArray[np.int32]:
    """Balls until every pixel is in one: int32 ``(balls, 4)``: row, column, Rx, Ry.

    The next seed is the pixel of the lowest gradient that is in no ball yet; of equal ones the
    first, row by row.
    """
    height, width = image.shape
    table = sums(image)
    covered = np.zeros((height, width), np.bool_)
    balls = np.empty((height * width, 4), np.int32)
    count = 0
    for pixel in seed_order(gradient):
        row, column = pixel // width, pixel % width
        if covered[row, column]:
            continue
        half_x, half_y = grow(image, table, row, column, purity, tolerance, variance)
        for y in range(max(0, row - half_y), min(height, row + half_y + 1)):
            for x in range(max(0, column - half_x), min(width, column + half_x + 1)):
                covered[y, x] = True
        balls[count, 0], balls[count, 1] = row, column
        balls[count, 2], balls[count, 3] = half_x, half_y
        count += 1
    return balls[:count].copy()
