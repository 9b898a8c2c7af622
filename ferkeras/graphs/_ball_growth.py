"""Seeds of granular balls and two rules of how far each ball grows. Compiled."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ferkeras.graphs._compiled import compiled

STRICTER, STRICTEST = 1.005, 0.99
"""What the wanted purity is multiplied by after each step of growth, and where that ends."""


@compiled
def _measured_around(
    image: NDArray[np.uint8], inner: Any, outer: Any, value: int, tolerance: int
) -> Any:
    """What one step of growth adds: of the new pixels the sum, the sum of their squares, and how
    many differ from ``value`` by ``tolerance`` at most.

    Borders are first and last row, first and last column; the outer ones reach one pixel farther
    on one axis, to one side or both.
    """
    up, down, left, right = inner
    top, low, west, east = outer
    plain, squared, close = np.int64(0), np.int64(0), np.int64(0)
    for column in (west, east):
        if column < left or column > right:
            for row in range(up, down + 1):
                pixel = np.int64(image[row, column])
                plain += pixel
                squared += pixel * pixel
                close += abs(pixel - value) <= tolerance
    for row in (top, low):
        if row < up or row > down:
            for column in range(left, right + 1):
                pixel = np.int64(image[row, column])
                plain += pixel
                squared += pixel * pixel
                close += abs(pixel - value) <= tolerance
    return plain, squared, close


@compiled
def _grow(
    image: NDArray[np.uint8],
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
    inner = (row, row, column, column)
    count, plain, squared, close = np.int64(1), value, value * value, np.int64(1)
    half_x = half_y = 0
    open_x = open_y = True
    along_x = False
    while open_x or open_y:
        along_x = open_x and (not along_x or not open_y)
        new_x, new_y = half_x + along_x, half_y + (not along_x)
        top, low = max(0, row - new_y), min(height - 1, row + new_y)
        west, east = max(0, column - new_x), min(width - 1, column + new_x)
        outer = (top, low, west, east)
        grown = (low - top + 1) * (east - west + 1)
        accepted = grown > count
        if accepted:
            more = _measured_around(image, inner, outer, value, tolerance)
            more = plain + more[0], squared + more[1], close + more[2]
            accepted = (
                more[2] / grown > purity
                and (grown * more[1] - more[0] * more[0]) / (grown * grown) < variance
            )
            if accepted:
                inner, count = outer, grown
                plain, squared, close = more
                purity = min(purity * STRICTER, STRICTEST)
                half_x, half_y = new_x, new_y
        if not accepted and along_x:
            open_x = False
        elif not accepted:
            open_y = False
    return half_x, half_y


@compiled
def _grow_as_official(
    image: NDArray[np.uint8],
    row: int,
    column: int,
    purity: float,
    tolerance: int,
    variance: float,
) -> Any:
    """Half-widths (Rx, Ry) by the rule of the authors' program.

    As `_grow`, but all growth ends, and the last step is kept without a look at its pixels, when a
    rectangle has as many pixels as the one tried just before it: at the border, or if a refused
    step on x and the next one on y are of the same size.
    """
    height, width = image.shape
    value: Any = np.int64(image[row, column])
    inner = (row, row, column, column)
    tried, plain, squared, close = np.int64(0), value, value * value, np.int64(1)
    half_x = half_y = 0
    open_x = open_y = True
    along_x = False
    while open_x or open_y:
        along_x = open_x and (not along_x or not open_y)
        half_x += along_x
        half_y += not along_x
        top, low = max(0, row - half_y), min(height - 1, row + half_y)
        west, east = max(0, column - half_x), min(width - 1, column + half_x)
        grown = (low - top + 1) * (east - west + 1)
        if grown == tried:
            break
        tried = grown
        outer = (top, low, west, east)
        more = _measured_around(image, inner, outer, value, tolerance)
        more = plain + more[0], squared + more[1], close + more[2]
        if (
            1 - (grown - more[2]) / grown > purity
            and (grown * more[1] - more[0] * more[0]) / (grown * grown) < variance
        ):
            inner = outer
            plain, squared, close = more
            purity = purity * STRICTER if purity < STRICTEST else STRICTEST
        elif along_x:
            open_x = False
            half_x -= 1
        else:
            open_y = False
            half_y -= 1
    return half_x, half_y


@compiled
def _seed_order(gradient: NDArray[np.uint8]) -> NDArray[np.int32]:
    """All pixels (row-major numbers) in order of gradient, then of number: a counting sort."""
    flat = gradient.ravel()
    starts = np.zeros(257, np.int64)
    for value in flat:
        starts[value + 1] += 1
    for level in range(256):
        starts[level + 1] += starts[level]
    order = np.empty(flat.size, np.int32)
    for pixel in range(flat.size):
        value = flat[pixel]
        order[starts[value]] = pixel
        starts[value] += 1
    return order


@compiled
def cover(
    image: NDArray[np.uint8],
    gradient: NDArray[np.uint8],
    purity: float,
    tolerance: int,
    variance: float,
    official: bool,
) -> NDArray[np.int32]:
    """Balls until every pixel is in one: int32 ``(balls, 4)``: row, column, Rx, Ry.

    The next seed is the pixel of the lowest gradient that is in no ball yet; of equal ones the
    first, row by row.
    """
    height, width = image.shape
    covered = np.zeros((height, width), np.bool_)
    is_covered = covered.ravel()
    balls = np.empty((height * width, 4), np.int32)
    count = 0
    for pixel in _seed_order(gradient):
        if is_covered[pixel]:
            continue
        row, column = pixel // width, pixel % width
        if official:
            half_x, half_y = _grow_as_official(image, row, column, purity, tolerance, variance)
        else:
            half_x, half_y = _grow(image, row, column, purity, tolerance, variance)
        for y in range(max(0, row - half_y), min(height, row + half_y + 1)):
            for x in range(max(0, column - half_x), min(width, column + half_x + 1)):
                covered[y, x] = True
        balls[count, 0], balls[count, 1] = row, column
        balls[count, 2], balls[count, 3] = half_x, half_y
        count += 1
    return balls[:count].copy()
