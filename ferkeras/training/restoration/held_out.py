"""Which people are kept from training to be watched."""

from __future__ import annotations

from collections.abc import Sequence
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
        train, watched: no person, recording or equal picture is in both, in any data set.
        copies: rows that are in neither, as an equal picture, or the same person, is watched.
        by: what was kept together: ``"people"``, of rows where they are not known ``"recordings"``,
            else ``"pictures"``; several joined by "and".
        kept: how many of these are watched.
    """

    train: NDArray[np.int64]
    watched: NDArray[np.int64]
    copies: int
    by: str
    kept: int


def held_out(parts: Sequence[tuple[Index, Digests]], share: float, seed: int) -> list[HeldOut]:
    """Draw a share of each data set's people, else of its recordings, else of its pictures.

    What is watched in one data set is not trained on in another: neither an equal picture, nor
    somebody of the same name where both come from the same reader.

    Args:
        parts: the data sets with the digests of their pictures.
        share: 0 to below 1; above 0 at least one is drawn, and one always stays for training.
        seed: of the draw.
    """
    drawn = []
    pictures: set[str] = set()
    people: set[tuple[str, str]] = set()
    for index, digests in parts:
        names, by = _together(index, digests)
        distinct = np.unique(names)
        order = np.random.default_rng(seed).permutation(distinct)
        count = min(max(1, round(share * len(distinct))), len(distinct) - 1) if share else 0
        watched = np.isin(names, order[:count])
        pictures |= {value for value in digests.values[watched] if value is not None}
        people |= {(index.name, name) for name in order[:count]}
        drawn.append((names, by, count, watched))
    found = []
    for (index, digests), (names, by, count, watched) in zip(parts, drawn, strict=True):
        seen = np.array(
            [
                value in pictures or (index.name, name) in people
                for value, name in zip(digests.values, names, strict=True)
            ],
            bool,
        )
        train = np.flatnonzero(~seen)
        copies = int((seen & ~watched).sum())
        found.append(HeldOut(train, np.flatnonzero(watched), copies, by, count))
    return found


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
