"""Similarities of the plane, that is rotation, one scale and shift, as matrices ``(2, 3)``.

``M`` maps a point ``p`` to ``M[:, :2] @ p + M[:, 2]``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ferkeras.errors import FaceError

Matrix = NDArray[np.float64]
Points = NDArray[np.floating]
Complex = NDArray[np.complex128]
Weights = NDArray[np.float64]


def similarity(source: Points, target: Points, weights: Points | None = None) -> Matrix:
    """The rotation, scale and shift that bring points onto others with least squared error.

    See `fit_complex`.

    Args:
        source, target: ``(n, 2)`` points, n >= 2.
        weights: ``(n,)`` weights of the squared errors, not negative; None: all alike.

    Returns:
        ``(2, 3)`` float64 matrix ``M``, so that ``target ~ M[:, :2] @ source + M[:, 2]``.

    Raises:
        FaceError: points that are not finite, or that all lie in one place.
    """
    if not (np.isfinite(source).all() and np.isfinite(target).all()):
        raise FaceError("landmarks hold NaN or infinity, so the face cannot be aligned")
    before, wanted = as_complex(source), as_complex(target)
    if min(abs(points - points.mean()).max() for points in (before, wanted)) < 1e-3:
        raise FaceError("all landmarks lie in one place, so the face cannot be aligned")
    share = np.ones(len(before)) if weights is None else np.asarray(weights, float)
    return complex_matrix(*fit_complex(before, wanted, share))


def fit_complex(before: Complex, wanted: Complex, weights: Weights) -> tuple[complex, complex]:
    """Weighted least squares of ``wanted ~ factor * before + shift``, points as complex numbers.

    S. Umeyama: Least-squares estimation of transformation parameters between two point patterns,
    IEEE TPAMI 13(4), 1991, without reflection: in the plane his equations 40 to 42 come down to
    ``factor = sum(w conj(z) y) / sum(w |z|^2)`` of points less their means; its modulus is the
    scale, its argument the angle.

    Returns:
        factor, shift; factor 1 where all ``before`` lie in one place.
    """
    total = weights.sum()
    middle, mean = (weights @ before) / total, (weights @ wanted) / total
    apart = before - middle
    weighted = weights * apart.conj()
    spread = (weighted @ apart).real
    factor = (weighted @ (wanted - mean)) / spread if spread > 0 else 1.0
    return complex(factor), complex(mean - factor * middle)


def as_complex(points: Points) -> Complex:
    """Points ``(n, 2)`` as ``x + iy``."""
    return np.asarray(points, float) @ np.array([1, 1j])


def complex_matrix(factor: complex, shift: complex) -> Matrix:
    """The matrix ``(2, 3)`` of ``p -> factor * p + shift``."""
    return np.array(
        [[factor.real, -factor.imag, shift.real], [factor.imag, factor.real, shift.imag]]
    )


def moved(points: Points, matrix: Matrix) -> NDArray[np.float64]:
    """Points ``(..., 2)`` mapped by ``(2, 3)``."""
    return np.asarray(points @ matrix[:, :2].T + matrix[:, 2], np.float64)


def inverse(matrix: Matrix) -> Matrix:
    """The inverse of an affine map ``(2, 3)``."""
    (a, b, x), (c, d, y) = matrix.tolist()
    size = a * d - b * c
    return np.array([[d, -b, b * y - d * x], [-c, a, c * x - a * y]]) / size


def after(second: Matrix, first: Matrix) -> Matrix:
    """The affine map ``(2, 3)`` that does ``first`` and then ``second``."""
    return np.column_stack(
        [second[:, :2] @ first[:, :2], second[:, :2] @ first[:, 2] + second[:, 2]]
    )


def scale_of(matrix: Matrix) -> float:
    """How much longer a similarity makes a stretch."""
    return float(np.hypot(matrix[0, 0], matrix[1, 0]))
