"""A face in a picture -> the array that a model takes.

`prepare` is the one code that does this, for training and for recognition alike. It imports
``ferkeras/prepare/<kind>.py``, where ``kind`` is the `InputSpec`'s; a new kind of input is a new
file with a function ``prepare(picture, face, spec)``.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache

from ferkeras.errors import FaceError
from ferkeras.media import as_picture
from ferkeras.types import Face, FloatArray, InputSpec, Picture

__all__ = ["available", "prepare"]


def available() -> list[str]:
    """Names of all kinds of input, in alphabetical order."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def prepare(picture: Picture, face: Face | None, spec: InputSpec) -> FloatArray:
    """Turn a face into a model's input.

    Args:
        picture: uint8 RGB, or anything else that `ferkeras.media.as_picture` takes.
        face: the face as a detector found it; None where the picture is a face crop already.
        spec: what the model takes.

    Returns:
        float32 ``spec.shape``, values 0..255.

    Raises:
        FaceError: an unknown kind, or a face that cannot be prepared in that way.
        MediaError: not a picture.
    """
    return _load(spec.kind)(as_picture(picture), face, spec)


@cache
def _load(kind: str) -> Callable[[Picture, Face | None, InputSpec], FloatArray]:
    if kind not in available():
        raise FaceError(f"no input of kind {kind!r}; known: {', '.join(available())}")
    function: Callable[[Picture, Face | None, InputSpec], FloatArray] = importlib.import_module(
        f"ferkeras.prepare.{kind}"
    ).prepare
    return function
