"""Facial landmarks of a face that a detector has found: 68 by a model file of the user's, or five.

No model of 68 points comes along (dlib's, for one, was trained on 300-W, whose licence leaves
commercial use out). So a file is named, or the five points of MTCNN are chosen.
"""

from __future__ import annotations

import hashlib
import threading
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from ferkeras.detect._facemark import AamLandmarks, LbfLandmarks
from ferkeras.detect._shape_predictor import ShapePredictorLandmarks
from ferkeras.errors import FaceError
from ferkeras.types import LANDMARK_NAMES, Face, FloatArray, Picture

_HEAD = 4096  # bytes in which a facemark file names its first entry
_LOADING = threading.Lock()  # of two threads that need one model, one loads it


class LandmarkModel(Protocol):
    """Finds landmarks; one object holds one loaded model and may be used for any number of faces.

    Attributes:
        name: ``"mtcnn"``, ``"facemark_lbf"``, ``"facemark_aam"`` or ``"dlib"``.
        count: how many points it gives: 68 in iBUG order (jaw 0-16, brows 17-26, nose 27-35,
            eyes 36-47, mouth 48-67) of the public models, 5 in the order of
            `ferkeras.types.LANDMARK_NAMES` of ``"mtcnn"``.
    """

    name: str
    count: int

    def find(self, picture: Picture, face: Face) -> FloatArray:
        """The face's points, float32 ``(count, 2)``, (x, y) in pixels; may lie over the border.

        Raises:
            FaceError: there are none for this face.
        """
        ...


class _FivePoints:
    """Those that the detector gave."""

    name = "mtcnn"
    count = len(LANDMARK_NAMES)

    def find(self, picture: Picture, face: Face) -> FloatArray:
        if face.landmarks is None:
            raise FaceError(
                f"detector {face.detector or 'unknown'!r} gives no landmarks; "
                "landmarks='mtcnn' needs detector 'mtcnn'"
            )
        return face.landmarks


def load_landmarks(source: str | Path | None) -> LandmarkModel:
    """Make a landmark model; load it once and use it for all faces.

    Args:
        source: ``"mtcnn"`` for the five points that the detector of that name finds; or a file:
            OpenCV's facemark (LBF: S. Ren, X. Cao, Y. Wei, J. Sun: Face alignment at 3000 FPS via
            regressing local binary features, CVPR 2014; AAM: G. Tzimiropoulos, M. Pantic:
            Optimization problems for fast AAM fitting in-the-wild, ICCV 2013), YAML, XML or JSON;
            or dlib's shape predictor (V. Kazemi, J. Sullivan: One millisecond face alignment with
            an ensemble of regression trees, CVPR 2014), ``.dat``.

    Raises:
        FaceError: None, or a file that is missing, damaged or of another kind; dlib is missing.
    """
    if source is None:
        raise FaceError(
            "68 landmarks need a model file: OpenCV's facemark (LBF or AAM, such as lbfmodel.yaml) "
            "or dlib's shape predictor (.dat); or take landmarks='mtcnn' for the detector's five"
        )
    if source == "mtcnn":
        return _FivePoints()
    path = _file(source)
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if b"stages_n" in head:
        return LbfLandmarks(path)
    if b"AAM_tri" in head:
        return AamLandmarks(path)
    if path.suffix == ".dat":
        return ShapePredictorLandmarks(path)
    raise FaceError(
        f"{path} is no landmark model: expected OpenCV's facemark (LBF or AAM as YAML, XML or "
        "JSON) or dlib's shape predictor, unpacked and named .dat"
    )


def shared_landmarks(source: str) -> LandmarkModel:
    """As `load_landmarks`, but loaded once in a process, and anew where the file has changed.

    Raises:
        FaceError: as there.
    """
    if source == "mtcnn":
        return load_landmarks(source)
    found = _file(source).stat()
    with _LOADING:
        return _loaded(source, found.st_mtime_ns, found.st_size, found.st_ino)


def landmarks_digest(source: str) -> str:
    """SHA-256 of a landmark model's file; ``"mtcnn"`` is its own.

    Raises:
        FaceError: there is no such file.
    """
    if source == "mtcnn":
        return source
    return hashlib.sha256(_file(source).read_bytes()).hexdigest()


@lru_cache(maxsize=2)  # a model takes some 100 MB
def _loaded(source: str, *written: int) -> LandmarkModel:
    return load_landmarks(source)


def _file(source: str | Path) -> Path:
    path = Path(source).expanduser()
    if not path.is_file():
        raise FaceError(f"{source}: there is no such landmark model file (or name it 'mtcnn')")
    return path
