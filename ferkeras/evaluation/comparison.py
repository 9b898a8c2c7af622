"""Several evaluations beside each other, the honest ones first."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from ferkeras.errors import FerkerasError
from ferkeras.evaluation import html
from ferkeras.evaluation.report import mark, shares
from ferkeras.evaluation.result import EvaluationResult
from ferkeras.files import write_bytes, write_json


def write_comparison(results: Sequence[EvaluationResult], out: str | Path) -> Path:
    """Write several results beside each other: ``comparison.html`` and ``comparison.json``.

    Subject-independent results come first, then those whose subjects are unknown, then those
    that show people of the training part again, last those whose epoch was picked on the test
    part, each with its remark.

    Returns:
        Path of the HTML page.

    Raises:
        FerkerasError: no results.
    """
    if not results:
        raise FerkerasError("a comparison needs at least one result")
    out = Path(out)
    rank = {True: 0, None: 1, False: 2}
    results = sorted(
        results, key=lambda result: (result.picked_on_test, rank[result.subject_independent])
    )
    rows = []
    for result in results:
        scores, interval = result.scores, result.interval
        accuracy = html.Raw(f"<b>{html.percent(scores.accuracy)}</b>")
        if interval:
            accuracy = html.Raw(
                f'{accuracy} <span class="soft small">{interval.low:.1%} to {interval.high:.1%}'
                f"</span>{html.bar(scores.accuracy, interval.low, interval.high)}"
            )
        rows.append(
            [
                html.Raw(f"<b>{html.text(result.protocol)}</b><br>{mark(result)}"),
                result.data,
                accuracy,
                _with_last(result, "uf1"),
                _with_last(result, "uar"),
                len(result.scored),
                len(result.folds),
            ]
        )
    names = list(dict.fromkeys(name for result in results for name in result.classes))
    f1 = [dict(zip(result.classes, result.scores.f1.tolist(), strict=True)) for result in results]
    page = html.page(
        "Comparison of protocols",
        [
            html.Raw("<h1>Comparison of protocols</h1>"),
            html.paragraph(
                "Numbers in which people of the training part are tested again stand last, with "
                "those whose epoch was picked on the test part; they say little about new people.",
                "soft",
            ),
            html.section(
                "Scores",
                html.table(
                    ["protocol", "data", "accuracy (95 %)", "UF1", "UAR", "samples", "folds"], rows
                ),
            ),
            html.section(
                "F1 of each class",
                html.table(
                    ["class", *(result.protocol for result in results)],
                    [[name, *(values.get(name, math.nan) for values in f1)] for name in names],
                ),
            ),
            html.section(
                "Confusion, percent of each true class",
                html.pair(*(shares(result) for result in results)),
            ),
            *(
                html.section(
                    f"{result.protocol} on {result.data}: leakage and notes",
                    html.paragraph(result.description, "soft"),
                    html.bullets([*result.leakage, *result.notes]),
                )
                for result in results
            ),
        ],
    )
    write_json(out / "comparison.json", {"results": [result.to_dict() for result in results]})
    write_bytes(out / "comparison.html", page.encode())
    return out / "comparison.html"


def _with_last(result: EvaluationResult, name: str) -> float | html.Raw:
    """A score; where epochs were picked on the test parts, the last epoch's stands before it."""
    value: float = getattr(result.scores, name)
    if result.last_epoch_scores is None:
        return value
    last = getattr(result.last_epoch_scores, name)
    return html.Raw(f"last epoch <b>{html.text(last)}</b><br>picked {html.text(value)}")
