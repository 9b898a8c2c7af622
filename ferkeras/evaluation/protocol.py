"""Run a protocol: check every fold for leaks, fit and predict each, keep and pool the results.

Under the output folder: ``evaluation.json`` (the plan: settings, folds, leakage, notes) and
``folds/<name>/`` with ``prediction.npz`` and ``fold.json`` beside whatever `fit` wrote there.
A finished fold is never run again under equal settings; unequal settings are an error.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from ferkeras.datasets.base import Index
from ferkeras.datasets.digests import Digests
from ferkeras.datasets.digests import digests as compute_digests
from ferkeras.errors import FerkerasError, RecipeError
from ferkeras.evaluation.fold_result import fold_folder, load_fold
from ferkeras.evaluation.fold_task import Fit, FoldTask
from ferkeras.evaluation.leakage import check_names
from ferkeras.evaluation.named_protocols import Protocol, parse_protocol
from ferkeras.evaluation.plan import make_plan
from ferkeras.evaluation.pooling import pool, read_plan
from ferkeras.evaluation.processes import run_in_processes
from ferkeras.evaluation.result import EvaluationResult
from ferkeras.evaluation.splitters import Fold
from ferkeras.files import plain, write_json


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
    jobs: int = 1,
    progress: Callable[[int, int], None] = lambda done, total: None,
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
        jobs: processes that run folds side by side, each with its share of the cores; small
            networks keep one core busy, not several. Then `fit` is sent to them: it must be
            picklable. Scores may differ in the last bits from one process's.
        progress: called with ``(folds done, folds to do)``.

    Returns:
        All finished folds pooled; ``result.missing`` names those of other shards.

    Raises:
        LeakageError: test data in a training part that nobody accepted; before any fold is run.
        RecipeError: unknown protocol, leak name or shard, jobs below 1, or a `fit` that cannot be
            pickled with more than one.
        DatasetError: the index lacks what the protocol needs.
        FerkerasError: ``out`` holds an evaluation with other settings, or `fit` returned no
            probabilities.
    """
    if jobs < 1:
        raise RecipeError(f"jobs is {jobs}, expected 1 or more")
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
    todo = [fold for fold in mine if load_fold(fold_folder(out, fold.name), plan["hash"]) is None]
    task = FoldTask(index.without_loader(), fit, out, plan["hash"], picked_on_test)
    if jobs > 1 and len(todo) > 1:
        run_in_processes(task, todo, min(jobs, len(todo)), progress)
    else:
        for done, fold in enumerate(todo):
            progress(done, len(todo))
            task(fold)
    progress(len(todo), len(todo))
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
