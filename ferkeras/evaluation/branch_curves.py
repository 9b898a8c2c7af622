"""Branches of one model beside the model: their scores, and what each contributes.

Zhang et al. 2022 (SSGNN), Table IV: the contribution of SPAGNN is the accuracy of SSGNN minus that
of SPEGNN, and the reverse.
"""

from __future__ import annotations

from collections.abc import Sequence

from ferkeras.evaluation.line_plot import Line, lines_svg
from ferkeras.evaluation.result import EvaluationResult

Curve = tuple[float, str, EvaluationResult]


def contributions(result: EvaluationResult) -> dict[str, float]:
    """Accuracy of all branches fused, minus that of the best branch but this one.

    With two branches that is the other branch alone. Negative where the fusion is worse than it.
    Empty where there are fewer than two branches.
    """
    alone = {name: scores.accuracy for name, scores in result.branch_scores.items()}
    if len(alone) < 2:
        return {}
    return {
        name: result.scores.accuracy - max(alone[other] for other in alone if other != name)
        for name in alone
    }


def branch_columns(result: EvaluationResult) -> dict[str, float]:
    """Columns of a table: accuracy of each branch alone, then each one's contribution."""
    if not contributions(result):
        return {}
    return {f"{name} alone": scores.accuracy for name, scores in result.branch_scores.items()} | {
        f"{name} contributes": value for name, value in contributions(result).items()
    }


def branches_lacking(curves: Sequence[Curve]) -> str:
    """Which evaluations have no branch columns, as folds lack their branches' answers; else ""."""
    found = [
        f"{model} at {ratio:g} under {result.protocol}: {len(result.without_branches)} of "
        f"{len(result.folds)} folds"
        for ratio, model, result in curves
        if result.without_branches
    ]
    if not found:
        return ""
    some = "; ".join(found[:5]) + ("; ..." if len(found) > 5 else "")
    return (
        "No branch alone where folds lack the branches' answers (delete the folders of those folds "
        f"and run again): {some}."
    )


def branch_pictures(curves: Sequence[Curve]) -> list[tuple[str, str]]:
    """Accuracy over the training ratio, and the contributions over it where there are branches.

    Args:
        curves: ratio, name of the model, and its evaluation, of one protocol.

    Returns:
        ``(SVG text, caption)`` each.
    """
    axis = "share of the training rows"
    models = list(dict.fromkeys(model for _, model, _ in curves))
    accuracy: dict[str, Line] = {}
    contributed: dict[str, Line] = {}
    for model in models:
        mine = sorted(
            ((ratio, result) for ratio, name, result in curves if name == model),
            key=lambda pair: pair[0],
        )
        ratios = [ratio for ratio, _ in mine]
        accuracy[model] = Line(ratios, [result.scores.accuracy for _, result in mine])
        for branch in dict.fromkeys(name for _, result in mine for name in contributions(result)):
            parts = [result.branch_scores.get(branch) for _, result in mine]
            accuracy[f"{model}: {branch} branch alone"] = Line(
                ratios, [part.accuracy if part else float("nan") for part in parts], dashed=True
            )
            added = [contributions(result).get(branch, float("nan")) for _, result in mine]
            contributed[f"{model}: {branch} branch"] = Line(ratios, added)
    pictures = [
        (
            lines_svg(accuracy, axis, "accuracy"),
            "accuracy over the share of the training rows",
        )
    ]
    if contributed:
        svg = lines_svg(contributed, axis, "contribution to accuracy")
        pictures.append((svg, "contribution of each branch, as a share of the test rows"))
    return pictures
