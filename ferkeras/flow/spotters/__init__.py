"""Where the apex is in a sequence of registered faces: one spotter a file, found by name.

``spot_apex(frames, method="roi")`` imports ``ferkeras/flow/spotters/roi.py``. A new spotter is a
new file with two functions: ``difference(faces, **settings)`` gives the curve, float32
``(frames,)``, of how much each face differs from the first; ``apex(curve)`` the position of its
apex, 1 or more. Faces are grey pictures, uint8 ``(H, W)``, two or more.
"""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

from ferkeras.errors import FlowError

__all__ = ["available", "load_spotter"]


def available() -> list[str]:
    """Names of all spotters, in alphabetical order."""
    return sorted(m.name for m in pkgutil.iter_modules(__path__) if m.name[0] != "_")


def load_spotter(name: str) -> ModuleType:
    """The file of a spotter.

    Raises:
        FlowError: an unknown spotter.
    """
    if name not in available():
        raise FlowError(f"no apex spotter {name!r}; known: {', '.join(available())}")
    return importlib.import_module(f"ferkeras.flow.spotters.{name}")
