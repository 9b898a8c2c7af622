"""The mean face: 68 landmarks in iBUG order and further anchor points, in three dimensions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

# The picture's left half (the subject's right) as (x, y, z) in face units; the rest is mirrored.
_JAW = (
    *((-1.00, -0.41, -0.75), (-0.99, -0.15, -0.72), (-0.96, 0.11, -0.68), (-0.90, 0.36, -0.62)),
    *((-0.80, 0.58, -0.52), (-0.65, 0.78, -0.38), (-0.46, 0.93, -0.20), (-0.24, 1.03, -0.04)),
)
_CHIN = (0.0, 1.06, 0.02)
_BROW = (
    *((-0.83, -0.65, -0.15), (-0.68, -0.75, -0.02), (-0.50, -0.78, 0.07)),
    *((-0.32, -0.75, 0.12), (-0.16, -0.69, 0.15)),
)
_BRIDGE = ((0.0, -0.47, 0.15), (0.0, -0.30, 0.27), (0.0, -0.13, 0.40), (0.0, 0.04, 0.52))
_NOSTRILS = ((-0.19, 0.16, 0.18), (-0.10, 0.20, 0.27), (0.0, 0.22, 0.32))
_EYE = (
    *((-0.64, -0.42, -0.10), (-0.53, -0.50, 0.00), (-0.37, -0.50, 0.03)),
    *((-0.25, -0.40, 0.00), (-0.37, -0.355, 0.02), (-0.53, -0.36, -0.01)),
)
_OUTER_LIPS = (
    *((-0.37, 0.52, 0.05), (-0.23, 0.45, 0.19), (-0.09, 0.41, 0.27), (0.0, 0.43, 0.28)),
    *((0.0, 0.68, 0.24), (-0.11, 0.67, 0.23), (-0.24, 0.61, 0.16)),
)
_INNER_LIPS = (
    *((-0.31, 0.52, 0.10), (-0.11, 0.512, 0.24), (0.0, 0.517, 0.25)),
    *((0.0, 0.522, 0.24), (-0.11, 0.517, 0.23)),
)

# Points of the head beside the 68; they carry the texture and move with the head only.
_FURTHER = (
    *((-0.98, -0.75, -0.62), (-0.86, -1.10, -0.45), (-0.50, -1.38, -0.25)),  # forehead's edge
    *((-1.22, -0.35, -0.85), (-1.25, -1.05, -0.80), (-0.75, -1.75, -0.60)),  # ear, hair
    *((-0.52, 1.35, -0.80), (-1.20, 1.75, -0.90), (-1.85, 0.60, -0.90)),  # neck, shoulder, beside
    (-0.52, -0.21, 0.02),  # below the eye
)
_FURTHER_MIDDLE = ((0.0, -1.00, 0.05), (0.0, -1.45, -0.18), (0.0, -1.95, -0.6), (0.0, 1.80, -0.8))


def _mirror(points: tuple[tuple[float, ...], ...]) -> Points:
    return np.array(points) * (-1.0, 1.0, 1.0)


def _mean_landmarks() -> Points:
    eye, outer, inner = _mirror(_EYE), _mirror(_OUTER_LIPS), _mirror(_INNER_LIPS)
    parts = [
        *(_JAW, [_CHIN], _mirror(_JAW)[::-1]),
        *(_BROW, _mirror(_BROW)[::-1]),
        *(_BRIDGE, _NOSTRILS, _mirror(_NOSTRILS)[1::-1]),
        *(_EYE, eye[[3, 2, 1, 0, 5, 4]]),
        *(_OUTER_LIPS[:4], outer[2::-1], outer[[6, 5]], _OUTER_LIPS[4:]),
        *(_INNER_LIPS[:3], inner[1::-1], inner[[4]], _INNER_LIPS[3:]),
    ]
    return np.concatenate([np.asarray(part, dtype=float) for part in parts])


LANDMARKS: Points = _mean_landmarks()
"""``(68, 3)`` mean landmarks: 0-16 jaw, 17-26 brows, 27-35 nose, 36-47 eyes, 48-67 mouth."""

FURTHER: Points = np.concatenate([np.array(_FURTHER), _mirror(_FURTHER), np.array(_FURTHER_MIDDLE)])
"""``(24, 3)`` anchors of forehead, ears, hair, neck and shoulders."""

MIRROR: NDArray[np.int64] = np.array(
    [
        *range(16, -1, -1),
        *range(26, 16, -1),
        *(27, 28, 29, 30, 35, 34, 33, 32, 31),
        *(45, 44, 43, 42, 47, 46, 39, 38, 37, 36, 41, 40),
        *(54, 53, 52, 51, 50, 49, 48, 59, 58, 57, 56, 55),
        *(64, 63, 62, 61, 60, 67, 66, 65),
    ]
)
"""Where each landmark lands when the face is mirrored."""
