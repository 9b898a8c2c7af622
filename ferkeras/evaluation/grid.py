"""A grid of settings: its rows, and how it is typed."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ferkeras.errors import RecipeError
from ferkeras.evaluation.sweep_plots import as_text


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


def cells(
    grid: Mapping[str, Sequence[Any]],
    *,
    one_at_a_time: bool = False,
    own: Mapping[str, Any] | None = None,
) -> list[Cell]:
    """The rows of a grid.

    Args:
        grid: recipe setting -> values.
        one_at_a_time: the recipe itself first, then each value of each setting with all others
            as in the recipe, as the papers' tables do; else all combinations.
        own: the recipe's values, as far as they are known: one at a time, a value of the grid that
            is the recipe's own gives no row beside the recipe's.

    Raises:
        RecipeError: no settings, or one without values.
    """
    empty = [name for name, values in grid.items() if not values]
    if not grid or empty:
        raise RecipeError(
            f"a grid needs settings with values; without: {', '.join(empty) or 'all'}"
        )
    if one_at_a_time:
        same = {name: json.dumps(value) for name, value in (own or {}).items()}
        changes = [
            {},
            *(
                {name: value}
                for name, values in grid.items()
                for value in values
                if same.get(name) != json.dumps(value)
            ),
        ]
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


def _name(changes: Mapping[str, Any]) -> str:
    return ", ".join(f"{n}={as_text(v)}" for n, v in changes.items()) or "recipe"


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text.strip()
