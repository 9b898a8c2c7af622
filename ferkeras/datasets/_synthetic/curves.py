"""Smooth curves through a few points, as one constant matrix."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray


@functools.lru_cache(maxsize=64)
def _weights(points: int, samples: int, closed: bool) -> NDArray[np.float64]:
    spans = points if closed else points - 1
    place = np.linspace(0.0, spans, samples, endpoint=not closed)
    span = np.minimum(place.astype(int), spans - 1)
    t = place - span
    blend = 0.5 * np.stack(
        [-t + 2 * t**2 - t**3, 2 - 5 * t**2 + 3 * t**3, t + 4 * t**2 - 3 * t**3, -(t**2) + t**3]
    )
    matrix = np.zeros((samples, points))
    for offset, share in zip((-1, 0, 1, 2), blend, strict=True):
        near = span + offset
        near = near % points if closed else near.clip(0, points - 1)
        np.add.at(matrix, (np.arange(samples), near), share)
    return matrix


def smooth(
    points: NDArray[np.float64], samples: int, *, closed: bool = False
) -> NDArray[np.float64]:
    """Catmull-Rom curve through all ``points``.

    Args:
        points: ``(n, d)`` points to pass through.
        samples: how many points to return.
        closed: join the last point to the first.

    Returns:
        ``(samples, d)`` points of the curve.
    """
    return _weights(len(points), samples, closed) @ points
