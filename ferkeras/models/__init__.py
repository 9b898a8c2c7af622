"""Model builders; each system is one folder, and its builders are found by name.

``ferkeras.models.MFFCNN`` is the builder in ``models/mff_cnn/model.py``.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

from ferkeras.errors import FerkerasError


def systems() -> list[str]:
    """Names of all systems: the folders here."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__) if module.ispkg)


def system_module(system: str, part: str) -> Any:
    """A system's ``model`` or ``recipe`` module.

    Raises:
        FerkerasError: there is no such system.
    """
    if system not in systems():
        raise FerkerasError(f"no system {system!r}; known: {', '.join(systems())}")
    return importlib.import_module(f"{__name__}.{system}.{part}")


def __getattr__(name: str) -> Any:
    if not name.startswith("_"):
        for system in systems():
            package = importlib.import_module(f"{__name__}.{system}")
            if name in package.__all__:
                return getattr(package, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
