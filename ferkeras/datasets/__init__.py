"""Readers of data sets, one a file, found by name.

``open_index("fer2013:/data/fer2013")`` imports ``ferkeras/datasets/fer2013.py`` and calls its
``read("/data/fer2013")``. A new reader is a new file with a function
``read(source: str) -> Index``.

Options follow the root, each as ``,name=value``: ``ckplus:/data/CK+,frames=1,contempt=yes``
(`ferkeras.datasets.options`). A reader may hold ``PUBLISHED``, its data set's published counts;
`ferkeras.datasets.verify` puts them beside the counts of a copy.
"""

from __future__ import annotations

import importlib
import pkgutil

from ferkeras.datasets.base import COLUMNS, Index, Skipped
from ferkeras.errors import DatasetError

__all__ = ["COLUMNS", "Index", "Skipped", "available", "open_index"]

_NOT_READERS = (
    "base",
    "digests",
    "expressions",
    "fer2013_csv",
    "options",
    "published",
    "tree",
    "verify",
    "verify_report",
)


def available() -> list[str]:
    """Names of all readers, in alphabetical order."""
    names = (module.name for module in pkgutil.iter_modules(__path__))
    return sorted(name for name in names if name not in _NOT_READERS and name[0] != "_")


def open_index(spec: str) -> Index:
    """Read a data set given as ``"<reader>:<source>"`` (or ``"<reader>"`` alone).

    Args:
        spec: ``"fer2013:/data/fer2013"``, ``"synthetic"``, ``"synthetic:subjects=20,frames=2"``,
            ``"ckplus:/data/CK+,frames=1"``.

    Raises:
        DatasetError: unknown reader, or anything its reader finds wrong.
    """
    name, _, source = spec.partition(":")
    if name not in available():
        raise DatasetError(f"no data set reader {name!r}; known: {', '.join(available())}")
    index = importlib.import_module(f"ferkeras.datasets.{name}").read(source)
    assert isinstance(index, Index)
    return index
