"""An ablation: protocols over a grid of settings, as a table, and a plot for each setting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ferkeras.evaluation.grid import Cell
from ferkeras.evaluation.result import EvaluationResult
from ferkeras.evaluation.study_page import Section, Written, by_protocol, protocols_of, write_study
from ferkeras.evaluation.sweep_plots import Point, as_text, sweep_pictures

NOTE = (
    "The rows are scored on the same folds: taking the best of them and quoting its score is "
    "optimistic. A setting chosen here is to be tested on other people."
)
COUNTS = (
    "parameters are the trained weights; fixed numbers are not trained: tables and bases of a "
    "graph, moving averages of a normalisation."
)


@dataclass(frozen=True)
class Finished:
    """A cell that was evaluated.

    Attributes:
        cell: the row.
        values: each setting of the grid -> its value in this row, also where it is the recipe's.
        result: under one protocol.
        parameters: number of the model's weights that are trained.
        fixed: number of those that are not, such as the tables of a graph.
    """

    cell: Cell
    values: Mapping[str, Any]
    result: EvaluationResult
    parameters: int
    fixed: int = 0


def ablation_table(rows: Sequence[Finished]) -> pd.DataFrame:
    """One row a cell and protocol: its settings, parameters, scores (all folds pooled), seconds.

    Where a model has numbers that are not trained, they stand under "fixed numbers".

    Where a row's epochs are picked on the test parts, its remark says so and every row has its last
    epoch's scores as well.
    """
    table = []
    for one in rows:
        result = one.result
        row: dict[str, Any] = {"protocol": result.protocol}
        row |= {name: as_text(value) for name, value in one.values.items()}
        row["parameters"] = one.parameters
        if any(other.fixed for other in rows):
            row["fixed numbers"] = one.fixed
        row |= result.scores.summary()
        for part, (_, scores) in result.per_dataset().items():
            row |= {f"{part} UF1": scores.uf1, f"{part} UAR": scores.uar}
        if any(other.result.picked_on_test for other in rows):
            last = result.last_epoch_scores or result.scores
            row |= {"last epoch UF1": last.uf1, "last epoch UAR": last.uar}
        row["remark"] = result.remark
        row["seconds"] = round(sum(fold.seconds for fold in result.folds))
        table.append(row)
    return pd.DataFrame(table)


def write_ablation(rows: Sequence[Finished], out: Path, command: str = "") -> Written:
    """Write ``ablation.csv``, ``ablation.json`` and ``ablation.html``.

    Args:
        rows: of all protocols, honest ones first.
        out: the folder.
        command: the command line.
    """
    results = [one.result for one in rows]
    first = results[0]

    def section(places: list[int]) -> Section:
        chosen = [rows[place] for place in places]
        points = [Point(one.values, one.result) for one in chosen]
        return Section(
            f"{chosen[0].result.protocol}: scores, counts pooled over all folds",
            ablation_table(chosen),
            [picture for name in chosen[0].values for picture in sweep_pictures(points, name)],
            [one.result for one in chosen],
        )

    return write_study(
        out,
        "ablation",
        f"Ablation: {first.data}",
        by_protocol(results, section),
        lines=[f"data: {first.source}"],
        note=f"{NOTE} {COUNTS}" if any(one.fixed for one in rows) else NOTE,
        command=command,
        about={"data": first.data, "source": first.source, "protocols": protocols_of(results)},
    )
