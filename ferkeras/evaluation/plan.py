"""The plan of an evaluation: checked folds, leakage, notes and a hash of all settings."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from ferkeras.datasets.base import Index
from ferkeras.datasets.digests import Digests
from ferkeras.errors import DatasetError
from ferkeras.evaluation import leakage
from ferkeras.evaluation.leakage import Overlap
from ferkeras.evaluation.named_protocols import Protocol
from ferkeras.evaluation.splitters import Fold

OPTIMISTIC = "optimistic: each fold's epoch was picked on its test part"


def make_plan(
    index: Index,
    protocol: Protocol,
    digests: Digests,
    *,
    seed: int,
    allow: tuple[str, ...],
    drop_leaks: bool,
    settings: dict[str, Any],
    trained_on: str | None = None,
    picked_on_test: bool = False,
) -> tuple[dict[str, Any], list[Fold]]:
    """Fold the index and settle everything that is known before training.

    Returns:
        The plan as plain values (the same for every shard), and the folds to run.

    Raises:
        LeakageError, DatasetError, RecipeError: see `ferkeras.evaluation.evaluate`.
    """
    readable = np.array([value is not None for value in digests.values])
    used = np.zeros(len(index), dtype=bool)
    notes: list[str] = []
    folds: list[Fold] = []
    entries: list[dict[str, Any]] = []
    measured: list[tuple[Overlap, ...]] = []
    for whole in protocol.folds(index, seed):
        where = f"{index.name}, protocol {protocol.name}, {whole.name}"
        fold = Fold(
            whole.name, whole.train[readable[whole.train]], whole.test[readable[whole.test]]
        )
        if not len(fold.test):
            notes.append(f"{fold.name} has an empty test part and was left out")
            continue
        copies = fold.train[:0]
        if drop_leaks:
            fold, copies = leakage.drop_leaks(fold, digests.values)
        used[np.concatenate([fold.train, fold.test, copies])] = True
        if not len(fold.train):
            raise DatasetError(f"{where}: the training part is empty; use another protocol")
        overlaps = leakage.measure(index.table, fold, digests.values)
        leakage.check(overlaps, (*protocol.accepts, *allow), where)
        folds.append(fold)
        measured.append(overlaps)
        entries.append(
            {
                "name": fold.name,
                "dropped": len(copies),
                "overlaps": [dataclasses.asdict(overlap) for overlap in overlaps],
            }
        )
    if not folds:
        raise DatasetError(f"{index.name}: no fold of {protocol.name} has a test sample")
    if len({fold.name for fold in folds}) < len(folds):
        raise DatasetError(f"protocol {protocol.name}: two folds have the same name")
    unused = int((readable & ~used).sum())
    if unused:
        notes.append(f"{unused} readable samples are in no training or test part")
    description = protocol.description
    independent, remark = _honesty(protocol, measured, allow)
    if trained_on is not None:
        independent = None
        description = f"a finished model on the test parts of {protocol.name}; nothing is trained"
        remark = (
            f"finished model, trained on {trained_on or 'data that its card does not name'}: "
            "whether it saw these people or samples is not measured"
        )
    if picked_on_test:
        remark = "; ".join(filter(None, [OPTIMISTIC, remark]))
    everything = {
        "data": index.name,
        "samples": len(index),
        "classes": list(index.classes),
        "table fingerprint": _fingerprint(index.table.to_csv(lineterminator="\n")),
        "picture fingerprint": digests.fingerprint[:16],
        "protocol": protocol.name,
        "seed": seed,
        "allow leaks": sorted(allow),
        "drop leaks": drop_leaks,
        "epoch picked on the test part": picked_on_test,
        **{f"fit.{key}": value for key, value in settings.items()},
    }
    skipped = dict.fromkeys([*index.skipped, *digests.unreadable])
    plan = {
        "data": index.name,
        "source": index.source,
        "protocol": protocol.name,
        "description": description,
        "subject_independent": independent,
        "remark": remark,
        "picked_on_test": picked_on_test,
        "accepted": sorted({*protocol.accepts, *allow}),
        "classes": list(index.classes),
        "folds": entries,
        "notes": [*notes, *_notes(index, folds, readable)],
        "skipped": [dataclasses.asdict(skip) for skip in skipped],
        "settings": everything,
        "hash": _fingerprint(json.dumps(everything, sort_keys=True)),
    }
    return plan, folds


def _fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _honesty(
    protocol: Protocol, measured: Sequence[tuple[Overlap, ...]], allow: tuple[str, ...]
) -> tuple[bool | None, str]:
    """Whether no person is on both sides (None = unknown), and what to print beside numbers."""
    shared = {overlap.kind for overlaps in measured for overlap in overlaps if overlap.shared}
    unsure = any(
        overlap.kind == "subjects" and overlap.unknown_rows
        for overlaps in measured
        for overlap in overlaps
    )
    independent = protocol.subject_independent
    # A recording or picture on both sides shows a person on both sides, named or not.
    if shared and independent is not False:
        independent = False
    elif independent is None and not unsure:
        independent = True
    remarks = [protocol.remark] if protocol.remark else []
    if not protocol.remark and independent is False:
        remarks.append("not subject-independent")
    if independent is None:
        remarks.append("subjects unknown: subject independence cannot be checked")
    remarks += [
        f"{kind} on both sides accepted by name"
        for kind in allow
        if kind in shared and kind not in protocol.accepts
    ]
    return independent, "; ".join(remarks)


def _notes(index: Index, folds: Sequence[Fold], readable: Any) -> list[str]:
    notes = []
    labels = index.table["label"].to_numpy()
    counts = pd.Series(labels[readable]).value_counts()
    for name in index.classes:
        if counts.get(name, 0) == 1:
            notes.append(f"class {name!r} has one sample: no fold can both train and test it")
        blind = [
            fold
            for fold in folds
            if (labels[fold.test] == name).any() and not (labels[fold.train] == name).any()
        ]
        if blind:
            rows = sum(int((labels[fold.test] == name).sum()) for fold in blind)
            names = ", ".join(fold.name for fold in blind[:3]) + (", ..." if blind[3:] else "")
            notes.append(
                f"class {name!r} is missing in the training part of {len(blind)} of {len(folds)} "
                f"folds ({names}); its {rows} test samples there cannot be recognised"
            )
    return notes
