"""Schemes of facial landmarks: which point is which, its mirror image, and a standard face.

``standard_face.csv`` holds both schemes, one row a point: its number, a name, the number of the
point that takes its place in a mirrored face, and where it lies in a plain, symmetric, frontal face
whose square box (see `ferkeras.detect.Detector`) is 0..255. The places are drawn by hand around
`ferkeras.detect.align.TEMPLATE`; they are of no person and no data set. The five points are the
middles of the same face's eyes, the tip of its nose and the corners of its mouth.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ferkeras.errors import FaceError
from ferkeras.types import FloatArray

_FILE = Path(__file__).with_name("standard_face.csv")


@dataclass(frozen=True, eq=False)
class PointScheme:
    """One way to number the points of a face.

    Attributes:
        name: ``"ibug68"`` (68 points of iBUG's 300-W, as OpenCV's facemark and dlib give them) or
            ``"mtcnn5"`` (the order of `ferkeras.types.LANDMARK_NAMES`).
        names: of the points.
        mirror: ``(points,)``; the mirrored face's point n is the face's point ``mirror[n]``.
        positions: float32 ``(points, 2)``, (x, y) of the standard face in 0..255.
    """

    name: str
    names: tuple[str, ...]
    mirror: NDArray[np.int64]
    positions: FloatArray


@cache
def schemes() -> dict[int, PointScheme]:
    """All schemes by their number of points."""
    rows: dict[str, list[dict[str, str]]] = {}
    with _FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rows.setdefault(row["scheme"], []).append(row)
    found = {}
    for name, points in rows.items():
        mirror = np.array([int(point["mirror"]) for point in points], np.int64)
        positions = np.array([(point["x"], point["y"]) for point in points], np.float32)
        mirror.flags.writeable = positions.flags.writeable = False
        names = tuple(point["name"] for point in points)
        found[len(points)] = PointScheme(name, names, mirror, positions)
    return found


def scheme_of(points: int) -> PointScheme:
    """The scheme of this many points.

    Raises:
        FaceError: there is none.
    """
    if points not in schemes():
        known = " or ".join(f"{count} ({one.name})" for count, one in sorted(schemes().items()))
        raise FaceError(
            f"no scheme of {points} landmarks says which are each other's mirror image or where "
            f"they lie in a face; known: {known}"
        )
    return schemes()[points]
