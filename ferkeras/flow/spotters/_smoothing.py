"""Faces of a clip made small, equally bright and calm in time."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from ferkeras.flow._brightness import matched
from ferkeras.types import FloatArray

_REACH = 4.0  # standard deviations on each side at which the filter ends
_WIDEST = 5.0  # frames; a movement of 0.04 s has 8 at 200 frames/s


def small_faces(faces: Sequence[NDArray[np.uint8]], side: int) -> FloatArray:
    """Faces at ``side`` pixels, with the brightness and contrast of the first.

    Averaging down takes out much of the sensor's noise, matching the flicker of lamps.

    Args:
        faces: uint8 ``(H, W)`` each.
        side: in pixels of the result.

    Returns:
        float32 ``(frames, side, side)``.
    """
    small = np.empty((len(faces), side, side), np.float32)
    for number, face in enumerate(faces):
        method = cv2.INTER_AREA if min(face.shape) >= side else cv2.INTER_LINEAR
        small[number] = cv2.resize(face.astype(np.float32), (side, side), interpolation=method)
        small[number] = matched(small[0], small[number])
    return small


def smooth(values: FloatArray, share: float) -> FloatArray:
    """A Gaussian filter along the first axis, that of frames; the first and last frame go on.

    Args:
        values: ``(frames, ...)``.
        share: the filter's standard deviation as a share of the clip's length; it is 5 frames at
            most.
    """
    width = min(share * len(values), _WIDEST)
    if width <= 0:
        return values
    reach = int(_REACH * width + 0.5)
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / width) ** 2)
    weights /= weights.sum()
    flat = values.reshape(len(values), -1)
    longer = np.pad(flat, [(reach, reach), (0, 0)], mode="edge")
    result = np.empty(flat.shape, np.float32)
    for number in range(len(flat)):  # a frame at a time, as float64 takes twice the memory
        result[number] = weights @ longer[number : number + len(weights)].astype(np.float64)
    return result.reshape(values.shape)
