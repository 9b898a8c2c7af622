"""Which rows of an index go into which file."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ferkeras.datasets.base import Index
from ferkeras.errors import DatasetError, GraphError

GRAPHS_A_SHARD = 1024
"""At most, where the number of shards is not given: some 50 MB of 48x48 pictures."""

_ODD = re.compile(r"[^A-Za-z0-9._+-]")


@dataclass(frozen=True)
class Shard:
    """One file.

    Attributes:
        name: of the file: ``"train-00000-of-00029.tfrecord"``.
        part: ``"train"``.
        rows: ``(pictures,)`` numbers of the index's rows, ascending; those of one part one after
            another.
    """

    name: str
    part: str
    rows: NDArray[np.int64] = field(repr=False)


def plan_shards(
    index: Index, splits: Sequence[str] = (), shards: int | None = None
) -> tuple[Shard, ...]:
    """The files of an index: each of its parts in turn, in shards of nearly equal length.

    A part is what has the same ``split``; where there is none, all rows are one part, named like
    the data set. Nothing but the table and these arguments decides, so the plan is the same
    everywhere.

    Args:
        index: the data set.
        splits: only these parts; all by default.
        shards: number of shards of each part; None: as few as hold `GRAPHS_A_SHARD` at most.

    Raises:
        DatasetError: no such part.
        GraphError: fewer shards than 1, or more than pictures in a part.
    """
    column = [index.name if split is None else str(split) for split in index.table["split"]]
    known = list(dict.fromkeys(column))
    for split in splits:
        if split not in known:
            raise DatasetError(f"{index.name} has no part {split!r}; it has {', '.join(known)}")
    planned: list[Shard] = []
    for part in known:
        if splits and part not in splits:
            continue
        rows = np.flatnonzero([split == part for split in column])
        count = math.ceil(len(rows) / GRAPHS_A_SHARD) if shards is None else shards
        if not 1 <= count <= len(rows):
            raise GraphError(
                f"shards is {count}, expected 1 to {len(rows)}, the pictures of part {part!r}"
            )
        stem = _ODD.sub("_", part)
        planned += [
            Shard(f"{stem}-{number:05d}-of-{count:05d}.tfrecord", part, own)
            for number, own in enumerate(np.array_split(rows, count))
        ]
    if len({shard.name for shard in planned}) < len(planned):
        raise DatasetError(f"{index.name}: two of its parts {known} would have files of one name")
    return tuple(planned)
