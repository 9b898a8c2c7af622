"""Run a protocol: check every fold for leaks, fit and predict each, keep and pool the results.

Under the output folder: ``evaluation.json`` (the plan: settings, folds, leakage, notes) and
``folds/<name>/`` with ``prediction.npz`` and ``fold.json`` beside whatever `fit` wrote there.
A finished fold is never run again under equal settings; unequal settings are an error.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ferkeras.datasets.base import Index
from ferkeras.datasets.digests import Digests
from ferkeras.datasets.digests import digests as compute_digests
from ferkeras.errors import FerkerasError, RecipeError
from ferkeras.evaluation.fit_output import (
    check_probabilities,
    read_history,
    read_last_epoch,
    read_skipped,
)
from ferkeras.evaluation.fold_result import (
    FoldResult,
    fold_folder,
    load_fold,
    save_fold,
)
from ferkeras.evaluation.leakage import check_names
from ferkeras.evaluation.named_protocols import Protocol, parse_protocol
from ferkeras.evaluation.plan import make_plan
from ferkeras.evaluation.pooling import pool, read_plan
from ferkeras.evaluation.result import EvaluationResult
from ferkeras.evaluation.splitters import Fold
from ferkeras.evaluation.versions import versions
from ferkeras.files import plain, write_json

Fit = Callable[[NDArray[np.int64], NDArray[np.int64], Path], ArrayLike]


def evaluate(
    index: Index,
    protocol: str | Protocol,
    fit: Fit,
    out: str | Path,
    *,
    seed: int = 0,
    shard: tuple[int, int] | None = None,
    allow: Iterable[str] = (),
    drop_leaks: bool = False,
    settings: Mapping[str, Any] | None = None,
    command: str = "",
    digests: Digests | None = None,
    trained_on: str | None = None,
    picked_on_test: bool = False,
) -> EvaluationResult:
    """Evaluate on every fold of a protocol (or on a shard of them).

    Args:
        index: the data set.
        protocol: a `Protocol` or its name, see `parse_protocol`.
        fit: ``(train_rows, test_rows, folder) -> probabilities (test rows, classes)``: trains on
            the first rows of ``index.table`` and predicts the second. Test rows are there to be
            predicted: choosing an epoch or a setting on them is a leak that nothing here can
            see. ``folder`` is the fold's own and is kept after a crash, so `fit` can resume in
            it. Files in it are picked up: ``history.json``, a list with one dict of numbers for
            each epoch; ``skipped.json``, a list of ``{"item", "reason"}``: a test row that is
            listed there may have NaN probabilities and then stands in no score; and
            ``last_epoch.npz``, see ``picked_on_test``.
        out: output folder; the same one for all shards and for resuming.
        seed: of the folds.
        shard: ``(i, n)``, i in 1..n: run every n-th fold from the i-th on; `merge` pools them.
        allow: kinds of leak accepted by name, beside those that the protocol asks for:
            "subjects", "sequences", "duplicates".
        drop_leaks: take the training copies of test pictures out.
        settings: what `fit` depends on (recipe, system, ...), plain values; equal settings are
            required for resuming and merging, and are printed in the report.
        command: the command line, for the report.
        digests: of the index's pictures, where they were computed already.
        trained_on: for a `fit` that trains nothing because its model is finished: the model's
            training data in words. What it saw cannot be measured, and the result says so.
        picked_on_test: `fit` chooses its epoch on the test rows, as some papers do. Every number
            is then marked as optimistic, and `fit` must write ``last_epoch.npz`` with the last
            epoch's ``probabilities`` of the test rows, whose scores are printed beside.

    Returns:
        All finished folds pooled; ``result.missing`` names those of other shards.

    Raises:
        LeakageError: test data in a training part that nobody accepted; before any fold is run.
        RecipeError: unknown protocol, leak name or shard.
        DatasetError: the index lacks what the protocol needs.
        FerkerasError: ``out`` holds an evaluation with other settings, or `fit` returned no
            probabilities.
    """
    protocol = parse_protocol(protocol) if isinstance(protocol, str) else protocol
    allow = check_names(allow)
    out = Path(out)
    plan, folds = make_plan(
        index,
        protocol,
        digests or compute_digests(index),
        seed=seed,
        allow=allow,
        drop_leaks=drop_leaks,
        settings=plain(settings or {}),
        trained_on=trained_on,
        picked_on_test=picked_on_test,
    )
    mine = _shard(folds, shard)
    plan["command"] = command
    plan["date"] = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")
    _store_plan(out, plan)
    for fold in mine:
        folder = fold_folder(out, fold.name)
        if load_fold(folder, plan["hash"]) is None:
            result = _run(index, fold, fit, folder)
            if picked_on_test and result.last_epoch is None and (result.predicted >= 0).any():
                raise FerkerasError(
                    f"{index.name}, {fold.name}: fit picks its epoch on the test rows and wrote no "
                    f"last_epoch.npz; an optimistic score is not given alone"
                )
            save_fold(folder, result, plan["hash"])
    return pool(out, partial=True)


def _shard(folds: list[Fold], shard: tuple[int, int] | None) -> list[Fold]:
    if shard is None:
        return folds
    number, count = shard
    if not 1 <= number <= count:
        raise RecipeError(f"shard {number}/{count}: the first number goes from 1 to the second")
    if number > len(folds):
        raise RecipeError(f"shard {number}/{count} has nothing to do: there are {len(folds)} folds")
    return folds[number - 1 :: count]


def _store_plan(out: Path, plan: dict[str, Any]) -> None:
    path = out / "evaluation.json"
    if not path.exists():
        write_json(path, plan)
        return
    old = read_plan(out)
    if old["hash"] == plan["hash"]:
        return
    before, now = old["settings"], plan["settings"]
    for key in sorted({*before, *now}):
        if before.get(key) != now.get(key):
            name, there, here = _difference(key, before.get(key), now.get(key))
            raise FerkerasError(
                f"{out} holds an evaluation with other settings: {name} is {there!r} there and "
                f"{here!r} now; choose another output folder or delete that one"
            )
    raise FerkerasError(f"{path} is damaged; delete {out} and run again")


def _difference(name: str, there: Any, here: Any) -> tuple[str, Any, Any]:
    """The first part of a nested setting that differs."""
    if isinstance(there, dict) and isinstance(here, dict):
        for key in sorted({*there, *here}):
            if there.get(key) != here.get(key):
                return _difference(f"{name}.{key}", there.get(key), here.get(key))
    return name, there, here


def _run(index: Index, fold: Fold, fit: Fit, folder: Path) -> FoldResult:
    folder.mkdir(parents=True, exist_ok=True)
    tested = index.table.iloc[fold.test]
    items = tuple(str(item) for item in tested["item"])
    started = time.perf_counter()
    try:
        found = fit(fold.train.copy(), fold.test.copy(), folder)
        skipped = read_skipped(folder)
        probabilities = check_probabilities(
            found, len(fold.test), len(index.classes), items, skipped
        )
        last = read_last_epoch(folder)
        if last is not None:
            last = check_probabilities(last, len(fold.test), len(index.classes), items, skipped)
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
        skipped=skipped,
        history=history,
        seconds=round(time.perf_counter() - started, 3),
        versions=versions(),
    )
