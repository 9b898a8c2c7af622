"""The networks that enlarge faces, by name, and what they have seen."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import track

from ferkeras.errors import FerkerasError, RecipeError

if TYPE_CHECKING:
    from ferkeras.datasets import Index

NONE, BICUBIC = "none", "bicubic"
_BATCH = 32


def load_restorers(names: Sequence[str]) -> list[Any]:
    """The restorers by name; none for ``none``.

    Raises:
        RecipeError: ``none`` beside others, or two of one name.
        FerkerasError: one that is not there.
    """
    if NONE in names:
        if len(names) > 1:
            raise RecipeError(f"--restorer {NONE} goes with no other")
        return []
    from ferkeras.restore import Restorer

    found = [Restorer.load(name) for name in names]
    for one in found:
        others = [other for other, also in zip(names, found, strict=True) if also.name == one.name]
        if len(others) > 1:
            raise RecipeError(
                f"--restorer {' and '.join(others)} are both named {one.name!r} by their cards; "
                "give one of them as its model file"
            )
    return found


def restorer_lines(restorers: Sequence[Any], index: Index) -> list[str]:
    """What each restorer has seen, as far as its card says."""
    lines = []
    for one in restorers:
        if one.name == BICUBIC:
            continue  # nothing was learned
        seen = (one.card and one.card.trained_on) or "data that its card does not name"
        named = [part for part in index.name.split("+") if re.search(rf"\b{part}\b", seen)]
        if named:
            people = f"the card names {', '.join(named)}, so people of this data may be among them"
        else:
            people = "whether people of this data are among them is unknown"
        lines.append(f"the restorer {one.name} was trained on {seen}; {people}")
    return lines


def restored(restorer: Any, small: Any, shape: tuple[int, ...]) -> Any:
    """All small pictures, uint8 ``(pictures, height, width, 3)``, made as large as ``shape`` says.

    Raises:
        FerkerasError: the restorer gives pictures of another size or type.
    """
    import numpy as np

    console = Console(stderr=True)
    parts = []
    for start in track(
        range(0, len(small), _BATCH),
        f"restoring by {restorer.name}",
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ):
        part = small[start : start + _BATCH]
        made = restorer.restore_batch(part)
        if made.dtype != np.uint8 or made.shape != (len(part), *shape[1:]):
            raise FerkerasError(
                f"restorer {restorer.name} made {made.dtype} {made.shape} of {part.shape}, "
                f"expected uint8 {(len(part), *shape[1:])}; choose one that enlarges 4 times"
            )
        parts.append(made)
    return np.concatenate(parts)
