"""Splitters: row numbers of training and test parts from an index's table, and nothing else.

Each takes the table of a `ferkeras.datasets.Index` (columns item, label, subject, sequence,
split; None = unknown) and gives `Fold` objects with sorted row numbers. None of them reads a
picture or trains; whether a fold is clean is measured by `ferkeras.evaluation.leakage`.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.model_selection import (
    GroupKFold,
    KFold,
    LeaveOneGroupOut,
    StratifiedGroupKFold,
    StratifiedKFold,
)

from ferkeras.errors import DatasetError, RecipeError

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Fold:
    """One training and test part.

    Attributes:
        name: unique within the protocol, such as ``"fold-03"`` or ``"subject-S010"``.
        train, test: sorted row numbers of the index's table, int64 ``(rows,)``.
    """

    name: str
    train: Rows
    test: Rows


def kfold(table: pd.DataFrame, folds: int, seed: int = 0) -> Iterator[Fold]:
    """Random k-fold over pictures: every picture is tested once.

    Pictures of one person and of one recording stand on both sides: not subject-independent.

    Raises:
        RecipeError: fewer than 2 folds, or more folds than pictures.
    """
    _check_count(folds, len(table), "pictures")
    return _numbered(KFold(folds, shuffle=True, random_state=seed).split(table))


def stratified_kfold(table: pd.DataFrame, folds: int, seed: int = 0) -> Iterator[Fold]:
    """Random k-fold with each class spread evenly over the folds; else like `kfold`.

    A class with fewer pictures than folds is spread as far as it goes.

    Raises:
        RecipeError: fewer than 2 folds, or more than the largest class has pictures.
    """
    _check_count(folds, int(table["label"].value_counts().max()), "pictures of one class")
    splitter = StratifiedKFold(folds, shuffle=True, random_state=seed)
    return _numbered(_split(splitter, table["label"].to_numpy()))


def group_kfold(
    table: pd.DataFrame, folds: int, column: str = "subject", seed: int = 0
) -> Iterator[Fold]:
    """K-fold over whole subjects (or sequences): a group is never on both sides.

    Classes are spread evenly as far as whole groups allow (`StratifiedGroupKFold`); where that
    would leave a fold empty, or no class has as many pictures as there are folds, only the sizes
    of the folds are balanced (`GroupKFold`).

    Args:
        table: an index's table.
        folds: number of folds, 2 up to the number of groups.
        column: ``"subject"`` or ``"sequence"``; values must be unique to one person or recording
            within the data set.
        seed: shuffles the groups.

    Raises:
        DatasetError: the column is unknown for some rows.
        RecipeError: fewer than 2 folds, or more folds than groups.
    """
    groups = _known(table, column)
    _check_count(folds, len(np.unique(groups)), f"{column}s")
    labels = table["label"].to_numpy()
    parts: list[tuple[Rows, Rows]] = []
    if table["label"].value_counts().max() >= folds:
        stratified = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
        parts = _split(stratified, labels, groups)
    if not parts or any(len(train) == 0 or len(test) == 0 for train, test in parts):
        parts = _split(GroupKFold(folds), labels, groups)
    return _numbered(parts)


def leave_one_subject_out(table: pd.DataFrame) -> Iterator[Fold]:
    """One fold for each subject, in the order of their names (LOSO).

    Raises:
        DatasetError: the subject is unknown for some rows, or there is only one.
    """
    groups = _known(table, "subject")
    if len(np.unique(groups)) < 2:
        raise DatasetError(f"leave-one-subject-out needs 2 subjects, all rows show {groups[0]!r}")
    for train, test in _split(LeaveOneGroupOut(), table["label"].to_numpy(), groups):
        yield Fold(f"subject-{groups[test[0]]}", np.sort(train), np.sort(test))


def fixed_split(table: pd.DataFrame, train: str, test: str) -> Iterator[Fold]:
    """One fold from the data set's own parts; rows of other parts are used on neither side.

    Raises:
        DatasetError: no row belongs to one of the parts.
        RecipeError: both names are the same.
    """
    if train == test:
        raise RecipeError(f"split:{train}/{test} would test on the training part; name two parts")
    known = sorted({str(part) for part in table["split"] if part is not None})
    for part in (train, test):
        if part not in known:
            have = f"parts: {', '.join(known)}" if known else "the data set has no parts"
            raise DatasetError(f"no row has split {part!r}; {have}")
    parts = table["split"].to_numpy()
    yield Fold(f"{train}-{test}", np.flatnonzero(parts == train), np.flatnonzero(parts == test))


def random_split(table: pd.DataFrame, train: int, test: int, seed: int = 0) -> Iterator[Fold]:
    """One random split of the pictures: ``train`` percent and ``test`` percent of them.

    Pictures of one person and of one recording stand on both sides: not subject-independent. What
    is left of 100 is on neither side.

    Raises:
        RecipeError: percentages that are not 1 or more and 100 together at most, or so few pictures
            that a part is empty.
    """
    if min(train, test) < 1 or train + test > 100:
        raise RecipeError(f"{train} and {test} percent: expected 1 or more each, 100 at most")
    order = np.random.default_rng(seed).permutation(len(table))
    first = round(len(table) * train / 100)
    tested = order[first : first + round(len(table) * test / 100)]
    if not first or not len(tested):
        raise RecipeError(f"{len(table)} pictures are too few for {train} and {test} percent")
    yield Fold("random", np.sort(order[:first]), np.sort(tested))


def cross_dataset(table: pd.DataFrame, train: str) -> Iterator[Fold]:
    """One fold of a composite: trained on one data set, tested on all others.

    Raises:
        DatasetError: no row is of that data set, or every row is.
    """
    names = table["dataset"].to_numpy()
    known = sorted({str(name) for name in names if name is not None})
    if train not in known or len(known) < 2:
        have = f"data sets: {', '.join(known)}" if known else "the index names no data sets"
        raise DatasetError(f"needs {train!r} and at least one other data set, joined by + ({have})")
    yield Fold(
        f"trained on {train}", np.flatnonzero(names == train), np.flatnonzero(names != train)
    )


def _known(table: pd.DataFrame, column: str) -> NDArray[Any]:
    """The column as an array of strings, or an error that names a protocol that would work."""
    values = table[column]
    unknown = int(values.isna().sum())
    if unknown:
        ways = ["stratified-kfold:10 (not subject-independent)"]
        if column != "sequence" and values_known(table, "sequence"):
            ways.insert(0, "sequence-kfold:10 (not subject-independent)")
        if column != "subject" and values_known(table, "subject"):
            ways.insert(0, "subject-kfold:10")
        if values_known(table, "split"):
            parts = sorted(set(table["split"]), key=lambda part: ("train" not in part, part))
            if len(parts) > 1:
                ways.insert(0, f"split:{parts[0]}/{parts[1]}")
        raise DatasetError(
            f"column {column!r} is unknown for {unknown} of {len(table)} rows, so folds by "
            f"{column} cannot be made; use {' or '.join(ways)}"
        )
    return np.asarray(values.astype(str), dtype=object)


def values_known(table: pd.DataFrame, column: str) -> bool:
    """Whether every row of the column has a value."""
    return bool(table[column].notna().all())


def _check_count(folds: int, available: int, what: str) -> None:
    if folds < 2:
        raise RecipeError(f"{folds} folds: at least 2 are needed")
    if folds > available:
        raise RecipeError(f"{folds} folds need as many {what}, there are {available}; ask for less")


def _split(splitter: Any, labels: NDArray[Any], groups: Any = None) -> list[tuple[Rows, Rows]]:
    with warnings.catch_warnings():
        # Rare classes are expected; the protocol runner states which fold lacks which class.
        warnings.filterwarnings("ignore", message="The least populated class")
        return list(splitter.split(np.zeros(len(labels)), labels, groups))


def _numbered(parts: Any) -> Iterator[Fold]:
    for number, (train, test) in enumerate(parts, start=1):
        yield Fold(f"fold-{number:02d}", np.sort(train), np.sort(test))
