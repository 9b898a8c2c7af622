"""Landmarks by dlib's regression trees."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ferkeras.errors import FaceError
from ferkeras.media import as_picture
from ferkeras.types import Face, FloatArray, Picture


class ShapePredictorLandmarks:
    """A dlib shape predictor, as ``shape_predictor_68_face_landmarks.dat``.

    It starts from the face's box, rounded to whole pixels. It was trained on the boxes of dlib's
    own detector, which frames faces a little differently.
    """

    name = "dlib"

    def __init__(self, path: Path) -> None:
        try:
            import dlib
        except ImportError as error:
            raise FaceError(
                f"{path} needs the package dlib: install 'ferkeras[dlib]', or take OpenCV's "
                "facemark or landmarks='mtcnn'"
            ) from error
        self._rectangle = dlib.rectangle
        try:
            self._predictor = dlib.shape_predictor(str(path))
        except RuntimeError as error:
            raise FaceError(f"{path} is no shape predictor that dlib can read: {error}") from error
        blank = np.zeros((32, 32, 3), np.uint8)
        self.count = int(self._predictor(blank, self._rectangle(0, 0, 31, 31)).num_parts)

    def find(self, picture: Picture, face: Face) -> FloatArray:
        """See `ferkeras.detect.landmarks.LandmarkModel.find`; whole numbers, as dlib gives them."""
        picture = as_picture(picture)
        left, top, width, height = (round(value) for value in face.box)
        box = self._rectangle(left, top, left + width - 1, top + height - 1)
        shape = self._predictor(np.ascontiguousarray(picture), box)
        return np.array([(point.x, point.y) for point in shape.parts()], np.float32)
