"""Viola-Jones: OpenCV's cascade of boosted Haar features for frontal faces.

P. Viola, M. Jones: Rapid object detection using a boosted cascade of simple features, CVPR 2001.
The cascade is OpenCV's ``haarcascade_frontalface_alt2``: beside ``..._default`` it is faster and,
at an equal rate of faces found, takes far fewer things for a face.
"""

from __future__ import annotations

import threading
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ferkeras.detect.base import merge_overlapping
from ferkeras.errors import FaceError
from ferkeras.media import as_picture
from ferkeras.types import Face, Picture

_CASCADE = Path(cv2.__file__).parent / "data" / "haarcascade_frontalface_alt2.xml"
_SMALLEST = 24  # pixels; the cascade itself was trained on 20x20
_LARGE = 1 / 8  # of the longer side
# How far the finer search goes beyond the size from which the quick one sees faces: little where
# that one found some, further where it found none. Without a limit it takes more things for faces.
_BEYOND = {True: 1.25, False: 2.3}


class ViolaJones:
    """Frontal faces, quickly; no landmarks. Made by `create`.

    The picture is made smaller first, so that its longer side is ``coarse_side``. If no face is
    found, or none wider than an eighth of that, a finer search at ``fine_side`` follows. Faces
    from 24 pixels on are found there, so from 24 pixels in pictures up to 800 pixels and from
    3 % of the longer side in larger ones. Beside a large face, only those from 7.5 % of the
    longer side on are looked for; set ``coarse_side`` to ``fine_side`` to find all.
    """

    name = "viola_jones"

    def __init__(
        self, coarse_side: int, fine_side: int, scale_factor: float, min_neighbors: int
    ) -> None:
        if not 0 < coarse_side <= fine_side:
            raise FaceError(
                f"viola_jones: coarse_side={coarse_side} and fine_side={fine_side}, "
                "expected 0 < coarse_side <= fine_side"
            )
        if scale_factor <= 1 or min_neighbors < 1:
            raise FaceError(
                f"viola_jones: scale_factor={scale_factor} and min_neighbors={min_neighbors}, "
                "expected above 1, and 1 or more"
            )
        self.coarse_side = coarse_side
        self.fine_side = fine_side
        self.scale_factor = scale_factor
        self.min_neighbors = min_neighbors
        self._cascade = cv2.CascadeClassifier(str(_CASCADE))
        self._lock = threading.Lock()  # a cascade keeps the picture it works on
        if self._cascade.empty():
            raise FaceError(
                f"{_CASCADE}: OpenCV's cascade file is missing or damaged; "
                "install opencv-contrib-python-headless>=4.10,<5"
            )

    def detect(self, picture: Picture) -> list[Face]:
        """Faces in a picture (uint8 RGB), highest score first; score is the level weight."""
        grey = np.asarray(cv2.cvtColor(as_picture(picture), cv2.COLOR_RGB2GRAY), np.uint8)
        longer = max(grey.shape)
        coarse = min(1.0, self.coarse_side / longer)
        faces = self._search(grey, coarse)
        seen_all = longer <= self.coarse_side or self.coarse_side == self.fine_side
        if not seen_all and all(face.box[2] < _LARGE * longer for face in faces):
            fine = min(1.0, self.fine_side / longer)
            largest = round(_BEYOND[bool(faces)] * _SMALLEST * fine / coarse)
            faces += self._search(grey, fine, largest)
        return merge_overlapping(faces)

    def _search(self, grey: NDArray[np.uint8], scale: float, largest: int = 0) -> list[Face]:
        if scale < 1:
            size = [max(1, round(side * scale)) for side in grey.shape[::-1]]
            grey = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)
        with self._lock:
            boxes, _, weights = self._cascade.detectMultiScale3(
                grey,
                scaleFactor=self.scale_factor,
                minNeighbors=self.min_neighbors,
                minSize=(_SMALLEST, _SMALLEST),
                maxSize=(largest, largest),
                outputRejectLevels=True,
            )
        return [
            Face(
                box=(x / scale, y / scale, width / scale, height / scale),
                score=float(weight),
                detector=self.name,
            )
            for (x, y, width, height), weight in zip(
                np.asarray(boxes, float).reshape(-1, 4).tolist(), np.ravel(weights), strict=True
            )
        ]


def create(
    coarse_side: int = 320, fine_side: int = 800, scale_factor: float = 1.15, min_neighbors: int = 2
) -> ViolaJones:
    """A Viola-Jones detector.

    Args:
        coarse_side, fine_side: longer side in pixels of the quick and of the finer search.
        scale_factor: step between the face sizes that are tried.
        min_neighbors: overlapping windows that must agree on a face.

    Raises:
        FaceError: an option out of range, or an OpenCV without its cascade files.
    """
    return ViolaJones(coarse_side, fine_side, scale_factor, min_neighbors)
