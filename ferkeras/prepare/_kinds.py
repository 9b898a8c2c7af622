"""Kinds of input by name: each is one file of this folder."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from ferkeras.errors import FaceError


def available() -> list[str]:
    """Names of all kinds of input, in alphabetical order."""
    names = (module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)]))
    return sorted(name for name in names if name[0] != "_")


@cache
def kind_function(kind: str, name: str) -> Callable[..., Any]:
    """The function ``"prepare"`` (of a picture) or ``"compose"`` (of a movement) of a kind's file.

    Raises:
        FaceError: no such kind, or one that takes the other sort of sample.
    """
    if kind not in available():
        raise FaceError(f"no input of kind {kind!r}; known: {', '.join(available())}")
    module = importlib.import_module(f"ferkeras.prepare.{kind}")
    function: Callable[..., Any] | None = getattr(module, name, None)
    if function is None:
        takes = "one picture" if name == "compose" else "a clip"
        raise FaceError(
            f"input of kind {kind!r} is made of {takes}; InputSpec.flow is set for clips, and only "
            "for clips"
        )
    return function
