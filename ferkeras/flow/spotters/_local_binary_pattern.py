"""Local binary patterns that count alike whichever way the picture is turned.

T. Ojala, M. Pietikäinen, T. Mäenpää 2002, "Multiresolution gray-scale and rotation invariant
texture classification with local binary patterns", equation 9 (riu2).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def uniform_patterns(picture: NDArray[Any], points: int, radius: int) -> NDArray[np.intp]:
    """How many of the points around a pixel are as bright as it, or brighter.

    ``points + 1`` stands where bright and dark change more than twice on the way around. Points
    between pixels are interpolated linearly, in scikit-image's order of operations, so that codes
    are the same where values are equal.

    Args:
        picture: grey ``(H, W)``, whole numbers, both sides above ``2 * radius``.
        points: on the circle.
        radius: of the circle in pixels.

    Returns:
        ``(H - 2 * radius, W - 2 * radius)``, 0..points + 1: of pixels whose circle lies inside.
    """
    values = picture.astype(np.float64)
    height, width = values.shape
    rows, columns = np.arange(radius, height - radius), np.arange(radius, width - radius)
    centre = values[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    angles = 2 * np.pi * np.arange(points) / points
    downs, acrosses = np.round(-radius * np.sin(angles), 5), np.round(radius * np.cos(angles), 5)
    brighter = [
        _between(values, rows + down, columns + across) >= centre
        for down, across in zip(downs, acrosses, strict=True)
    ]
    bright, changes = np.zeros((2, *centre.shape), np.intp)
    for here, before in zip(brighter, [brighter[-1], *brighter[:-1]], strict=True):
        bright += here
        changes += here ^ before
    return np.where(changes <= 2, bright, points + 1)


def _between(
    values: NDArray[np.float64], rows: NDArray[np.float64], columns: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Values at places between pixels: every one of ``rows`` with every one of ``columns``."""
    down, across = (rows - np.floor(rows))[:, None], (columns - np.floor(columns))[None, :]
    above, below = _whole(np.floor(rows)), _whole(np.ceil(rows))
    left, right = _whole(np.floor(columns)), _whole(np.ceil(columns))
    upper = (1 - across) * values[above, left] + across * values[above, right]
    lower = (1 - across) * values[below, left] + across * values[below, right]
    between: NDArray[np.float64] = (1 - down) * upper + down * lower
    return between


def _whole(places: NDArray[np.float64]) -> slice:
    """Places one pixel apart, as a slice."""
    return slice(int(places[0]), int(places[-1]) + 1)
