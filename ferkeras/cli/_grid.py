"""The rows of an ablation, checked before the first one is trained."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ferkeras.cli._experiment import check_select
from ferkeras.errors import FerkerasError

if TYPE_CHECKING:
    from ferkeras.evaluation.grid import Cell
    from ferkeras.models.weight_counts import WeightCounts
    from ferkeras.training import Recipe


@dataclass(frozen=True)
class GridRow:
    """One row: what it changes, its recipe, and how many numbers its model has."""

    cell: Cell
    recipe: Recipe
    weights: WeightCounts


def checked_rows(
    cells: Sequence[Cell],
    grid: Sequence[str],
    recipe_of: Callable[[list[str]], Recipe],
    classes: int,
    inner_validation: float,
) -> list[GridRow]:
    """Every row with its recipe, after its model, loss and optimizer were built once.

    A mistake in the last row would otherwise be found after hours of training.

    Args:
        cells: the rows.
        grid: as typed, for messages.
        recipe_of: ``["name=value", ...]`` -> the recipe with these changes.
        classes: of the data.
        inner_validation: share of training people that choose the epoch.

    Raises:
        FerkerasError: a row that cannot be trained; names it.
    """
    from ferkeras.models.weight_counts import weight_counts
    from ferkeras.training.build import training_model

    rows = []
    for number, cell in enumerate(cells, start=1):
        try:
            recipe = recipe_of(cell.settings)
            check_select(recipe, inner_validation)
            weights = weight_counts(training_model(recipe, classes, steps_per_epoch=1))
        except FerkerasError as error:
            raise type(error)(
                f"row {number} of {len(cells)}, {cell.name}: {error}{_hint(cell, grid, str(error))}"
            ) from error
        rows.append(GridRow(cell, recipe, weights))
    return rows


def values_in(recipe: Recipe, names: Sequence[str]) -> dict[str, Any]:
    """The values that settings have in a recipe, also where the builder's variant gives them.

    Args:
        recipe: any.
        names: of settings, such as ``"model.nodes"`` or ``"epochs"``.

    Returns:
        Name -> value as JSON has it, for those that are known.
    """
    from ferkeras.models import system_module

    values: dict[str, Any] = recipe.model_dump(mode="json")
    variants = system_module(recipe.system, "variants").VARIANTS
    given = {name: value for name, value in values["model"].items() if value is not None}
    values["model"] = {**variants.get(recipe.variant, {}), **given}
    found = {}
    for name in names:
        place: Any = values
        for part in name.split("."):
            if not isinstance(place, dict) or part not in place:
                break
            place = place[part]
        else:
            found[name] = json.loads(json.dumps(place))  # tuples as lists
    return found


def _hint(cell: Cell, grid: Sequence[str], error: str) -> str:
    """What to do where a list that was meant as one value was taken for several."""
    for text in grid:
        name, _, values = text.partition("=")
        named = name.rpartition(".")[2] in error
        if named and values.startswith("[") and not isinstance(cell.changes.get(name, []), list):
            return (
                f"; a grid's list is a list of values: a value that is itself a list needs a "
                f"second pair of brackets, --grid '{name}=[{values}]'"
            )
    return ""
