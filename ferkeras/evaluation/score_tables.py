"""Tables of a report that set scores beside each other: by choice of epoch, and by data set."""

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


def by_dataset(result: EvaluationResult) -> html.Raw:
    """The scores of each data set of a composite, pooled over all folds; empty without names."""
    return html.table(
        ["data set", "samples", "subjects", "accuracy", "UF1", "UAR", "absent classes"],
        [
            [
                name,
                int(scores.support.sum()),
                people,
                *_numbers(scores),
                ", ".join(result.classes[number] for number in scores.absent) or "none",
            ]
            for name, (people, scores) in result.per_dataset().items()
        ],
    )


def score_lines(result: EvaluationResult) -> list[str]:
    """The same for a terminal, one line a row."""
    lines = []
    if result.last_epoch_scores is not None:
        lines.append(f"last epoch of each fold: {_words(result.last_epoch_scores)}")
        lines.append("the score above picks each fold's epoch on its test part: optimistic")
    for name, (people, scores) in result.per_dataset().items():
        lines.append(
            f"{name}: {_words(scores)}, {int(scores.support.sum())} samples, {people} subjects"
        )
    return lines


def _numbers(scores: Scores) -> list[float]:
    return list(scores.summary().values())


def _words(scores: Scores) -> str:
    return f"accuracy {scores.accuracy:.4f}, UF1 {scores.uf1:.4f}, UAR {scores.uar:.4f}"
