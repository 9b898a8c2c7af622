"""Tables of a report that set scores beside each other: by epoch, branch and data set."""

from __future__ import annotations

from ferkeras.evaluation import html
from ferkeras.evaluation.result import EvaluationResult
from ferkeras.evaluation.scores import Scores


def by_epoch(result: EvaluationResult) -> html.Raw:
    """The last epoch's scores first, those of the epochs picked on the test parts beside them.

    Empty where the last epoch counts anyway.
    """
    last = result.last_epoch_scores
    if last is None:
        return html.Raw("")
    return html.table(
        ["epoch of each fold", "accuracy", "UF1", "UAR"],
        [
            ["the last one", *_numbers(last)],
            ["picked on its test part: optimistic", *_numbers(result.scores)],
        ],
    )


def by_branch(result: EvaluationResult) -> html.Raw:
    """What each branch of the same trained models says alone, and all together; else empty."""
    branches = result.branch_scores
    if not branches:
        return html.Raw("")
    words = ", epoch picked on the test part: optimistic" if result.picked_on_test else ""
    return html.table(
        [f"branch{words}", "accuracy", "UF1", "UAR"],
        [[name, *_numbers(scores)] for name, scores in branches.items()]
        + [["fused", *_numbers(result.scores)]],
    )


def by_dataset(result: EvaluationResult) -> html.Raw:
    """The scores of each data set of a composite, pooled over all folds; empty without names.

    Where epochs were picked on the test parts, the last epoch's rows stand first.
    """
    ways = {"": "predicted"}
    if result.picked_on_test:
        ways = {", last epoch": "last", ", picked: optimistic": "predicted"}
    return html.table(
        ["data set", "samples", "subjects", "accuracy", "UF1", "UAR", "absent classes"],
        [
            [
                f"{name}{words}",
                int(scores.support.sum()),
                people,
                *_numbers(scores),
                ", ".join(result.classes[number] for number in scores.absent) or "none",
            ]
            for words, column in ways.items()
            for name, (people, scores) in result.per_dataset(column).items()
        ],
    )


def score_lines(result: EvaluationResult) -> list[str]:
    """The same for a terminal: the honest scores first, one line a row, and then the others."""
    spread = ""
    if result.interval:
        spread = f" (95 %: {result.interval.low:.4f} to {result.interval.high:.4f})"
    counts = f"{len(result.scored)} samples, {len(result.skipped)} left out"
    whole = result.scores
    chosen = f"{whole.accuracy:.4f}{spread}, UF1 {whole.uf1:.4f}, UAR {whole.uar:.4f}, {counts}"
    if result.last_epoch_scores is None:
        branches = [
            f"  {name} branch alone: {_words(scores)}"
            for name, scores in result.branch_scores.items()
        ]
        return [f"accuracy {chosen}", *branches, *_dataset_lines(result, "predicted")]
    return [
        f"last epoch of each fold: {_words(result.last_epoch_scores)}",
        *_dataset_lines(result, "last"),
        f"epoch of each fold picked on its test part, optimistic: accuracy {chosen}",
        *_dataset_lines(result, "predicted"),
    ]


def _dataset_lines(result: EvaluationResult, column: str) -> list[str]:
    return [
        f"  {name}: {_words(scores)}, {int(scores.support.sum())} samples, {people} subjects"
        for name, (people, scores) in result.per_dataset(column).items()
    ]


def _numbers(scores: Scores) -> list[float]:
    return list(scores.summary().values())


def _words(scores: Scores) -> str:
    return f"accuracy {scores.accuracy:.4f}, UF1 {scores.uf1:.4f}, UAR {scores.uar:.4f}"
