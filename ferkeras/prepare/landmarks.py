"""The places of a face's landmarks: 68 by a model file of the user's, or the five of MTCNN.

Zhang et al. 2022 (SSGNN), Table VI, row "68p": landmarks in the place of pixels.
"""

from __future__ import annotations

import numpy as np

from ferkeras.detect import Detector
from ferkeras.detect.landmarks import LandmarkModel, landmarks_digest, shared_landmarks
from ferkeras.errors import FaceError
from ferkeras.prepare._find_face import face_of_crop
from ferkeras.types import Face, FloatArray, InputSpec, Picture

Box = tuple[float, float, float, float]


def prepare(picture: Picture, face: Face | None, spec: InputSpec) -> FloatArray:
    """Find a face's landmarks and give their places in its box.

    The square around the box, with ``spec.margin`` at each side, is 0..255, border to border:
    ``255 (p + 1/2 - corner) / side`` for a point p in pixels, which counts from a pixel's centre.
    Places are not rounded, as a pixel of a small face is many units wide. Those outside the square
    are moved to its border, so that the range of a model's input holds for landmarks too: a chin
    below the box needs a margin (the recipes': 0.15).

    Args:
        picture: uint8 RGB.
        face: a face in it.
        spec: landmarks, points and margin are used.

    Returns:
        float32 ``(spec.points, 2)``, (x, y) in 0..255.

    Raises:
        FaceError: no face, none of its landmarks, landmarks whose middle is not in the square, or
            a landmark model that is not there or gives another number of points.
    """
    if face is None:
        raise FaceError("landmarks need a face that a detector has found")
    return _framed(landmark_model(spec).find(picture, face), face.box, spec.margin)


def prepare_crop(picture: Picture, detector: Detector, spec: InputSpec) -> FloatArray:
    """The same in a face crop: its whole square is 0..255, without margin.

    Args:
        picture: uint8 RGB.
        detector: finds the face in it, by which the landmark model finds the points.
        spec: landmarks and points are used.

    Raises:
        FaceError: as `prepare`, or no face is found.
    """
    height, width = picture.shape[:2]
    points = landmark_model(spec).find(picture, face_of_crop(picture, detector))
    return _framed(points, (0.0, 0.0, float(width), float(height)), 0.0)


def landmark_model(spec: InputSpec) -> LandmarkModel:
    """The landmark model that ``spec`` names; loaded once in a process.

    Raises:
        FaceError: none is named, or its file is missing, damaged or of another number of points.
    """
    model = shared_landmarks(_source(spec))
    if model.count != spec.points:
        raise FaceError(
            f"{spec.landmarks}: gives {model.count} landmarks, but {spec.points} are wanted; take "
            "another file, or set input.points before training"
        )
    return model


def landmark_model_digest(spec: InputSpec) -> str:
    """What a landmark model's points depend on: SHA-256 of its file, or its name.

    Raises:
        FaceError: none is named, or its file is missing.
    """
    return landmarks_digest(_source(spec))


def _source(spec: InputSpec) -> str:
    if spec.landmarks is None:
        raise FaceError(
            f"the model takes {spec.points} landmarks, but no landmark model is named: set "
            "input.landmarks to a file of OpenCV's facemark (LBF or AAM) or of dlib's shape "
            "predictor (.dat); or take MTCNN's five: input.landmarks=mtcnn, input.points=5"
        )
    return spec.landmarks


def _framed(points: FloatArray, box: Box, margin: float) -> FloatArray:
    x, y, width, height = box
    side = max(width, height) * (1 + 2 * margin)
    if side < 1:
        raise FaceError(f"face box {width:g}x{height:g} is smaller than 1 pixel")
    corner = np.array([x + width / 2, y + height / 2]) - side / 2
    places = 255 * (points.astype(np.float64) + 0.5 - corner) / side
    middle = places.mean(axis=0)
    if not (np.isfinite(places).all() and (middle >= 0).all() and (middle <= 255).all()):
        raise FaceError("the landmarks do not lie on the face; the landmark model has lost it")
    return places.clip(0, 255).astype(np.float32)
