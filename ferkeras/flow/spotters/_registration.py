"""Faces of a clip laid exactly on the first one."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ferkeras.types import FloatArray

_BLUR = 1.5  # pixels; gradients of what is left are true over a shift of a pixel
_BORDER, _STEP = 4, 2  # pixels left out at the border, and between those that are looked at
_ROUNDS = 2
_TUKEY = 4.685  # standard deviations beyond which a pixel does not count at all
_LEAST = 0.2  # grey levels of error granted to any face


def registered(faces: FloatArray) -> FloatArray:
    """Take the head's jitter, a fraction of a pixel to about one, out of a clip.

    A similarity is fitted to grey values by two Gauss-Newton steps (B. Lucas, T. Kanade 1981, "An
    iterative image registration technique"), with Tukey's weights, so that what moves in the face
    does not count.

    Args:
        faces: grey ``(frames, side, side)``, of equal brightness.

    Returns:
        float32 ``(frames, side, side)``.
    """
    still = _looked_at(faces[0])
    changes = _changes(faces[0])
    result = faces.copy()
    for number in range(1, len(faces)):
        result[number] = _laid_on(still, changes, faces[number])
    return result


def _looked_at(face: FloatArray) -> NDArray[np.float64]:
    blurred = cv2.GaussianBlur(face, (0, 0), _BLUR).astype(np.float64)
    return np.asarray(blurred[_BORDER:-_BORDER:_STEP, _BORDER:-_BORDER:_STEP].ravel())


def _changes(face: FloatArray) -> NDArray[np.float64]:
    """How grey values change with shift x, shift y, growth and turn, ``(pixels, 4)``."""
    down, across = np.gradient(cv2.GaussianBlur(face, (0, 0), _BLUR).astype(np.float64))
    y, x = np.indices(face.shape) - (len(face) - 1) / 2
    columns = np.stack([across, down, across * x + down * y, down * x - across * y], axis=-1)
    return columns[_BORDER:-_BORDER:_STEP, _BORDER:-_BORDER:_STEP].reshape(-1, 4)


def _laid_on(
    still: NDArray[np.float64], changes: NDArray[np.float64], face: FloatArray
) -> FloatArray:
    size, middle = face.shape[::-1], (len(face) - 1) / 2
    # place of each point of the first face in this one: z -> place (z - middle) + shift + middle
    place, shift = complex(1), complex(0)
    laid = face
    for _ in range(_ROUNDS):
        x, y, grow, turn = _fit(changes, still - _looked_at(laid)).tolist()
        step = complex(1 + grow, turn)
        shift, place = shift + place * complex(x, y), place * step
        a, b = place.real, place.imag
        tx = shift.real + middle - a * middle + b * middle
        ty = shift.imag + middle - b * middle - a * middle
        laid = np.asarray(
            cv2.warpAffine(
                face,
                np.array([[a, -b, tx], [b, a, ty]]),
                size,
                flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
                borderMode=cv2.BORDER_REPLICATE,
            ),
            np.float32,
        )
    return laid


def _fit(changes: NDArray[np.float64], error: NDArray[np.float64]) -> NDArray[np.float64]:
    """Robust least squares of ``error ~ changes @ parameters``; zeros where there is no texture."""
    weights: NDArray[np.float64] = np.ones_like(error)
    found: NDArray[np.float64] = np.zeros(changes.shape[1])
    for _ in range(2):
        weighted = changes * weights[:, None]
        square = weighted.T @ changes
        if np.linalg.cond(square) > 1e12:
            return np.zeros_like(found)
        found = np.asarray(np.linalg.solve(square, weighted.T @ error), np.float64)
        left = error - changes @ found
        spread = 1.4826 * np.median(np.abs(left)) + _LEAST
        weights = np.clip(1 - (left / (_TUKEY * spread)) ** 2, 0, None) ** 2
    return found
