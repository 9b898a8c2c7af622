"""Finds the public classes of a folder by file name, so that a new file needs no list."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from typing import Any

# File names whose class is not the plain CamelCase of their words.
_ACRONYMS = {word.lower(): word for word in ("PSNR", "RRDB", "SSIM", "UAR", "UF1")}


def class_name(file_name: str) -> str:
    """``"joint_tuning_loss"`` -> ``"JointTuningLoss"``; acronyms stay upper case."""
    words = file_name.split("_")
    return "".join(_ACRONYMS.get(word, word[:1].upper() + word[1:]) for word in words)


def lazy_classes(
    package: str, path: Iterable[str]
) -> tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]:
    """``__getattr__``, ``__dir__`` and ``__all__`` for a folder of one-class files.

    Args:
        package: the folder's ``__name__``.
        path: the folder's ``__path__``.
    """
    names = {
        class_name(module.name): module.name
        for module in pkgutil.iter_modules(path)
        if module.name[0] != "_"
    }

    def get(name: str) -> Any:
        if name not in names:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(importlib.import_module(f"{package}.{names[name]}"), name)

    return get, lambda: sorted(names), sorted(names)
