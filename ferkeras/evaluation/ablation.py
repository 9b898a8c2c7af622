"""An ablation: one protocol over a grid of settings, as one table."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ferkeras.errors import RecipeError
from ferkeras.evaluation import html
from ferkeras.evaluation.report import mark
from ferkeras.evaluation.result import EvaluationResult
from ferkeras.files import write_bytes, write_json

NOTE = (
    "The rows are scored on the same folds: taking the best of them and quoting its score is "
    "optimistic. A setting chosen here is to be tested on other people."
)


@dataclass(frozen=True)
class Cell:
    """One row of an ablation.

    Attributes:
        name: of its folder, such as ``"model.dim=32, model.heads=2"``; ``"recipe"`` without
            changes.
        changes: recipe setting -> value.
    """

    name: str
    changes: Mapping[str, Any]

    @property
    def settings(self) -> list[str]:
        """The changes as ``name=value`` with values in JSON."""
        return [f"{name}={json.dumps(value)}" for name, value in self.changes.items()]


def cells(grid: Mapping[str, Sequence[Any]], *, one_at_a_time: bool = False) -> list[Cell]:
    """The rows of a grid.

    Args:
        grid: recipe setting -> values.
        one_at_a_time: the recipe itself first, then each value of each setting with all others
            as in the recipe, as the papers' tables do; else all combinations.

    Raises:
        RecipeError: no settings, or one without values.
    """
    empty = [name for name, values in grid.items() if not values]
    if not grid or empty:
        raise RecipeError(
            f"a grid needs settings with values; without: {', '.join(empty) or 'all'}"
        )
    if one_at_a_time:
        changes = [{}, *({name: value} for name, values in grid.items() for value in values)]
    else:
        changes = [dict(zip(grid, row, strict=True)) for row in itertools.product(*grid.values())]
    rows = [Cell(_name(change), change) for change in changes]
    return list({row.name: row for row in rows}.values())


def parse_grid(texts: Sequence[str]) -> dict[str, list[Any]]:
    """``["model.hidden_dim=8,16", "model.repeats=[[1,1,1],[2,2,8]]"]`` -> a grid.

    Values are a JSON list, or JSON values or words parted by commas.

    Raises:
        RecipeError: not ``name=values``, or a setting given twice.
    """
    grid: dict[str, list[Any]] = {}
    for text in texts:
        name, equals, values = text.partition("=")
        if not equals or not name or not values:
            raise RecipeError(f"--grid {text!r}: expected name=value,value,...")
        if name in grid:
            raise RecipeError(f"--grid {name} is given twice; give all its values at once")
        whole = _json(values)
        parts = whole if isinstance(whole, list) else [_json(part) for part in values.split(",")]
        grid[name] = parts
    return grid


def ablation_table(
    rows: Sequence[tuple[Cell, EvaluationResult, int]], names: Sequence[str]
) -> pd.DataFrame:
    """One row a cell: its settings, parameters, scores (all folds pooled) and seconds of training.

    Where a row's epochs are picked on the test parts, its remark says so and every row has its last
    epoch's scores as well.

    Args:
        rows: cell, result, number of the model's weights.
        names: settings that get a column.
    """
    table = []
    for cell, result, parameters in rows:
        row: dict[str, Any] = {name: _shown(cell.changes.get(name, "recipe")) for name in names}
        row |= {"parameters": parameters, **result.scores.summary()}
        for part, (_, scores) in result.per_dataset().items():
            row |= {f"{part} UF1": scores.uf1, f"{part} UAR": scores.uar}
        if any(other.picked_on_test for _, other, _ in rows):
            last = result.last_epoch_scores or result.scores
            row |= {"last epoch UF1": last.uf1, "last epoch UAR": last.uar}
        row["remark"] = result.remark
        row["seconds"] = round(sum(fold.seconds for fold in result.folds))
        table.append(row)
    return pd.DataFrame(table)


def write_ablation(
    rows: Sequence[tuple[Cell, EvaluationResult, int]],
    names: Sequence[str],
    out: Path,
    command: str = "",
) -> Path:
    """Write ``ablation.csv``, ``ablation.json`` and ``ablation.html``; returns the page's path."""
    table = ablation_table(rows, names)
    first = worst([result for _, result, _ in rows])
    write_bytes(out / "ablation.csv", table.to_csv(index=False).encode())
    whole = {
        "data": first.data,
        "source": first.source,
        "protocol": first.protocol,
        "remark": first.remark,
        "note": NOTE,
        "rows": table.to_dict("records"),
        "command": command,
    }
    write_json(out / "ablation.json", whole)
    page = html.page(
        f"Ablation: {first.data}, {first.protocol}",
        [
            html.Raw(f"<h1>Ablation: {html.text(first.data)}, {html.text(first.protocol)}</h1>"),
            html.Raw(
                html.paragraph(f"data: {first.source}", "soft")
                + html.paragraph(first.description, "soft")
                + mark(first)
            ),
            html.section(
                "Scores, counts pooled over all folds",
                html.table(list(table.columns), table.to_numpy(dtype=object).tolist()),
                html.paragraph(NOTE, "soft small"),
            ),
            html.section("How it was made", html.Raw(f"<pre>{html.text(command)}</pre>")),
        ],
    )
    write_bytes(out / "ablation.html", page.encode())
    return out / "ablation.html"


def worst(results: Sequence[EvaluationResult]) -> EvaluationResult:
    """The result whose remark must stand above a table of all of them."""
    return max(results, key=lambda one: (one.picked_on_test, bool(one.remark)))


def _name(changes: Mapping[str, Any]) -> str:
    return ", ".join(f"{n}={_shown(v)}" for n, v in changes.items()) or "recipe"


def _shown(value: Any) -> Any:
    return json.dumps(value, separators=(",", ":")) if isinstance(value, list | dict) else value


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text.strip()
