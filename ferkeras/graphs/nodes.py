"""Which pixels of an image are nodes of its graph."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ferkeras.errors import GraphError
from ferkeras.types import FloatArray


def random_pixels(height: int, width: int, count: float = 0.4, seed: int = 0) -> FloatArray:
    """Different pixels drawn at random, all with the same chance, in reading order.

    The SSGNN paper tries 25 to 50 % of the pixels and settles on 40 % (its section IV C). A model
    draws them once and keeps them.

    Args:
        height, width: of the image, in pixels.
        count: how many: an int, or a float above 0 up to 1 as a share of ``height * width``
            (1 is one node, 1.0 is every pixel).
        seed: the same seed gives the same pixels.

    Returns:
        float32 ``(N, 2)``, whole numbers (x, y).

    Raises:
        GraphError: a size or a count that is not possible.
    """
    number = _count(height, width, count)
    rng = np.random.default_rng(seed)
    return _as_points(np.sort(rng.choice(height * width, number, replace=False)), width)


def regular_pixels(height: int, width: int, count: float = 0.4) -> FloatArray:
    """Pixels on a grid of rows and columns that are as evenly apart as whole pixels allow.

    The grid is the one with the most nodes, **at most** ``count``, among those whose cells are
    nearest to squares: 4,000 on 100x100 pixels become 63 x 63 = 3,969.

    Args:
        height, width, count: as for `random_pixels`.

    Returns:
        float32 ``(N, 2)``, whole numbers (x, y), in reading order.

    Raises:
        GraphError: a size or a count that is not possible.
    """
    number = _count(height, width, count)
    rows = math.sqrt(number * height / width)
    columns = math.sqrt(number * width / height)
    grids = [(r, min(width, number // r)) for r in _near(rows, min(height, number))]
    grids += [(min(height, number // c), c) for c in _near(columns, min(width, number))]
    high, wide = max(grids, key=lambda grid: (grid[0] * grid[1], -abs(grid[0] - rows)))
    y = np.floor((np.arange(high) + 0.5) * height / high).astype(np.int64)
    x = np.floor((np.arange(wide) + 0.5) * width / wide).astype(np.int64)
    return _as_points((y[:, None] * width + x).ravel(), width)


def node_values(image: NDArray[np.generic], positions: FloatArray) -> FloatArray:
    """The image's channels at each position (the nearest pixel), as node features.

    Args:
        image: ``(H, W)`` or ``(H, W, C)``.
        positions: ``(N, 2)``, (x, y) in pixels.

    Returns:
        float32 ``(N, C)``; the values are not scaled.

    Raises:
        GraphError: a position outside the image.
    """
    if image.ndim not in (2, 3):
        raise GraphError(f"image has shape {image.shape}, expected (H, W) or (H, W, C)")
    height, width = image.shape[:2]
    nearest = np.rint(positions)
    if not ((nearest >= 0) & (nearest < (width, height))).all():
        raise GraphError(f"a node lies outside the image of {width}x{height} pixels (or is NaN)")
    x, y = nearest.astype(np.int64).T
    return np.asarray(image[y, x], np.float32).reshape(len(x), -1)


def _count(height: int, width: int, count: float) -> int:
    if height < 1 or width < 1:
        raise GraphError(f"an image of {width}x{height} pixels has no nodes")
    pixels = height * width
    if isinstance(count, bool | np.bool_) or not isinstance(count, int | float | np.number):
        raise GraphError(f"count is {count!r}, expected an int, or a float above 0 up to 1")
    if isinstance(count, float | np.floating):
        if not 0 < count <= 1:
            raise GraphError(
                f"count is {count}: a float is a share of the pixels, above 0 up to 1; "
                "give a number of nodes as an int"
            )
        return max(1, round(float(count) * pixels))
    if not 1 <= count <= pixels:
        raise GraphError(f"count is {count}, expected 1..{pixels} (pixels of {width}x{height})")
    return int(count)


def _near(value: float, largest: int) -> list[int]:
    """The whole numbers around a value, within 1..largest."""
    return [max(1, min(largest, number)) for number in (math.floor(value), math.ceil(value))]


def _as_points(pixels: NDArray[np.int64], width: int) -> FloatArray:
    return np.stack([pixels % width, pixels // width], axis=1).astype(np.float32)
