"""Sharp faces of a data set, with a progress bar."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import Progress

from ferkeras.errors import RecipeError

if TYPE_CHECKING:
    from ferkeras.datasets import Index
    from ferkeras.datasets.digests import Digests
    from ferkeras.inputs.sharp_faces import SharpFaces


def part_of(index: Index, split: str) -> Index:
    """The rows of one part of an index; all for "".

    Raises:
        RecipeError: there is no such part.
    """
    import numpy as np

    if not split:
        return index
    rows = np.flatnonzero(index.table["split"] == split)
    if not len(rows):
        parts = ", ".join(sorted(set(index.table["split"].dropna()))) or "none"
        raise RecipeError(f"--split {split}: {index.name} has no such part; it has: {parts}")
    return index.subset(rows)


def cut_faces(
    index: Index,
    size: int,
    smallest: int,
    digests: Digests,
    cache: Path,
    *,
    multiple: int = 4,
    **settings: Any,
) -> SharpFaces:
    """`ferkeras.inputs.sharp_faces.sharp_faces` with a bar; settings: detector and margin."""
    from ferkeras.inputs.sharp_faces import sharp_faces

    console = Console(stderr=True, highlight=False, markup=False)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(f"cutting faces out of {index.name}", total=len(index))
        return sharp_faces(
            index,
            size,
            smallest,
            multiple,
            cache=cache.expanduser(),
            digests=digests,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
            **settings,
        )
