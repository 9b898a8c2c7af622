"""Corners of a texture, and where they are in another one.

B. D. Lucas, T. Kanade: An iterative image registration technique with an application to stereo
vision, IJCAI 1981, in J.-Y. Bouguet's pyramid, at corners of J. Shi, C. Tomasi: Good features to
track, CVPR 1994; kept where they come back to where they started (Z. Kalal, K. Mikolajczyk,
J. Matas: Forward-backward error, ICPR 2010).
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ferkeras.types import FloatArray

Texture = NDArray[np.uint8]

_POINTS = 64
_QUALITY = 0.01  # least strength of a corner, as a share of the strongest
_APART = 1 / 30  # of the picture's side
_WINDOW = (15, 15)
_THERE, _BACK = 3, 1  # levels of the pyramid; the way back begins where it should end
_UNTIL = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 12, 0.02)
_RETURN = 0.5  # pixels from its start within which a point must return


def points_to_follow(texture: Texture, mask: Texture) -> FloatArray:
    """Corners ``(n, 2)`` of a texture where ``mask`` is set, n <= 64; 0 where it has none."""
    apart = max(3.0, _APART * texture.shape[0])
    found = cv2.goodFeaturesToTrack(texture, _POINTS, _QUALITY, apart, mask=mask, blockSize=5)
    return np.zeros((0, 2), np.float32) if found is None else _points(found)


def followed_points(
    first: Texture, second: Texture, points: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Points of the first texture that can be found again, and where they are in the second.

    Args:
        first, second: uint8 ``(height, width)``.
        points: ``(n, 2)`` in the first; they are looked for close to the same place.

    Returns:
        Two times ``(m, 2)``, m <= n.
    """
    if not len(points):
        return points, points
    there, found = _flow(first, second, points, points, _THERE)
    back, returned = _flow(second, first, there, points, _BACK)
    good = found & returned & (np.hypot(*(back - points).T) < _RETURN)
    return points[good], there[good]


def _flow(
    first: Texture, second: Texture, points: FloatArray, guess: FloatArray, levels: int
) -> tuple[FloatArray, NDArray[np.bool_]]:
    there, found, _ = cv2.calcOpticalFlowPyrLK(
        first,
        second,
        points,
        guess.copy(),
        winSize=_WINDOW,
        maxLevel=levels,
        criteria=_UNTIL,
        flags=cv2.OPTFLOW_USE_INITIAL_FLOW,
    )
    return _points(there), np.asarray(found, np.uint8).ravel() > 0


def _points(array: NDArray[np.generic]) -> FloatArray:
    return np.asarray(array, np.float32).reshape(-1, 2)
