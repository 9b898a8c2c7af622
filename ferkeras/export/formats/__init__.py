"""The formats a model can be written in: one a file, found by name.

``<format>.py`` (``tflite-int8`` is ``tflite_int8.py``) holds ``FILE``, the name of the file or
folder that it writes, and ``write(source, folder)``, which takes an
`ferkeras.export.export_source.ExportSource`.
"""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

from ferkeras.errors import ExportError

DEFAULT = ("saved_model", "tflite", "onnx")
"""What is written where nothing is asked for."""


def available() -> list[str]:
    """Names of all formats, in alphabetical order."""
    names = (module.name for module in pkgutil.iter_modules(__path__))
    return sorted(_format_name(name) for name in names if not name.startswith("_"))


def format_module(name: str) -> ModuleType:
    """The file of a format.

    Raises:
        ExportError: there is none of that name.
    """
    if name not in available():
        raise ExportError(f"no export format {name!r}; known: {', '.join(available())}")
    return importlib.import_module(f"{__name__}.{name.replace('-', '_')}")


def _format_name(module: str) -> str:
    return module.replace("_", "-") if module.startswith("tflite") else module
