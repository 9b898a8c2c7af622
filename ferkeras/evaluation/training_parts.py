"""Which rows to train on and which to watch, guarded like the folds of an evaluation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ferkeras.datasets.base import Index
from ferkeras.datasets.digests import Digests
from ferkeras.errors import DatasetError, RecipeError
from ferkeras.evaluation.leakage import check, check_names, drop_leaks, measure, summarise
from ferkeras.evaluation.splitters import Fold


@dataclass(frozen=True)
class TrainingParts:
    """Rows of an index to train on, rows to watch (None: none), and what was said of leaks."""

    train: NDArray[np.int64]
    validation: NDArray[np.int64] | None
    lines: list[str]


def training_parts(
    index: Index,
    split: str = "",
    validation_split: str = "",
    *,
    digests: Digests,
    allow: Iterable[str] = (),
    drop: bool = False,
) -> TrainingParts:
    """Choose the rows by the data set's own parts.

    Args:
        index: the data set.
        split: part to train on; "" for all rows.
        validation_split: part to watch; "" for none.
        digests: of the index's pictures.
        allow: kinds of overlap accepted by name.
        drop: take training copies of validation pictures out.

    Raises:
        DatasetError: a part that the data set does not have.
        RecipeError: a validation part without another part to train on, or settings for leaks
            without a validation part.
        LeakageError: validation data in the training part.
    """
    accepted = check_names(allow)
    if not validation_split:
        if drop or accepted:
            raise RecipeError("--drop-leaks and --allow-leaks need --validation-split")
        return TrainingParts(_rows(index, split), None, [])
    if not split:
        raise RecipeError("--validation-split needs --split: the part to train on")
    if split == validation_split:
        raise RecipeError(f"{split!r} would be trained on and watched; name two parts")
    fold = Fold("train", _rows(index, split), _rows(index, validation_split))
    found = digests.values
    lines = []
    if drop:
        fold, dropped = drop_leaks(fold, found)
        lines.append(f"dropped: {len(dropped)} training copies of validation pictures")
    overlaps = measure(index.table, fold, found)
    check(overlaps, accepted, f"{index.name}, {split} and {validation_split}")
    return TrainingParts(fold.train, fold.test, lines + summarise([overlaps]))


def _rows(index: Index, split: str) -> NDArray[np.int64]:
    if not split:
        return np.arange(len(index))
    rows = np.flatnonzero(index.table["split"] == split)
    if not len(rows):
        known = sorted({str(s) for s in index.table["split"] if s is not None})
        raise DatasetError(
            f"{index.name} has no part {split!r}; its parts: {', '.join(known) or 'none'}"
        )
    return rows
