"""Cubic B-splines: smooth curves through the modes of a spectrum, with few coefficients."""

from __future__ import annotations

import numpy as np

from ferkeras.types import FloatArray


def cubic_splines(points: int, knots: int) -> FloatArray:
    """The ``knots`` clamped cubic B-splines at ``points`` equidistant places, both ends included.

    By Cox and de Boor's recursion on equidistant knots. Every row sums to 1, so equal coefficients
    give a constant curve.

    Args:
        points: number of places.
        knots: number of splines (coefficients of a curve), at least 4.

    Returns:
        float32 ``(points, knots)``.
    """
    t = np.concatenate([np.zeros(3), np.linspace(0.0, 1.0, knots - 2), np.ones(3)])
    places = np.linspace(0.0, 1.0, points)[:, None]
    # The last place belongs to the last piece of the curve, although pieces are half open.
    piece = np.clip(np.searchsorted(t, places, side="right") - 1, 3, knots - 1)
    curves = (np.arange(len(t) - 1) == piece).astype(np.float64)
    for degree in range(1, 4):
        width = t[degree:] - t[:-degree]
        share = (places - t[:-degree]) / np.where(width > 0, width, 1.0)
        left = np.where(width > 0, share, 0.0)[:, :-1]
        right = np.where(width > 0, 1.0 - share, 0.0)[:, 1:]
        curves = left * curves[:, :-1] + right * curves[:, 1:]
    return curves.astype(np.float32)
