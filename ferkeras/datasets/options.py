"""The one syntax of a reader's source: a root, then ``,name=value`` for each option.

``ckplus:/data/CK+,frames=1,contempt=yes`` reads ``/data/CK+`` with two options. Only the tail of
the source is taken for options, and a value holds no slash: a folder whose own name ends like an
option is given with a slash behind it (``ckplus:/data/copy,v=2/``).
"""

from __future__ import annotations

import dataclasses
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from ferkeras.errors import DatasetError

Options = TypeVar("Options")

_TAIL = re.compile(r"(?:,[A-Za-z_]+=[^,/\\]*)+$")
_YES_NO = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


@dataclass(frozen=True)
class NoOptions:
    """Options of a reader that has none."""


def parse_source(reader: str, source: str, options: type[Options]) -> tuple[Path, Options]:
    """Split a source into its root and its options.

    Args:
        reader: the reader's name, for messages.
        source: ``"<root>[,name=value...]"``.
        options: a dataclass whose fields are the known options, each with a default that is a
            bool (given as yes or no), an int or a str.

    Raises:
        DatasetError: no root, an unknown option, one given twice, or a value of the wrong kind.
    """
    tail = _TAIL.search(source)
    root = source[: tail.start()] if tail else source
    if not root.strip():
        raise DatasetError(
            f"{reader}: no folder given; write {reader}:<root>, for example {reader}:/data/{reader}"
        )
    given = tail.group()[1:] if tail else ""
    return Path(os.path.expanduser(root)).absolute(), parse_options(reader, given, options)


def parse_options(reader: str, text: str, options: type[Options]) -> Options:
    """Read ``"name=value,name=value"`` into the dataclass ``options``; see `parse_source`."""
    defaults = options()
    fields = dataclasses.fields(defaults)  # type: ignore[arg-type]
    known = {field.name: getattr(defaults, field.name) for field in fields}
    values: dict[str, Any] = {}
    for piece in filter(None, (part.strip() for part in text.split(","))):
        name, equals, value = (part.strip() for part in piece.partition("="))
        if name not in known or not equals:
            names = ", ".join(known) or "none"
            raise DatasetError(f"{reader}: unknown option {piece!r}; known options: {names}")
        if name in values:
            raise DatasetError(f"{reader}: option {name!r} is given twice")
        values[name] = _value(reader, name, value, known[name])
    return options(**values)


def _value(reader: str, name: str, text: str, default: object) -> object:
    if isinstance(default, bool):
        if text.lower() not in _YES_NO:
            raise DatasetError(f"{reader}: option {name}={text} is neither yes nor no")
        return _YES_NO[text.lower()]
    if isinstance(default, int):
        try:
            return int(text)
        except ValueError:
            raise DatasetError(f"{reader}: option {name}={text} is not a whole number") from None
    return text
