"""MTCNN: three small networks, coarse to fine; finds turned faces too, with five landmarks.

K. Zhang, Z. Zhang, Z. Li, Y. Qiao: Joint face detection and alignment using multi-task cascaded
convolutional networks, IEEE Signal Processing Letters 23(10), 2016. The weights are those in the
package ``mtcnn``; its TensorFlow code is not used. (On the way to a label TensorFlow alone would
take several times the memory of all the rest.)
"""

from __future__ import annotations

import cv2
import numpy as np

from ferkeras.detect._mtcnn_cascade import MIN_FACE, MtcnnCascade
from ferkeras.detect.base import merge_overlapping
from ferkeras.errors import FaceError
from ferkeras.media import as_picture
from ferkeras.types import Face, FloatArray, Picture

# MTCNN's boxes are tall. The square on a box's longer side, made 0.96 as wide and moved up by
# 0.01 of that side, is FER2013's frame: medians over 300 of its pictures, enlarged to 192x192
# in the middle of a 400x400 canvas.
_FRAME_SIDE = 0.96
_FRAME_UP = 0.01


class Mtcnn:
    """Faces of most poses, with five landmarks. Made by `create`.

    The smallest face that is found has about 20 pixels; in pictures larger than ``max_side``,
    which are made smaller first, as much more as they are larger.
    """

    name = "mtcnn"

    def __init__(self, cascade: MtcnnCascade, max_side: int) -> None:
        self.max_side = max_side
        self._cascade = cascade

    def detect(self, picture: Picture) -> list[Face]:
        """Faces in a picture (uint8 RGB), highest score first; score is a probability."""
        picture = as_picture(picture)
        scale = min(1.0, self.max_side / max(picture.shape[:2]))
        if scale < 1:
            size = [max(1, round(side * scale)) for side in picture.shape[1::-1]]
            picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
        if min(picture.shape[:2]) <= MIN_FACE:
            return []
        boxes, scores, landmarks = self._cascade(picture)
        return merge_overlapping(
            self._face(box, score, points / scale)
            for box, score, points in zip(
                (boxes / scale).tolist(), scores.tolist(), landmarks, strict=True
            )
        )

    def _face(self, box: list[float], score: float, landmarks: FloatArray) -> Face:
        left, top, right, bottom = box
        longer = max(right - left, bottom - top)
        side = longer * _FRAME_SIDE
        x, y = (left + right - side) / 2, (top + bottom - side) / 2 - longer * _FRAME_UP
        return Face((x, y, side, side), score, landmarks.astype(np.float32), self.name)


def create(max_side: int = 1024) -> Mtcnn:
    """An MTCNN detector.

    Args:
        max_side: larger pictures are made smaller to this longer side, in pixels.

    Raises:
        FaceError: an option out of range; the package ``mtcnn``, its weights or what reads them
            is missing or damaged.
    """
    if max_side < 1:
        raise FaceError(f"mtcnn: max_side={max_side}, expected 1 or more")
    return Mtcnn(MtcnnCascade(), max_side)
