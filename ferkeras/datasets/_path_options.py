"""Options of a reader whose value is a path, and so may hold slashes."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from ferkeras.errors import DatasetError


def take_paths(reader: str, source: str, names: Sequence[str]) -> tuple[str, dict[str, str]]:
    """Take ``,name=<path>`` out of a reader's source.

    A path reaches to the next ``,name=`` or to the end. What is left goes to
    `ferkeras.datasets.options.parse_source`.

    Args:
        reader: the reader's name, for messages.
        source: ``"/data/CASME2,table=/data/labels/coding.xlsx,classes=three"``.
        names: the options that are paths.

    Returns:
        The source without them, and name -> path as written.

    Raises:
        DatasetError: an option twice, or without a path.
    """
    pattern = re.compile(rf",({'|'.join(names)})=(.*?)(?=,[A-Za-z_]+=|$)", re.DOTALL)
    paths: dict[str, str] = {}
    for name, value in pattern.findall(source):
        if name in paths:
            raise DatasetError(f"{reader}: option {name!r} is given twice")
        if not value.strip():
            raise DatasetError(f"{reader}: option {name}= needs a path")
        paths[name] = value.strip()
    return pattern.sub("", source), paths


def resolve(root: Path, value: str | None) -> Path | None:
    """A path option: one that is not absolute counts from the root."""
    return None if value is None else root / os.path.expanduser(value)
