"""The face in one frame of a clip."""

from __future__ import annotations

import dataclasses

import cv2
import numpy as np

from ferkeras.detect import Detector
from ferkeras.errors import FaceError
from ferkeras.types import Face, FloatArray, Picture

_PADDING = 0.3  # share of a face crop's longer side that is added so that a detector sees a head


def find_face(
    picture: Picture, detector: Detector | None, cropped: bool, where: str
) -> tuple[Face, int]:
    """The face of highest score in a frame, and how many were seen.

    Args:
        picture: uint8 RGB.
        detector: None only for face crops.
        cropped: the picture is a face crop: the box is all of it, and a detector gives the
            landmarks alone.
        where: name of the frame for messages.

    Raises:
        FaceError: no face.
    """
    height, width = picture.shape[:2]
    if cropped:
        points = None if detector is None else landmarks_of_crop(picture, detector)
        return Face((0.0, 0.0, float(width), float(height)), landmarks=points), 1
    if detector is None:
        raise FaceError("no detector, and the frames are no face crops")
    faces = detector.detect(picture)
    if not faces:
        raise FaceError(f"no face found by {detector.name} in {where}")
    return faces[0], len(faces)


def landmarks_of_crop(picture: Picture, detector: Detector) -> FloatArray:
    """Landmarks ``(5, 2)`` in a face crop, in its pixels.

    Raises:
        FaceError: no face, or a detector that gives no landmarks.
    """
    face = face_of_crop(picture, detector)
    if face.landmarks is None:
        raise FaceError(f"detector {face.detector or 'unknown'!r} gives no landmarks; take 'mtcnn'")
    return face.landmarks


def face_of_crop(picture: Picture, detector: Detector) -> Face:
    """The face of highest score in a face crop, in its pixels.

    Detectors want to see the head around a face: the crop is framed by its repeated edge first
    where they find nothing.

    Raises:
        FaceError: no face.
    """
    pad = round(_PADDING * max(picture.shape[:2]))
    for border in (0, pad):
        framed = cv2.copyMakeBorder(picture, border, border, border, border, cv2.BORDER_REPLICATE)
        faces = detector.detect(np.asarray(framed, np.uint8))
        if faces:
            face = faces[0]
            x, y, width, height = face.box
            points = None if face.landmarks is None else face.landmarks - np.float32(border)
            box = (x - border, y - border, width, height)
            return dataclasses.replace(face, box=box, landmarks=points)
    raise FaceError(f"no face found by {detector.name} in the face crop")
