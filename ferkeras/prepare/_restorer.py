"""The model of super-resolution by which small faces are enlarged."""

from __future__ import annotations

import hashlib
import threading
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ferkeras.errors import FaceError, ModelFileError
from ferkeras.runtime import find_model
from ferkeras.types import InputSpec, Picture

if TYPE_CHECKING:
    from ferkeras.restore import Restorer

FACTOR = 4
"""How many times larger each side becomes."""

_SUFFIXES = (".keras", ".tflite", ".onnx", ".pb")
_LOADING = threading.Lock()  # of two threads that need one model, one loads it


def check_restorer(spec: InputSpec) -> None:
    """Pass if faces can be enlarged as ``spec`` says: a model that is missing is no sample's fault.

    Raises:
        ModelFileError: there is no such model, or it cannot be used.
        FaceError: it enlarges by another factor than 4.
    """
    if spec.resolution is not None and spec.resolution.restorer is not None:
        _restorer(spec.resolution.restorer)


def restorer_digest(spec: InputSpec) -> str:
    """What enlarged faces depend on: SHA-256 of the model's files, or the method's name.

    Raises:
        ModelFileError: there is no such model.
    """
    assert spec.resolution is not None
    source = spec.resolution.restorer
    if source is None:
        return spec.resolution.restore
    digest = hashlib.sha256()
    for name, path in _files(source).items():
        digest.update(f"{name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def enlarged_by(source: str, small: Picture) -> Picture:
    """A small face four times larger.

    Args:
        source: tag or path of the model; it is loaded once in a process, and anew where its files
            have changed.
        small: uint8 RGB.

    Raises:
        ModelFileError, FaceError: as `check_restorer`; or the model gives no such picture.
    """
    large = _restorer(source).restore(small)
    height, width = small.shape[:2]
    wanted = (height * FACTOR, width * FACTOR, 3)
    if large.shape != wanted or large.dtype != np.uint8:
        raise FaceError(
            f"restorer {source!r} made {large.dtype} {large.shape} of {small.shape}, expected "
            f"uint8 {wanted}"
        )
    return large


def _restorer(source: str) -> Restorer:
    found = [(str(path), path.stat()) for path in _files(source).values()]
    written = tuple((name, s.st_mtime_ns, s.st_size, s.st_ino) for name, s in found)
    with _LOADING:
        restorer = _loaded(source, written)
    if restorer.scale != FACTOR:
        raise FaceError(
            f"restorer {source!r} enlarges {restorer.scale} times, but a face is restored from a "
            f"quarter of its side: take one that enlarges {FACTOR} times"
        )
    return restorer


@lru_cache(maxsize=2)  # a model takes up to some 100 MB
def _loaded(source: str, written: tuple[tuple[str | int, ...], ...]) -> Restorer:
    from ferkeras.restore import Restorer  # few inputs need it

    return Restorer.load(source)


def _files(source: str) -> dict[str, Path]:
    """The model's files: one without a name, or in a folder those of every engine by their names.

    Raises:
        ModelFileError: there are none.
    """
    try:
        place = find_model(source)
    except ModelFileError as error:
        raise ModelFileError(f"faces are to be restored by {source!r}: {error}") from error
    if place.is_file():
        return {"": place}
    inside = sorted(path for path in place.rglob("*") if path.is_file())
    models = (p for p in inside if p.suffix in _SUFFIXES or p.parent.name == "variables")
    files = {path.relative_to(place).as_posix(): path for path in models}
    if not files:
        raise ModelFileError(f"faces are to be restored by {source!r}: no model file in the folder")
    return files
