"""Data sets or inputs beside each other, with the spread of the folds.

The form of SSGNN's Tables V and VI and Fig. 11 (Zhang et al. 2022): for each model the mean of the
folds' accuracies and their standard deviation, there "avg" and "sigma".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ferkeras.evaluation.bar_plot import Bars, bars_svg
from ferkeras.evaluation.result import EvaluationResult
from ferkeras.evaluation.study_page import Section, Written, by_protocol, protocols_of, write_study

SPREAD = (
    "Mean and deviation (standard deviation, n - 1) are of the folds' accuracies, each fold "
    "counting alike; a fold without any prediction counts in neither and is under 'folds empty'. "
    "accuracy, uf1 and uar are of all folds' predictions together."
)
_NO = float("nan")


@dataclass(frozen=True)
class FoldRow:
    """One row.

    Attributes:
        thing: which data set or input.
        model: which recipe.
        result: under one protocol.
    """

    thing: str
    model: str
    result: EvaluationResult


def fold_table(rows: Sequence[FoldRow], what: str) -> pd.DataFrame:
    """One row a thing, model and protocol.

    Args:
        rows: of any protocols.
        what: what the things are, the name of their column.
    """
    table = []
    for one in rows:
        result = one.result
        mean, deviation = result.fold_spread or (_NO, _NO)
        empty = sum(not (fold.predicted >= 0).any() for fold in result.folds)
        row: dict[str, Any] = {
            "protocol": result.protocol,
            what: one.thing,
            "model": one.model,
            "tested": len(result.scored),
            "left out": len(result.skipped),
            "classes": len(result.classes),
            **result.scores.summary(),
            "mean of folds": mean,
            "deviation": deviation,
            "folds": len(result.folds) - empty,
            "folds empty": empty,
            "remark": result.remark,
        }
        table.append(row)
    return pd.DataFrame(table)


def write_fold_study(
    rows: Sequence[FoldRow],
    what: str,
    out: Path,
    name: str,
    title: str,
    *,
    lines: Sequence[str] = (),
    note: str = "",
    command: str = "",
) -> Written:
    """Write ``<name>.csv``, ``.json`` and ``.html`` with a picture of bars for each protocol.

    Args:
        rows: honest protocols first.
        what: what the things are: ``"data"`` or ``"input"``.
        out: the folder.
        name: of the files.
        title: of the page.
        lines: below the title.
        note: beside `SPREAD`.
        command: the command line.
    """
    results = [one.result for one in rows]

    def section(places: list[int]) -> Section:
        chosen = [rows[place] for place in places]
        return Section(
            chosen[0].result.protocol,
            fold_table(chosen, what),
            [_picture(chosen)],
            [one.result for one in chosen],
            wide=True,
        )

    return write_study(
        out,
        name,
        title,
        by_protocol(results, section),
        lines=lines,
        note=" ".join(filter(None, [SPREAD, note])),
        command=command,
        about={"protocols": protocols_of(results)},
    )


def _picture(rows: Sequence[FoldRow]) -> tuple[str, str]:
    """Bars of the folds' mean with the deviation; of the pooled accuracy where one fold is all."""
    things = list(dict.fromkeys(one.thing for one in rows))
    models = list(dict.fromkeys(one.model for one in rows))
    spreads = any(one.result.fold_spread for one in rows)
    found = {(one.thing, one.model): one.result for one in rows}
    bars = {}
    for model in models:
        cells = []
        for thing in things:
            result = found.get((thing, model))
            if result is None:
                cells.append((_NO, _NO, _NO))
            elif result.fold_spread:
                mean, deviation = result.fold_spread
                cells.append((mean, mean - deviation, mean + deviation))
            else:
                cells.append((result.scores.accuracy, _NO, _NO))
        values, low, high = (list(part) for part in zip(*cells, strict=True))
        bars[model] = Bars(values, low, high)
    caption = (
        "mean of the folds' accuracies and their standard deviation; of a single fold its accuracy"
        if spreads
        else "accuracy; one fold, so no deviation"
    )
    return bars_svg(bars, things, "accuracy, percent"), caption
