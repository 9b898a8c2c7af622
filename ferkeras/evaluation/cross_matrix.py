"""Scores across data sets: trained on the row, tested on the column (SSGNN's Fig. 12)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ferkeras.evaluation.plots import matrix_svg
from ferkeras.evaluation.result import EvaluationResult
from ferkeras.evaluation.study_page import Section, Written, write_study

NOTE = (
    "Off the diagonal a model is tested on a data set of which it saw nothing. On the diagonal it "
    "is tested within its own data set, by the protocol that its row names."
)


def cross_table(
    across: Mapping[str, EvaluationResult], within: Mapping[str, EvaluationResult]
) -> pd.DataFrame:
    """One row a pair of data sets: trained on, tested on, and the scores there.

    Args:
        across: data set -> its ``cross:`` evaluation over the composite.
        within: data set -> its evaluation on itself.
    """
    rows: list[dict[str, Any]] = []
    for trained in across:
        own = within[trained]
        tested = {trained: (own.scores, own.protocol, own.remark)}
        for name, (_, scores) in across[trained].per_dataset().items():
            tested[name] = (scores, across[trained].protocol, across[trained].remark)
        rows += [
            {
                "trained on": trained,
                "tested on": name,
                "samples": int(tested[name][0].confusion.sum()),
                **tested[name][0].summary(),
                "protocol": tested[name][1],
                "remark": tested[name][2],
            }
            for name in across
            if name in tested  # else not one of its samples could be tested; the report counts them
        ]
    return pd.DataFrame(rows)


def write_cross(
    across: Mapping[str, EvaluationResult],
    within: Mapping[str, EvaluationResult],
    out: Path,
    command: str = "",
) -> Written:
    """Write ``cross.csv``, ``cross.json`` and ``cross.html`` with a matrix a measure.

    Args:
        across, within: as for `cross_table`.
        out: the folder.
        command: the command line.
    """
    table = cross_table(across, within)
    names = list(across)
    first = across[names[0]]
    pictures = []
    for measure in ("accuracy", "uf1", "uar"):
        square = table.pivot(index="trained on", columns="tested on", values=measure)
        values = square.reindex(index=names, columns=names).to_numpy(np.float64)
        svg = matrix_svg(values, names, "tested on", "trained on")
        pictures.append((svg, f"{measure}, percent"))
    return write_study(
        out,
        "cross",
        f"Across data sets: {', '.join(names)}",
        [Section("Matrix and scores", table, pictures)],
        lines=[f"data: {first.source}", f"classes: {', '.join(first.classes)}"],
        note=NOTE,
        command=command,
        about={"data": first.data, "source": first.source, "classes": first.classes},
    )
