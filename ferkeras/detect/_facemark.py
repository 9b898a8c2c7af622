"""Landmarks by the models of OpenCV's face module."""

from __future__ import annotations

import ctypes
import os
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ferkeras.detect.align import TEMPLATE
from ferkeras.detect.registered_crop import warp_window
from ferkeras.detect.similarity import inverse, moved, similarity
from ferkeras.errors import FaceError
from ferkeras.media import as_picture
from ferkeras.types import Face, FloatArray, Picture

_SILENT = "%YAML:1.0\n---\nverbose: 0\n"
# LANDMARK_NAMES among the 68 points
_FIVE = (slice(36, 42), slice(42, 48), slice(30, 31), slice(48, 49), slice(54, 55))
_MARGIN = 1.6  # an AAM's canvas, in mean faces


class LbfLandmarks:
    """Local binary features. It starts from the face's box, rounded to whole pixels.

    OpenCV trains it on boxes of a frontal cascade, whose frame all detectors of ferkeras give.
    """

    name = "facemark_lbf"

    def __init__(self, path: Path) -> None:
        text = path.read_bytes()
        # OpenCV takes a file cut short for a model of zeros, or crashes
        found = re.search(rb"stages_n\"?[:>]\s*(\d+)", text)
        stages = int(found[1]) if found else 0
        entries = [b"regressor_meanshape", *(b"weights_%d" % stage for stage in range(stages))]
        if not stages or any(entry not in text for entry in entries):
            raise FaceError(f"{path}: the LBF model is not complete; get the file again")
        self._path, self._lock = path, threading.Lock()
        self._model = cv2.face.createFacemarkLBF()
        settings = cv2.FileStorage(_SILENT, cv2.FILE_STORAGE_READ | cv2.FILE_STORAGE_MEMORY)
        self._model.read(settings.root())  # else it prints to standard output
        with _cv_errors(path):
            self._model.loadModel(str(path))
        blank = np.full((96, 96, 3), 128, np.uint8)
        self.count = len(self.find(blank, Face((32.0, 32.0, 32.0, 32.0))))

    def find(self, picture: Picture, face: Face) -> FloatArray:
        """See `ferkeras.detect.landmarks.LandmarkModel.find`."""
        grey = cv2.cvtColor(as_picture(picture), cv2.COLOR_RGB2GRAY)
        x, y, width, height = box = [round(value) for value in face.box]
        rows, columns = grey.shape
        if not (-width < x < columns - 1 and -height < y < rows - 1 and min(width, height) > 1):
            raise FaceError(f"the face's box {face.box} is not in the picture {columns}x{rows}")
        with self._lock, _cv_errors(self._path):
            return _points(self._path, *self._model.fit(grey, np.array([box], np.int32)))


class AamLandmarks:
    """An active appearance model of 68 points.

    OpenCV starts it in the middle of the picture at its own size, wherever the face is. So the
    face is brought there first: by its five landmarks, or where those usually are in its box.
    """

    name = "facemark_aam"
    count = 68

    def __init__(self, path: Path) -> None:
        self._path, self._lock = path, threading.Lock()
        self._model = cv2.face.createFacemarkAAM()
        with _cv_errors(path), _stdout_dropped():
            file = cv2.FileStorage(str(path), cv2.FILE_STORAGE_READ)
            mean = np.array(list(_numbers(file.getNode("s0"))))
            complete = not file.getNode("scale0_ind2").empty()
            file.release()
            if len(mean) != 2 * self.count or not complete:
                raise FaceError(f"{path}: no complete AAM of {self.count} points")
            self._model.loadModel(str(path))
        mean = mean.reshape(-1, 2)
        self._side = 2 * int(np.ceil(_MARGIN * abs(mean).max()))
        self._five = np.array([mean[group].mean(0) for group in _FIVE]) + self._side / 2

    def find(self, picture: Picture, face: Face) -> FloatArray:
        """See `ferkeras.detect.landmarks.LandmarkModel.find`."""
        x, y, width, height = face.box
        five: NDArray[Any] = TEMPLATE * (width, height) + (x - 0.5, y - 0.5)
        matrix = similarity(five if face.landmarks is None else face.landmarks, self._five)
        grey = warp_window(as_picture(picture), matrix, self._side, grey=True)
        whole = np.array([[0, 0, self._side, self._side]], np.int32)
        with self._lock, _cv_errors(self._path):
            points = _points(self._path, *self._model.fit(grey, whole))
        return moved(points, inverse(matrix)).astype(np.float32)


def _points(path: Path, fitted: bool, faces: Any) -> FloatArray:
    points = np.asarray(faces[0] if fitted else (), np.float32).reshape(-1, 2)
    if not len(points) or not np.isfinite(points).all():
        raise FaceError(f"{path}: the landmark model finds no points in this face")
    return points


def _numbers(node: Any) -> Iterator[float]:
    if node.isSeq():
        for at in range(node.size()):
            yield from _numbers(node.at(at))
    elif node.isMap():
        yield from node.mat().ravel().tolist()
    elif not node.isNone():
        yield node.real()


@contextmanager
def _cv_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except (cv2.error, SystemError) as error:  # SystemError: OpenCV's error from a constructor
        cause = error.__cause__ if isinstance(error, SystemError) else error
        reason = str(getattr(cause, "err", cause)).strip()
        raise FaceError(f"{path}: OpenCV cannot use this model ({reason})") from error


@contextmanager
def _stdout_dropped() -> Iterator[None]:
    """An AAM says that it was loaded, from C, and nothing turns that off."""
    sys.stdout.flush()
    screen, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        ctypes.CDLL(None).fflush(None)
        os.dup2(screen, 1)
        os.close(screen)
        os.close(nowhere)
