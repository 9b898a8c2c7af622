"""Pool the finished folds of an output folder into one result."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from ferkeras.datasets.base import Skipped
from ferkeras.errors import FerkerasError
from ferkeras.evaluation.fold_result import fold_folder, load_fold
from ferkeras.evaluation.leakage import Overlap
from ferkeras.evaluation.result import EvaluationResult, late_notes
from ferkeras.evaluation.stored_files import StoredPlan, check_stored
from ferkeras.files import read_json

_MEND = "delete that file and evaluate again into the same folder: finished folds are kept"


def merge(out: str | Path) -> EvaluationResult:
    """Pool the folds of all shards that wrote into one output folder.

    Raises:
        FerkerasError: no evaluation there, or folds that are not finished (names them).
    """
    if not (Path(out) / "evaluation.json").exists():
        raise FerkerasError(f"{out} holds no evaluation (no evaluation.json)")
    return pool(Path(out))


def read_plan(out: Path) -> dict[str, Any]:
    """The plan of an output folder.

    Raises:
        FerkerasError: it is damaged.
    """
    path = out / "evaluation.json"
    plan = read_json(path)
    check_stored(StoredPlan, plan, path, _MEND)
    return dict(plan)


def pool(out: Path, *, partial: bool = False) -> EvaluationResult:
    """Read the plan and the finished folds of an output folder.

    Raises:
        FerkerasError: a damaged file, or without ``partial`` folds that are not finished.
    """
    plan = read_plan(out)
    names = [fold["name"] for fold in plan["folds"]]
    found = {name: load_fold(fold_folder(out, name), plan["hash"]) for name in names}
    missing = [name for name, fold in found.items() if fold is None]
    if missing and not partial:
        some = ", ".join(missing[:5]) + (", ..." if len(missing) > 5 else "")
        raise FerkerasError(
            f"{out}: {len(missing)} of {len(names)} folds are not finished ({some}); "
            "run the missing shards into this folder first"
        )
    folds = tuple(fold for fold in found.values() if fold is not None)
    for fold in folds:
        if fold.probabilities.shape[1] != len(plan["classes"]):
            raise FerkerasError(
                f"{out / 'evaluation.json'} names {len(plan['classes'])} classes, but {fold.name} "
                f"answered for {fold.probabilities.shape[1]}; {_MEND}"
            )
    skipped = {Skipped(**skip): None for skip in plan["skipped"]}
    used: dict[str, dict[str, None]] = {}
    for fold in folds:
        skipped.update(dict.fromkeys(fold.skipped))
        for package, version in fold.versions.items():
            used.setdefault(package, {})[version] = None
    result = EvaluationResult(
        data=plan["data"],
        source=plan.get("source", plan["data"]),
        protocol=plan["protocol"],
        description=plan["description"],
        classes=tuple(plan["classes"]),
        folds=folds,
        missing=tuple(missing),
        overlaps=tuple(tuple(map(Overlap.from_dict, fold["overlaps"])) for fold in plan["folds"]),
        dropped=tuple(fold["dropped"] for fold in plan["folds"]),
        accepted=tuple(plan["accepted"]),
        subject_independent=plan["subject_independent"],
        remark=plan["remark"],
        picked_on_test=plan["picked_on_test"],
        notes=tuple(plan["notes"]),
        skipped=tuple(skipped),
        settings=plan["settings"],
        command=plan["command"],
        date=plan["date"],
        versions={package: ", ".join(found) for package, found in used.items()},
    )
    return dataclasses.replace(result, notes=(*result.notes, *late_notes(result)))
