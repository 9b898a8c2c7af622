"""Faces cut out of whole pictures by the boxes that a data set's authors give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ferkeras.errors import MediaError
from ferkeras.media import read_image
from ferkeras.types import Picture

Box = tuple[int, int, int, int]
"""``(x, y, width, height)`` in pixels, x to the right, y down, the top left pixel at (0, 0)."""


@dataclass(frozen=True)
class BoxedPictures:
    """Loads the face of an item; can be sent to other processes.

    Attributes:
        root: the data set's folder.
        faces: item -> the picture's path below ``root``, and the face's box; None: no box, the
            whole picture.
    """

    root: Path
    faces: Mapping[str, tuple[str, Box | None]]

    def __call__(self, item: str) -> Picture:
        """Decode one picture and cut its face out: uint8 RGB ``(height, width, 3)``.

        What of a box lies outside the picture is left off.

        Raises:
            MediaError: the file is missing or cannot be decoded, or the whole box is outside.
        """
        name, box = self.faces[item]
        picture = read_image(self.root / name)
        if box is None:
            return picture
        x, y, width, height = box
        face = picture[max(y, 0) : max(y + height, 0), max(x, 0) : max(x + width, 0)]
        if not face.size:
            size = f"{picture.shape[1]}x{picture.shape[0]}"
            raise MediaError(
                f"{self.root / name}: the face's box x={x}, y={y}, {width}x{height} lies outside "
                f"the picture of {size}; mend the annotation or leave its row out"
            )
        return np.ascontiguousarray(face)
