"""What one finished fold left behind, and its files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

from ferkeras.datasets.base import Skipped
from ferkeras.errors import FerkerasError
from ferkeras.evaluation.fit_output import read_history
from ferkeras.evaluation.stored_files import StoredFold, check_stored
from ferkeras.files import read_arrays, read_json, write_arrays, write_json

_BRANCH = "branch "  # before a branch's name in prediction.npz


@dataclass(frozen=True)
class FoldResult:
    """Predictions of one fold's test part.

    Attributes:
        name: the fold's.
        train_rows: number of training rows.
        rows: tested row numbers of the index's table, int64 ``(rows,)``.
        labels: their true class numbers, int64 ``(rows,)``.
        items, subjects, datasets: what and whom they show, and the part of a composite that they
            are from (None = unknown).
        probabilities: float32 ``(rows, classes)``; NaN in rows that `fit` skipped.
        last_epoch: the same of the last epoch, where `fit` picked an epoch on the test rows; else
            None.
        branches: the same of each branch alone, where the model has several; else empty.
        skipped: what `fit` left out, with reasons.
        history: one dict of numbers for each epoch; empty where `fit` wrote none.
        seconds: how long `fit` took.
        versions: packages that it ran with.
    """

    name: str
    train_rows: int
    rows: NDArray[np.int64]
    labels: NDArray[np.int64]
    items: tuple[str, ...]
    subjects: tuple[str | None, ...]
    datasets: tuple[str | None, ...]
    probabilities: NDArray[np.float32]
    last_epoch: NDArray[np.float32] | None
    branches: dict[str, NDArray[np.float32]]
    skipped: tuple[Skipped, ...]
    history: tuple[dict[str, Any], ...]
    seconds: float
    versions: dict[str, str]

    @property
    def predicted(self) -> NDArray[np.int64]:
        """Class numbers ``(rows,)``; -1 where there is no prediction."""
        return _classes(self.probabilities)

    @property
    def predicted_last(self) -> NDArray[np.int64]:
        """As `predicted`, by the last epoch."""
        return _classes(self.probabilities if self.last_epoch is None else self.last_epoch)

    def predicted_by(self, branch: str) -> NDArray[np.int64]:
        """As `predicted`, by one branch alone."""
        return _classes(self.branches[branch])


def _classes(probabilities: NDArray[np.float32]) -> NDArray[np.int64]:
    missing = np.isnan(probabilities).any(axis=1)
    best = np.nan_to_num(probabilities, nan=-1.0).argmax(axis=1)
    return np.where(missing, -1, best).astype(np.int64)


def fold_folder(out: Path, name: str) -> Path:
    """``out/folds/<name>``, with characters that no file name should have written as %xx."""
    return out / "folds" / quote(name, safe=" ()+,=@_")


def save_fold(folder: Path, fold: FoldResult, settings_hash: str) -> None:
    """Write ``prediction.npz``, then ``fold.json``: a fold is finished once the latter is there."""
    last = {} if fold.last_epoch is None else {"last_epoch": fold.last_epoch}
    write_arrays(
        folder / "prediction.npz",
        rows=fold.rows,
        labels=fold.labels,
        probabilities=fold.probabilities,
        **last,
        **{f"{_BRANCH}{name}": values for name, values in fold.branches.items()},
    )
    write_json(
        folder / "fold.json",
        {
            "name": fold.name,
            "settings_hash": settings_hash,
            "train_rows": fold.train_rows,
            "items": fold.items,
            "labels": fold.labels,
            "subjects": fold.subjects,
            "datasets": fold.datasets,
            "skipped": [{"item": skip.item, "reason": skip.reason} for skip in fold.skipped],
            "seconds": fold.seconds,
            "versions": fold.versions,
        },
    )


def load_fold(folder: Path, settings_hash: str) -> FoldResult | None:
    """Read a finished fold; None where there is none.

    Raises:
        FerkerasError: a damaged file, or a fold that ran under other settings.
    """
    if not (folder / "fold.json").exists():
        return None
    values = read_json(folder / "fold.json")
    check_stored(StoredFold, values, folder / "fold.json", f"delete {folder} and run again")
    try:
        found = _fold_of(folder, values, settings_hash)
    except KeyError as error:
        raise FerkerasError(
            f"{folder}: prediction.npz lacks {error}; delete that folder and run again"
        ) from error
    _check_lengths(found, folder)
    return found


def _fold_of(folder: Path, values: dict[str, Any], settings_hash: str) -> FoldResult:
    if values["settings_hash"] != settings_hash:
        raise FerkerasError(
            f"{folder} was run with other settings or data; choose another output folder or "
            "delete this one"
        )
    arrays = read_arrays(folder / "prediction.npz")
    return FoldResult(
        name=values["name"],
        train_rows=values["train_rows"],
        rows=arrays["rows"],
        labels=arrays["labels"],
        items=tuple(values["items"]),
        subjects=tuple(values["subjects"]),
        datasets=tuple(values["datasets"]),
        probabilities=arrays["probabilities"],
        last_epoch=arrays.get("last_epoch"),
        branches={
            name.removeprefix(_BRANCH): values
            for name, values in arrays.items()
            if name.startswith(_BRANCH)
        },
        skipped=tuple(Skipped(**skip) for skip in values["skipped"]),
        history=read_history(folder),
        seconds=values["seconds"],
        versions=values["versions"],
    )


def _known(fold: FoldResult) -> bool:
    """Whether each label is the number of a column."""
    return bool(np.isin(fold.labels, np.arange(fold.probabilities.shape[1])).all())


def _check_lengths(fold: FoldResult, folder: Path) -> None:
    """Pass if everything has one entry for each tested row."""
    count = fold.rows.size
    parts = (fold.labels, fold.items, fold.subjects, fold.datasets, fold.probabilities)
    tables = [fold.probabilities, *fold.branches.values()]
    if fold.last_epoch is not None:
        tables.append(fold.last_epoch)
    shapes = {(table.shape, table.dtype.kind) for table in tables}
    fits = all(len(part) == count for part in parts) and fold.probabilities.ndim == 2
    whole = all(part.ndim == 1 and part.dtype.kind == "i" for part in (fold.rows, fold.labels))
    if fits and (not whole or fold.probabilities.dtype.kind != "f" or not _known(fold)):
        raise FerkerasError(
            f"{folder}: prediction.npz holds other than rows, labels and probabilities; delete "
            "that folder and run again"
        )
    if not fits or len(shapes) != 1:
        raise FerkerasError(
            f"{folder}: its files do not have one entry for each of {count} tested rows; delete "
            "that folder and run again"
        )
