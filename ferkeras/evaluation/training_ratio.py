"""How a score grows with the amount of training data, and what each branch adds to it.

The curves of SSGNN's Fig. 7, its Table III, and its Table IV (Zhang et al. 2022).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ferkeras.errors import RecipeError
from ferkeras.evaluation.branch_curves import branch_columns, branch_pictures, branches_lacking
from ferkeras.evaluation.fold_task import Fit
from ferkeras.evaluation.result import EvaluationResult
from ferkeras.evaluation.study_page import Section, Written, by_protocol, protocols_of, write_study

NOTE = (
    "Contribution of a branch: the accuracy of all fused, minus that of the other branch alone (of "
    "the best other one, where there are more than two); all are of the same trained models."
)
LEAST = "Of every class at least one training row is kept: a small share of few rows is rounded up."
RATIOS = tuple(round(0.1 * tenth, 1) for tenth in range(1, 11))


@dataclass(frozen=True)
class Subsampled:
    """A `fit` that gets only a part of each fold's training rows; all test rows are predicted.

    Of every class the same share is kept, at least one row; the rows of a smaller ratio are among
    those of a larger one, so that a curve does not jump from draw to draw.

    Attributes:
        fit: see `ferkeras.evaluation.evaluate`.
        labels: class numbers of all rows of the index.
        ratio: above 0 up to 1.
        seed: of the draw.
    """

    fit: Fit
    labels: NDArray[np.int64]
    ratio: float
    seed: int = 0

    def __call__(
        self, train: NDArray[np.int64], test: NDArray[np.int64], folder: Path
    ) -> ArrayLike:
        """Fit on the part."""
        return self.fit(self.part(train), test, folder)

    def part(self, train: NDArray[np.int64]) -> NDArray[np.int64]:
        """The rows that are kept, in their order."""
        shuffled = np.random.default_rng(self.seed).permutation(np.sort(train))
        kept: list[NDArray[np.int64]] = []
        for label in np.unique(self.labels[train]):
            rows = shuffled[self.labels[shuffled] == label]
            kept.append(rows[: max(1, round(self.ratio * len(rows)))])
        return train[np.isin(train, np.concatenate(kept))]


def check_ratios(ratios: Sequence[float]) -> tuple[float, ...]:
    """Ratios in ascending order, each once.

    Raises:
        RecipeError: none, or one that is not above 0 and up to 1.
    """
    bad = [ratio for ratio in ratios if not 0 < ratio <= 1]
    if bad or not ratios:
        raise RecipeError(
            f"training ratio {bad[0] if bad else 'missing'}: expected numbers above 0 up to 1, "
            "such as 0.1,0.5,1"
        )
    return tuple(sorted(set(ratios)))


def ratio_table(results: Sequence[tuple[float, str, EvaluationResult]]) -> pd.DataFrame:
    """One row a ratio, protocol and model: training rows a fold (mean), scores, and branches.

    Args:
        results: ratio, name of the model, and its evaluation.
    """
    rows: list[dict[str, Any]] = [
        {
            "protocol": result.protocol,
            "model": model,
            "ratio": ratio,
            "training rows, about": max(
                len(result.classes),  # a row a class is always kept
                round(float(np.mean([fold.train_rows for fold in result.folds])) * ratio),
            ),
            **result.scores.summary(),
            **branch_columns(result),
            "remark": result.remark,
        }
        for ratio, model, result in results
    ]
    names = dict.fromkeys(name for row in rows for name in row if name != "remark")
    return pd.DataFrame(rows, columns=[*names, "remark"])


def write_ratios(
    results: Sequence[tuple[float, str, EvaluationResult]], out: Path, command: str = ""
) -> Written:
    """Write ``ratio.csv``, ``ratio.json`` and ``ratio.html`` with the curves.

    Args:
        results: ratio, name of the model, and its evaluation; honest protocols first, ratios
            ascending.
        out: the folder.
        command: the command line.
    """
    first = results[0][2]
    evaluations = [result for _, _, result in results]
    known = NOTE if any(one.branch_scores for one in evaluations) else ""

    def section(places: list[int]) -> Section:
        chosen = [results[place] for place in places]
        return Section(
            chosen[0][2].protocol,
            ratio_table(chosen),
            branch_pictures(chosen),
            [result for _, _, result in chosen],
        )

    return write_study(
        out,
        "ratio",
        f"Training ratio: {first.data}",
        by_protocol(evaluations, section),
        lines=[f"data: {first.source}"],
        note=" ".join(filter(None, [LEAST, known, branches_lacking(results)])),
        command=command,
        about={
            "data": first.data,
            "source": first.source,
            "protocols": protocols_of(evaluations),
        },
    )
