"""Readers of data sets, one a file, found by name.

``open_index("fer2013:/data/fer2013")`` imports ``ferkeras/datasets/fer2013.py`` and calls its
``read("/data/fer2013")``. A new reader is a new file with a function
``read(source: str) -> Index``.

Options follow the root, each as ``,name=value``: ``ckplus:/data/CK+,frames=1,contempt=yes``
(`ferkeras.datasets.options`); a few take a path, which may hold slashes (``,table=/data/a.xlsx``)
and counts from the root unless it is absolute. A reader may hold ``PUBLISHED``, its data set's
published counts; `ferkeras.datasets.verify` puts them beside the counts of a copy.

Any reader takes ``,classes=three`` or ``,classes=six``, which map its classes onto fewer, the same
for all data sets (`map_classes`): ``ckplus:/data/CK+,classes=three``. Any reader of clips takes
``,pictures=apex``, ``,pictures=all`` or ``,pictures=5``, which give frames of the clips as single
pictures (`clip_pictures`).

Several data sets are read as one where a ``+`` joins them (`combine`):
``casme2:/data/CASME2,classes=three+samm:/data/SAMM+smic:/data/SMIC``.
"""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
import re

from ferkeras.datasets._class_mapping import map_classes, take_mapping
from ferkeras.datasets._clip_pictures import clip_pictures, take_pictures
from ferkeras.datasets._composite import combine
from ferkeras.datasets.base import COLUMNS, Index, Skipped
from ferkeras.errors import DatasetError

__all__ = [
    "COLUMNS",
    "Index",
    "Skipped",
    "available",
    "clip_pictures",
    "combine",
    "map_classes",
    "open_index",
    "source_parts",
]

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
            ``"ckplus:/data/CK+,frames=1"``, or several joined by ``+`` for `combine`. A ``+`` joins
            only where a reader's name and ``:`` follow it, so paths may hold one.

    Raises:
        DatasetError: unknown reader, anything its reader finds wrong, or data sets that do not
            go together.
    """
    index = combine([_open_one(one) for one in source_parts(spec)])
    return dataclasses.replace(index, source=spec)


def source_parts(spec: str) -> list[str]:
    """The data sets of a composite, each as `open_index` takes it."""
    joint = rf"\+(?=(?:{'|'.join(available())}):)"
    return re.split(joint, spec)


def _open_one(spec: str) -> Index:
    name, _, source = spec.partition(":")
    if name not in available():
        raise DatasetError(f"no data set reader {name!r}; known: {', '.join(available())}")
    reader = importlib.import_module(f"ferkeras.datasets.{name}")
    source, frames = take_pictures(name, source)
    source, mapping = take_mapping(reader, source)
    index = reader.read(source)
    assert isinstance(index, Index)
    index = map_classes(index, mapping) if mapping else index
    return index if frames is None else clip_pictures(index, frames)
