"""Pictures -> faces: one detector a file, found by name.

``load_detector("viola_jones")`` imports ``ferkeras/detect/viola_jones.py`` and calls its
``create()``. A new detector is a new file with a function ``create(**options) -> Detector``.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from typing import Any

from ferkeras.detect.base import Detector, merge_overlapping
from ferkeras.errors import FaceError
from ferkeras.types import Face

__all__ = ["Detector", "Face", "available", "load_detector", "merge_overlapping"]

_NOT_DETECTORS = (
    *("align", "base", "crop", "landmarks", "point_schemes", "registered_crop", "similarity"),
    "track",
)


def available() -> list[str]:
    """Names of all detectors, in alphabetical order."""
    names = (module.name for module in pkgutil.iter_modules(__path__))
    return sorted(name for name in names if name not in _NOT_DETECTORS and name[0] != "_")


def load_detector(name: str, **options: Any) -> Detector:
    """Make a detector; load it once and use it for all pictures.

    Args:
        name: ``"viola_jones"`` (fast, frontal faces, no landmarks) or ``"mtcnn"`` (slower,
            finds turned faces too, five landmarks).
        options: as the ``create`` of that detector's file takes them.

    Raises:
        FaceError: an unknown detector or option.
    """
    if name not in available():
        raise FaceError(f"no face detector {name!r}; known: {', '.join(available())}")
    create = importlib.import_module(f"ferkeras.detect.{name}").create
    known = inspect.signature(create).parameters
    unknown = sorted(set(options) - set(known))
    if unknown:
        raise FaceError(f"detector {name} has no option {unknown[0]!r}; known: {', '.join(known)}")
    detector: Detector = create(**options)
    return detector
