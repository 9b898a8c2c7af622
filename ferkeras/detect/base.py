"""What every detector can do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from ferkeras.types import Face, Picture


class Detector(Protocol):
    """Finds faces; one object holds one loaded model and may be used for any number of pictures.

    Boxes are **squares of one framing**, whatever the detector: that of OpenCV's frontal
    cascades, which is also how FER2013's pictures are cut (from the upper forehead to the chin).
    So a crop's margin means the same for every detector. A box may reach over the border.
    """

    name: str

    def detect(self, picture: Picture) -> list[Face]:
        """Faces in a picture (uint8 RGB), highest score first; an empty list if there are none."""
        ...


def merge_overlapping(faces: Iterable[Face]) -> list[Face]:
    """Keep the best-scored of faces that lie on each other; highest score first.

    Two boxes are of one face if they share more than half of the smaller one.
    """
    kept: list[Face] = []
    for face in sorted(faces, key=lambda face: face.score, reverse=True):
        if all(_overlap(face.box, other.box) <= 0.5 for other in kept):
            kept.append(face)
    return kept


def _overlap(
    first: tuple[float, float, float, float], second: tuple[float, float, float, float]
) -> float:
    """Shared area as a part of the smaller box."""
    x, y, width, height = first
    other_x, other_y, other_width, other_height = second
    shared_width = min(x + width, other_x + other_width) - max(x, other_x)
    shared_height = min(y + height, other_y + other_height) - max(y, other_y)
    shared = max(0.0, shared_width) * max(0.0, shared_height)
    return shared / min(width * height, other_width * other_height)
