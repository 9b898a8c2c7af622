"""A quick look whether anything moves in a face, before the slow one."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from ferkeras.recognizer.strength import face_mask
from ferkeras.types import FloatArray, Picture

_SIDE = 80  # pixels; a third of the usual face: a fraction of the time, and noise is averaged out
_BLOCK = 0.02  # seconds whose mean is looked at; the shortest movement takes 0.04


def strongest_movement(faces: Sequence[Picture], fps: float, margin: float) -> float:
    """How much the faces of a window move against its start, at most.

    The flow (Farneback) between means over 0.02 s of small grey pictures, freed from the head's own
    motion by a least-squares similarity. As `ferkeras.recognizer.strength.strength`, but rougher.

    Args:
        faces: registered, of one size; two or more.
        fps: frames per second.
        margin: of the frame around the face's box.

    Returns:
        The 95th percentile of the flow's magnitude, in percent of the face's side.
    """
    block = max(1, min(round(fps * _BLOCK), len(faces) // 2))
    parts = [faces[at : at + block] for at in range(0, len(faces), block)]
    first, *others = (mean_face(part) for part in parts)
    return max(movement(first, other, margin) for other in others)


def movement(before: FloatArray, after: FloatArray, margin: float) -> float:
    """As `strongest_movement`, between two pictures of `mean_face`."""
    inner = face_mask(_SIDE, margin)
    start = np.zeros((_SIDE, _SIDE, 2), np.float32)  # not used; OpenCV's types want an array
    flow = cv2.calcOpticalFlowFarneback(
        before, after, start, 0.5, 2, 15, 2, 5, 1.1, cv2.OPTFLOW_FARNEBACK_GAUSSIAN
    )
    moved = _without_similarity(np.asarray(flow[inner], np.float32), inner)
    magnitude = np.hypot(moved[:, 0], moved[:, 1])
    return float(100 * np.percentile(magnitude, 95) * (1 + 2 * margin) / _SIDE)


def mean_face(faces: Sequence[Picture]) -> FloatArray:
    """The mean of some faces as a small grey picture, 0..255."""
    total = np.zeros(faces[0].shape[:2], np.float32)
    for face in faces:
        cv2.accumulate(cv2.cvtColor(face, cv2.COLOR_RGB2GRAY), total)
    small = cv2.resize(total / len(faces), (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32)


def _without_similarity(flow: FloatArray, inner: NDArray[np.bool_]) -> FloatArray:
    """Vectors ``(points, 2)`` minus shift, turn and scale that fit them best."""
    y, x = np.nonzero(inner)
    x, y = x - x.mean(), y - y.mean()
    u, v = flow[:, 0] - flow[:, 0].mean(), flow[:, 1] - flow[:, 1].mean()
    spread = float((x**2 + y**2).sum())
    scale, turn = float((x * u + y * v).sum()) / spread, float((x * v - y * u).sum()) / spread
    rest = np.stack([u - scale * x + turn * y, v - turn * x - scale * y], axis=1)
    return np.asarray(rest, np.float32)
