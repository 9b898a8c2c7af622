"""The report of one evaluation: a self-contained HTML page and its JSON twin."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ferkeras.evaluation import html
from ferkeras.evaluation.plots import confusion_svg, curves_svg
from ferkeras.evaluation.result import EvaluationResult
from ferkeras.evaluation.score_tables import by_branch, by_dataset, by_epoch
from ferkeras.files import write_bytes, write_json

_MOST_ROWS = 300


def write_report(result: EvaluationResult, out: str | Path) -> Path:
    """Write ``report.html`` and ``report.json`` into a folder.

    Args:
        result: what `ferkeras.evaluation.evaluate` or `merge` returned.
        out: the folder; made if it is not there.

    Returns:
        Path of the HTML page.
    """
    out = Path(out)
    write_json(out / "report.json", result.to_dict())
    page = html.page(
        f"{result.data}, {result.protocol}",
        [
            _head(result),
            html.section("Last epoch, and epoch picked on the test part", by_epoch(result)),
            _cards(result),
            html.section("Branches, each alone", by_branch(result)),
            html.section("Data sets", by_dataset(result)),
            html.section("Leakage between training and test", html.bullets(result.leakage)),
            html.section("Notes", html.bullets(result.notes)),
            html.section("Confusion", _confusion(result)),
            html.section("Learning curves", _curves(result)),
            html.section("Classes", _per_class(result)),
            html.section("Subjects", _per_subject(result)),
            html.section("Folds", _folds(result)),
            html.section("Skipped items", _skipped(result)),
            html.section(
                "How it was made",
                html.table(
                    ["setting", "value"], [(k, _shown(v)) for k, v in result.settings.items()]
                ),
                html.folded(
                    "versions", html.table(["package", "version"], list(result.versions.items()))
                ),
                html.Raw(f"<pre>{html.text(result.command)}</pre>") if result.command else "",
                html.paragraph(f"begun {result.date}", "soft small"),
            ),
        ],
    )
    write_bytes(out / "report.html", page.encode())
    return out / "report.html"


def mark(result: EvaluationResult) -> html.Raw:
    """Whether it is subject-independent, as a coloured label."""
    style = {True: "good", False: "warn", None: ""}[result.subject_independent]
    if result.picked_on_test:
        style = "warn"
    words = result.remark or "subject-independent"
    return html.Raw(f'<span class="mark {style}">{html.text(words)}</span>')


def _shown(value: Any) -> Any:
    return value if isinstance(value, list | None) else str(value)


def _head(result: EvaluationResult) -> html.Raw:
    return html.Raw(
        f"<h1>{html.text(result.data)}, {html.text(result.protocol)}</h1>"
        f"{html.paragraph(f'data: {result.source}', 'soft')}"
        f"{html.paragraph(result.description, 'soft')}{mark(result)}"
    )


def _cards(result: EvaluationResult) -> html.Raw:
    scores, interval = result.scores, result.interval
    remark = f"<em>{html.text(result.remark)}</em>" if result.remark else ""
    spread = (
        f"{interval.low:.1%} to {interval.high:.1%}: {interval.method}"
        if interval
        else "no prediction"
    )
    total = len(result.folds) + len(result.missing)
    folds = f"{len(result.folds)} of {total}" if result.missing else f"{total}"
    skipped = f"{html.count(len(result.skipped), 'item')} skipped"
    cards = [
        ("accuracy", html.percent(scores.accuracy), spread, remark),
        ("UF1", html.text(scores.uf1), "unweighted F1, counts pooled over folds", remark),
        ("UAR", html.text(scores.uar), "unweighted average recall", remark),
        ("samples tested", str(len(result.scored)), skipped, ""),
        ("folds", folds, "partial: not all finished" if result.missing else "all finished", ""),
    ]
    return html.Raw(
        '<div class="cards">'
        + "".join(
            f'<div class="card"><span>{html.text(name)}</span><b>{html.text(value)}</b>'
            f"<span>{html.text(more)}</span>{extra}</div>"
            for name, value, more, extra in cards
        )
        + "</div>"
    )


def shares(result: EvaluationResult) -> html.Raw:
    """The confusion matrix in percent of each true class."""
    svg = confusion_svg(result.scores.confusion, result.classes, share=True)
    words = f", {result.remark}" if result.remark else ""
    return html.picture(svg, f"percent of each true class, {result.protocol}{words}")


def _confusion(result: EvaluationResult) -> html.Raw:
    counts = confusion_svg(result.scores.confusion, result.classes, share=False)
    return html.pair(html.picture(counts, "samples, all folds together"), shares(result))


def _curves(result: EvaluationResult) -> html.Raw:
    histories = [fold.history for fold in result.folds]
    thin = "; thin lines: single folds" if len(histories) > 1 else ""
    curves = curves_svg(histories).items()
    return html.pair(*(html.picture(svg, f"{key}{thin}") for key, svg in curves))


def _per_class(result: EvaluationResult) -> html.Raw:
    scores = result.scores
    columns = (scores.support, scores.precision, scores.recall, scores.f1)
    rows = zip(result.classes, *(column.tolist() for column in columns), strict=True)
    return html.table(["class", "samples", "precision", "recall", "F1"], rows)


def _per_subject(result: EvaluationResult) -> html.Raw:
    subjects = result.per_subject()
    unknown = int(result.scored["subject"].isna().sum())
    rows = [list(row) for row in subjects.itertuples(index=False)]
    body = html.table(["subject", "samples", "right", "accuracy"], rows[:_MOST_ROWS])
    words = f"{html.count(len(rows), 'subject')}, worst first"
    if len(rows) > _MOST_ROWS:
        words += f"; the first {_MOST_ROWS} of them, all are in report.json"
    note = f"the subject of {unknown} tested samples is unknown" if unknown else ""
    return html.Raw(
        html.folded(words, body, unfolded=len(rows) <= 12)
        + (html.paragraph(note, "soft small") if note else "")
    )


def _folds(result: EvaluationResult) -> html.Raw:
    rows = [
        [
            fold.name,
            fold.train_rows,
            len(fold.rows),
            result.fold_scores(fold).accuracy,
            round(fold.seconds),
        ]
        for fold in result.folds
    ]
    words = html.count(len(rows), "fold")
    if result.fold_spread:
        mean, deviation = result.fold_spread
        words += f": accuracy {mean:.1%} on average, standard deviation {deviation:.1%}"
    return html.folded(
        words,
        html.table(["fold", "training", "test", "accuracy", "seconds"], rows),
        unfolded=len(rows) <= 12,
    )


def _skipped(result: EvaluationResult) -> html.Raw:
    if not result.skipped:
        return html.paragraph("none", "soft")
    rows = [[skip.item, skip.reason] for skip in result.skipped[:_MOST_ROWS]]
    words = html.count(len(result.skipped), "item")
    if len(result.skipped) > _MOST_ROWS:
        words += f"; the first {_MOST_ROWS} of them, all are in report.json"
    return html.folded(words, html.table(["item", "reason"], rows), unfolded=len(rows) <= 12)
