"""From when to when a movement lasts, by the curve that has the apex."""

from __future__ import annotations

import numpy as np

from ferkeras.types import FloatArray

_SHARE = 0.12  # of the way from rest to apex that a frame may have gone and still be at rest


def frames_to_rest(side: FloatArray) -> int:
    """How many frames the apex is away from rest, on one side of it.

    The level of rest is the mean of the lower half of that side: it holds the noise, whose mean is
    not 0 in curves of differences. Going outwards from the apex, the first frame counts that has
    come within 12 % of the apex' height to that level.

    Args:
        side: the curve from the apex, which comes first, outwards; two values or more.

    Returns:
        Position in ``side``, 1 or more.
    """
    height, others = float(side[0]), np.sort(side[1:])
    level = float(others[: max(1, len(others) // 2)].mean())
    at_rest = np.flatnonzero(side[1:] <= level + _SHARE * (height - level))
    return int(at_rest[0]) + 1 if len(at_rest) else len(side) - 1
