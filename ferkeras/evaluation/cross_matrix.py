"""Scores across data sets: trained on the row, tested on the column (SSGNN's Fig. 12)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ferkeras.evaluation import html
from ferkeras.evaluation.plots import matrix_svg
from ferkeras.evaluation.result import EvaluationResult
from ferkeras.files import write_bytes, write_json

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
) -> Path:
    """Write ``cross.csv``, ``cross.json`` and ``cross.html`` with a matrix; returns the page."""
    table = cross_table(across, within)
    names = list(across)
    first = across[names[0]]
    write_bytes(out / "cross.csv", table.to_csv(index=False).encode())
    whole = {
        "data": first.data,
        "source": first.source,
        "note": NOTE,
        "rows": table.to_dict("records"),
        "command": command,
    }
    write_json(out / "cross.json", whole)
    pictures = []
    for measure in ("accuracy", "uf1", "uar"):
        square = table.pivot(index="trained on", columns="tested on", values=measure)
        values = square.reindex(index=names, columns=names).to_numpy(np.float64)
        pictures.append(
            html.picture(
                matrix_svg(values, names, "tested on", "trained on"), f"{measure}, percent"
            )
        )
    title = f"Across data sets: {', '.join(names)}"
    page = html.page(
        title,
        [
            html.Raw(f"<h1>{html.text(title)}</h1>"),
            html.Raw(
                html.paragraph(f"data: {first.source}", "soft")
                + html.paragraph(f"classes: {', '.join(first.classes)}", "soft")
                + html.paragraph(NOTE, "soft")
            ),
            html.section("Matrix", html.pair(*pictures)),
            html.section(
                "Scores", html.table(list(table.columns), table.to_numpy(dtype=object).tolist())
            ),
            html.section("How it was made", html.Raw(f"<pre>{html.text(command)}</pre>")),
        ],
    )
    write_bytes(out / "cross.html", page.encode())
    return out / "cross.html"
