"""Votes of FER+ and the class that the majority of them gives.

Barsoum, Zhang, Canton Ferrer, Zhang, "Training Deep Networks for Facial Expression Recognition with
Crowd-Sourced Label Distribution", ICMI 2016, arXiv:1608.01041.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ferkeras.datasets._annotation_table import heading, read_grid
from ferkeras.datasets.expressions import expression_named
from ferkeras.errors import DatasetError

TAGGERS = 10
CHOICES = (
    *("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt"),
    *("unknown", "NF"),
)
"""What a tagger could choose: eight expressions, not known, not a face."""

_SPLITS = {"Training": "train", "PublicTest": "public_test", "PrivateTest": "private_test"}


@dataclass(frozen=True)
class Votes:
    """One row of ``fer2013new.csv``.

    Attributes:
        where: file and row, counted from 1 as a spreadsheet shows it.
        split: the part of the picture; None where its Usage is not one of the contest's.
        usage: the cell itself, for messages.
        picture: name that FER+ gives the picture; empty for most of those that show no face. Its
            number is not that of the row.
        cells: votes for each of `CHOICES`, as written.
    """

    where: str
    split: str | None
    usage: str
    picture: str
    cells: tuple[str, ...]


def read_votes(reader: str, path: Path) -> list[Votes]:
    """All rows in their order, without empty ones.

    Raises:
        DatasetError: the file is missing, cannot be read, or lacks a column.
    """
    if not os.path.lexists(path):
        raise DatasetError(
            f"{reader}: no file {path}; put the labels of FER+ (github.com/microsoft/FERPlus) "
            "there, or name the file: ,table=<file>"
        )
    grid = read_grid(reader, path)
    names = [heading(cell) for cell in grid[0]] if grid else []
    wanted = ("Usage", "Image name", *CHOICES)
    missing = [name for name in wanted if heading(name) not in names]
    if missing:
        raise DatasetError(
            f"{reader}: {path} has no column {missing[0]!r}; its first line must name "
            f"{', '.join(wanted)}"
        )
    places = [names.index(heading(name)) for name in wanted]
    votes = []
    for number, line in enumerate(grid[1:], 2):
        cells = [str(line[at]).strip() if at < len(line) else "" for at in places]
        if any(cells):
            usage, picture, *counts = cells
            where = f"{path.name}, row {number}"
            votes.append(Votes(where, _SPLITS.get(usage), usage, picture, tuple(counts)))
    return votes


def majority(cells: Sequence[str]) -> str:
    """The expression that has more than half of the votes.

    As in the authors' mode "majority": a choice with a single vote is taken for a slip and does not
    count, for none of the sums; of the votes that are left, unknown and not-a-face among them, the
    first choice must have more than half.

    Args:
        cells: votes for each of `CHOICES`, as written.

    Raises:
        DatasetError: the reason why there is none: no choice has more than half, the majority
            chose unknown or not a face, or the cells are not numbers of votes.
    """
    if not all(cell.isdecimal() and int(cell) <= TAGGERS for cell in cells):
        raise DatasetError(f"votes {' '.join(cells)[:60]!r} are not ten numbers in 0..{TAGGERS}")
    votes = {name: int(cell) for name, cell in zip(CHOICES, cells, strict=True) if int(cell) > 1}
    name = max(votes, key=votes.__getitem__, default="")
    if not votes or 2 * votes[name] <= sum(votes.values()):
        have = ", ".join(f"{one} {count}" for one, count in votes.items())
        raise DatasetError(f"no majority ({have or 'no choice has more than one vote'})")
    if name == "unknown":
        raise DatasetError("the majority chose unknown")
    label = expression_named(name)
    if label is None:
        raise DatasetError("the majority sees no face")
    return label
