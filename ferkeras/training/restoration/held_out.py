"""Which people are kept from training to be watched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ferkeras.datasets.base import Index
from ferkeras.datasets.digests import Digests
from ferkeras.training.kept_together import kept_together

_KINDS = {"subject": "people", "sequence": "recordings", "row": "pictures"}


@dataclass(frozen=True)
class HeldOut:
    """Rows of an index, ascending.

    Attributes:
        train, watched: no person, recording or equal picture is in both.
        copies: rows that are in neither, as an equal picture is watched.
        by: what was kept together: ``"people"``, of rows where they are not known ``"recordings"``,
            else ``"pictures"``; several joined by "and".
        kept: how many of these are watched.
    """

    train: NDArray[np.int64]
    watched: NDArray[np.int64]
    copies: int
    by: str
    kept: int


def held_out(index: Index, share: float, seed: int, digests: Digests) -> HeldOut:
    """Draw a share of the people, else of the recordings, else of the pictures.

    Args:
        index: the data set.
        share: 0 to below 1; above 0 at least one is drawn, and one always stays for training.
        seed: of the draw.
        digests: of the index's pictures.
    """
    names, by = _together(index, digests)
    distinct = np.unique(names)
    drawn = np.random.default_rng(seed).permutation(distinct)
    count = min(max(1, round(share * len(distinct))), len(distinct) - 1) if share else 0
    watched = np.isin(names, drawn[:count])
    seen = {value for value in digests.values[watched] if value is not None}
    copies = ~watched & np.array([value in seen for value in digests.values], bool)
    train, apart = np.flatnonzero(~watched & ~copies), np.flatnonzero(watched)
    return HeldOut(train, apart, int(copies.sum()), by, count)


def _together(index: Index, digests: Digests) -> tuple[NDArray[Any], str]:
    """A name for each row, equal where rows must not be parted, and what was kept together."""
    names = kept_together(index.table).astype(object)
    alone = np.array([name.startswith("row ") for name in names], bool)
    for row in np.flatnonzero(
        alone
    ):  # equal pictures are one; what cannot be read is one of its own
        names[row] = digests.values[row] or names[row]
    kinds = {name.split(" ")[0] for name in names[~alone]} | ({"row"} if alone.any() else set())
    said = [text for kind, text in _KINDS.items() if kind in kinds]
    return names.astype(str), " and ".join(said)
