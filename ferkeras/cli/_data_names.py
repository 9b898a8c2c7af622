"""Short names of data sets as they are typed, no two alike."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import PurePath

_OPTIONS = re.compile(r"(?:(?:^|,)[A-Za-z_]+=[^,/\\]*)+$")


def data_names(sources: Sequence[str]) -> list[str]:
    """A name for each data set: its reader and options, and as much of its root as is needed.

    Args:
        sources: ``"smic:/data/SMIC,part=HS"`` and the like, all different.

    Returns:
        ``"smic part=HS"``; where two would be alike ``"smic SMIC part=HS"``, with the name of the
        root, or else what was typed.
    """
    ways: tuple[Callable[[str], str], ...] = (
        lambda source: _name(source, with_root=False),
        lambda source: _name(source, with_root=True),
        lambda source: source,
    )
    names = [ways[0](source) for source in sources]
    for way in ways[1:]:
        count = Counter(names)
        names = [
            way(source) if count[name] > 1 else name
            for source, name in zip(sources, names, strict=True)
        ]
    return names


def _name(source: str, *, with_root: bool) -> str:
    from ferkeras.datasets import available

    joint = rf"\+(?=(?:{'|'.join(available())})(?::|\+|$))"
    return "+".join(_short(part, with_root) for part in re.split(joint, source))


def _short(source: str, with_root: bool) -> str:
    reader, _, rest = source.partition(":")
    options = _OPTIONS.search(rest)
    root = PurePath(rest[: options.start()] if options else rest).name if with_root else ""
    return " ".join(filter(None, [reader, root, options.group().lstrip(",") if options else ""]))
