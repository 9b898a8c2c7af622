"""The apex is where the face has moved furthest from the first frame."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from ferkeras.flow._head_motion import remove_head_motion
from ferkeras.flow.farneback import flow as farneback
from ferkeras.flow.spotters._peaks import peaks
from ferkeras.flow.spotters._smoothing import small_faces, smooth
from ferkeras.types import FloatArray

_GRID = 28  # side of the grid on which flow is averaged
# Half the width and height of the ellipse of a registered face that is skin, as shares of its
# side: hair and background in the corners do not move with the face.
_HALF_WIDTH, _HALF_HEIGHT = 0.42, 0.48


def difference(
    faces: Sequence[NDArray[np.uint8]],
    *,
    side: int = 112,
    smoothing: float = 0.04,
    percentile: float = 90.0,
    winsize: int = 21,
) -> FloatArray:
    """Magnitude of the optical flow from the first face to each.

    Farneback's flow of small pictures, averaged on a grid of 28, freed from the head's own motion
    and smoothed in time as vectors, before the magnitude: noise then cancels, where magnitudes
    of noise would add up.

    Args:
        faces: grey uint8 ``(H, W)`` each, registered.
        side: at which flow is computed, in pixels.
        smoothing: standard deviation of the Gaussian over time, as a share of the clip's length.
        percentile: of the magnitudes within the face that counts; not the largest, so that single
            wrong vectors do not count.
        winsize: of Farneback's method, in pixels of ``side``.

    Returns:
        float32 ``(frames,)``, in percent of the face's side; 0 in the first frame but for the
        smoothing.
    """
    small = small_faces(faces, side)
    moved = np.zeros((len(small), _GRID, _GRID, 2), np.float32)
    for number in range(1, len(small)):
        flow = farneback(small[0], small[number], levels=1, winsize=winsize, iterations=2)
        coarse = cv2.resize(flow, (_GRID, _GRID), interpolation=cv2.INTER_AREA)
        moved[number] = remove_head_motion(np.asarray(coarse, np.float32))
    inner = smooth(moved, smoothing)[:, _skin()]
    length = np.hypot(inner[..., 0], inner[..., 1])
    return np.asarray(100 / side * np.percentile(length, percentile, axis=1), np.float32)


def apex(curve: FloatArray) -> int:
    """The highest of the curve's peaks."""
    found = peaks(curve)
    return int(found[np.argmax(curve[found])])


@cache
def _skin() -> NDArray[np.bool_]:
    centre = np.abs((np.arange(_GRID) + 0.5) / _GRID - 0.5)
    inside: NDArray[np.bool_] = (
        np.hypot(centre[None, :] / _HALF_WIDTH, centre[:, None] / _HALF_HEIGHT) <= 1
    )
    return inside
