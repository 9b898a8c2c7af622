"""A restorer whose result is known, in the place of a trained one.

A test file uses the fixture by ``from fake_restorer import restorers  # noqa: F401``.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest


class Restorers(ModuleType):
    """In the place of `ferkeras.restore`; remembers what it was asked for."""

    def __init__(self, folder: Path) -> None:
        super().__init__("ferkeras.restore")
        self.file = folder / "super.tflite"
        self.file.write_bytes(b"a model")
        self.source = str(self.file)
        self.scale, self.loaded = 4, []
        self.seen: list[np.ndarray] = []
        self.Restorer = self

    def load(self, source):
        self.loaded.append(source)
        return self

    def restore(self, picture):
        """Each pixel four by four, and darker: nothing else in a chain looks like that."""
        self.seen.append(picture)
        return (picture // 2).repeat(self.scale, axis=0).repeat(self.scale, axis=1)


@pytest.fixture
def restorers(monkeypatch, tmp_path):
    made = Restorers(tmp_path)
    monkeypatch.setitem(sys.modules, "ferkeras.restore", made)
    return made
