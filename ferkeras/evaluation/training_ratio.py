"""How a score grows with the amount of training data: the curve of SSGNN's Table III."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ferkeras.errors import RecipeError
from ferkeras.evaluation import html
from ferkeras.evaluation.fold_task import Fit
from ferkeras.evaluation.plots import line_svg
from ferkeras.evaluation.report import mark
from ferkeras.evaluation.result import EvaluationResult
from ferkeras.files import write_bytes, write_json

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
    """One row a ratio and protocol: training rows a fold (mean) and scores."""
    return pd.DataFrame(
        [
            {
                "protocol": result.protocol,
                "model": model,
                "ratio": ratio,
                "training rows, about": round(
                    float(np.mean([fold.train_rows for fold in result.folds])) * ratio
                ),
                **result.scores.summary(),
                "remark": result.remark,
            }
            for ratio, model, result in results
        ]
    )


def write_ratios(
    results: Sequence[tuple[float, str, EvaluationResult]], out: Path, command: str = ""
) -> Path:
    """Write ``ratio.csv``, ``ratio.json`` and ``ratio.html`` with the curve; returns the page.

    Args:
        results: ratio, name of the model, and its evaluation; honest protocols first.
    """
    table = ratio_table(results)
    first = results[0][2]
    write_bytes(out / "ratio.csv", table.to_csv(index=False).encode())
    whole: dict[str, Any] = {
        "data": first.data,
        "source": first.source,
        "rows": table.to_dict("records"),
        "command": command,
    }
    write_json(out / "ratio.json", whole)
    sections = []
    for protocol, rows in table.groupby("protocol", sort=False):
        of = next(result for _, _, result in results if result.protocol == protocol)
        lines = {
            model: (part["ratio"].tolist(), part["accuracy"].tolist())
            for model, part in rows.groupby("model", sort=False)
        }
        picture = line_svg(lines, "share of the training rows", "accuracy")
        sections.append(
            html.section(
                str(protocol),
                mark(of),
                html.picture(picture, "accuracy over the share of the training rows"),
                html.table(list(rows.columns), rows.to_numpy(dtype=object).tolist()),
            )
        )
    title = f"Training ratio: {first.data}"
    page = html.page(
        title,
        [
            html.Raw(f"<h1>{html.text(title)}</h1>"),
            html.Raw(html.paragraph(f"data: {first.source}", "soft")),
            *sections,
            html.section("How it was made", html.Raw(f"<pre>{html.text(command)}</pre>")),
        ],
    )
    write_bytes(out / "ratio.html", page.encode())
    return out / "ratio.html"
