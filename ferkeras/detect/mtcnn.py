"""MTCNN: three small networks, coarse to fine, from the package ``mtcnn`` (weights in its wheel).

K. Zhang, Z. Zhang, Z. Li, Y. Qiao: Joint face detection and alignment using multi-task cascaded
convolutional networks, IEEE Signal Processing Letters 23(10), 2016.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ferkeras._quiet import stderr_held_back
from ferkeras.detect.base import merge_overlapping
from ferkeras.errors import FaceError
from ferkeras.media import as_picture
from ferkeras.types import Face, Picture

# MTCNN's boxes are tall. The square on a box's longer side, made 0.96 as wide and moved up by
# 0.01 of that side, is FER2013's frame: medians over 300 of its pictures, enlarged to 192x192
# in the middle of a 400x400 canvas.
_FRAME_SIDE = 0.96
_FRAME_UP = 0.01
# Pixels. The package's own default, and the only safe one: with a larger one its picture pyramid
# goes below the 11 pixels that the first network needs, and fails at some picture sizes.
_MIN_FACE = 20


class Mtcnn:
    """Faces of most poses, with five landmarks. Made by `create`.

    The smallest face that is found has about 20 pixels; in pictures larger than ``max_side``,
    which are made smaller first, as much more as they are larger.
    """

    name = "mtcnn"

    def __init__(self, stages: list[Any], load: Any, max_side: int) -> None:
        self.max_side = max_side
        self._stages = stages
        self._load = load

    def detect(self, picture: Picture) -> list[Face]:
        """Faces in a picture (uint8 RGB), highest score first; score is a probability."""
        picture = as_picture(picture)
        scale = min(1.0, self.max_side / max(picture.shape[:2]))
        if scale < 1:
            size = [max(1, round(side * scale)) for side in picture.shape[1::-1]]
            picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
        if min(picture.shape[:2]) <= _MIN_FACE:
            return []
        rows = self._run(picture)
        return merge_overlapping(self._face(row, scale) for row in rows)

    def _run(self, picture: Picture) -> NDArray[np.floating]:
        """Rows of picture number, x1, y1, x2, y2, score, five x, five y.

        MTCNN.detect_faces is not used: it takes every TensorFlow error for "no face".
        """
        pixels, shapes = self._load(picture)
        rows: Any = None
        for stage in self._stages:
            rows = stage(
                bboxes_batch=rows,
                images_normalized=pixels,
                images_oshapes=shapes,
                min_face_size=_MIN_FACE,
            )
            if len(rows) == 0:
                return np.empty((0, 16))
        return np.asarray(rows, float)

    def _face(self, row: NDArray[np.floating], scale: float) -> Face:
        left, top, right, bottom = row[1:5] / scale
        longer = max(right - left, bottom - top)
        side = longer * _FRAME_SIDE
        return Face(
            box=(
                float((left + right - side) / 2),
                float((top + bottom - side) / 2 - longer * _FRAME_UP),
                float(side),
                float(side),
            ),
            score=float(row[5]),
            landmarks=np.asarray(row[6:16].reshape(2, 5).T / scale, np.float32),
            detector=self.name,
        )


def create(max_side: int = 1024) -> Mtcnn:
    """An MTCNN detector; takes seconds, since it imports TensorFlow.

    Args:
        max_side: larger pictures are made smaller to this longer side, in pixels.

    Raises:
        FaceError: an option out of range.
    """
    if max_side < 1:
        raise FaceError(f"mtcnn: max_side={max_side}, expected 1 or more")
    with stderr_held_back():
        from mtcnn import MTCNN
        from mtcnn.utils.images import load_images_batch, standarize_batch

    def load(picture: Picture) -> tuple[Any, Any]:
        pixels, shapes, _ = standarize_batch(load_images_batch([picture]), normalize=True)
        return pixels, shapes

    return Mtcnn(MTCNN(device="CPU:0").stages, load, max_side)
