"""One fold of an evaluation: fit, predict, check, keep."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ferkeras.datasets.base import Index
from ferkeras.errors import FerkerasError
from ferkeras.evaluation.fit_output import (
    check_probabilities,
    read_branches,
    read_history,
    read_last_epoch,
    read_skipped,
)
from ferkeras.evaluation.fold_result import FoldResult, fold_folder, save_fold
from ferkeras.evaluation.splitters import Fold
from ferkeras.evaluation.versions import versions

Fit = Callable[[NDArray[np.int64], NDArray[np.int64], Path], ArrayLike]


@dataclass(frozen=True)
class FoldTask:
    """Runs folds of one evaluation; call it with a fold.

    Attributes:
        index: the data set.
        fit: see `ferkeras.evaluation.evaluate`.
        out: the evaluation's folder.
        plan_hash: the plan's, kept with each fold.
        picked_on_test: `fit` must say what its last epoch answered.
    """

    index: Index
    fit: Fit
    out: Path
    plan_hash: str
    picked_on_test: bool

    def __call__(self, fold: Fold) -> None:
        """Run one fold and keep its result in the fold's folder.

        Raises:
            FerkerasError: what `fit` raised, with data set and fold in front; answers that are no
                probabilities; or an epoch picked on the test rows without the last one beside.
        """
        folder = fold_folder(self.out, fold.name)
        result = self._run(fold, folder)
        answered = bool((result.predicted >= 0).any())
        if self.picked_on_test and result.last_epoch is None and answered:
            raise FerkerasError(
                f"{self.index.name}, {fold.name}: fit picks its epoch on the test rows and wrote "
                "no last_epoch.npz; an optimistic score is not given alone"
            )
        save_fold(folder, result, self.plan_hash)

    def _run(self, fold: Fold, folder: Path) -> FoldResult:
        index = self.index
        folder.mkdir(parents=True, exist_ok=True)
        tested = index.table.iloc[fold.test]
        items = tuple(str(item) for item in tested["item"])
        started = time.perf_counter()
        try:
            found = self.fit(fold.train.copy(), fold.test.copy(), folder)
            skipped = read_skipped(folder)
            shape = (len(fold.test), len(index.classes))
            probabilities = check_probabilities(found, *shape, items, skipped)
            last = read_last_epoch(folder)
            if last is not None:
                last = check_probabilities(last, *shape, items, skipped)
            branches = {
                name: check_probabilities(values, *shape, items, skipped)
                for name, values in read_branches(folder).items()
            }
            history = read_history(folder)
        except FerkerasError as error:
            raise type(error)(f"{index.name}, {fold.name}: {error}") from error
        return FoldResult(
            name=fold.name,
            train_rows=len(fold.train),
            rows=fold.test,
            labels=index.labels[fold.test],
            items=items,
            subjects=tuple(None if who is None else str(who) for who in tested["subject"]),
            datasets=tuple(None if name is None else str(name) for name in tested["dataset"]),
            probabilities=probabilities,
            last_epoch=last,
            branches=branches,
            skipped=skipped,
            history=history,
            seconds=round(time.perf_counter() - started, 3),
            versions=versions(),
        )
