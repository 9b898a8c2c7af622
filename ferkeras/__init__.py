"""ferkeras: facial expressions and micro-expressions in Keras.

``import ferkeras`` loads nothing heavy: TensorFlow, Keras and OpenCV come in when a name that
needs them is used first.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_SUBPACKAGES = (
    "datasets",
    "detect",
    "evaluation",
    "explain",
    "export",
    "inputs",
    "layers",
    "losses",
    "media",
    "metrics",
    "models",
    "prepare",
    "restore",
    "runtime",
    "training",
    "types",
)
_CLASSES = {"Recognizer": "ferkeras.recognizer", "Restorer": "ferkeras.restore"}
__all__ = ["Recognizer", "Restorer", "__version__", *_SUBPACKAGES]

if TYPE_CHECKING:
    from ferkeras.recognizer import Recognizer
    from ferkeras.restore import Restorer


def __getattr__(name: str) -> Any:
    if name in _CLASSES:
        return getattr(importlib.import_module(_CLASSES[name]), name)
    if name in _SUBPACKAGES:
        return importlib.import_module(f"ferkeras.{name}")
    raise AttributeError(f"module 'ferkeras' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
