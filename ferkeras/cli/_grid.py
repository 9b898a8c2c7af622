"""The rows of an ablation, checked before the first one is trained."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferkeras.cli._experiment import check_select
from ferkeras.errors import RecipeError

if TYPE_CHECKING:
    from ferkeras.evaluation.ablation import Cell
    from ferkeras.training import Recipe


@dataclass(frozen=True)
class Row:
    """One row: what it changes, its recipe, and how many weights its model has."""

    cell: Cell
    recipe: Recipe
    parameters: int


def checked_rows(
    cells: Sequence[Cell],
    grid: Sequence[str],
    recipe_of: Callable[[list[str]], Recipe],
    classes: int,
    inner_validation: float,
) -> list[Row]:
    """Every row with its recipe, after its model, loss and optimizer were built once.

    A mistake in the last row would otherwise be found after hours of training.

    Args:
        cells: the rows.
        grid: as typed, for messages.
        recipe_of: ``["name=value", ...]`` -> the recipe with these changes.
        classes: of the data.
        inner_validation: share of training people that choose the epoch.

    Raises:
        RecipeError: a row that cannot be trained; names it.
    """
    from ferkeras.training.build import training_model

    rows = []
    for number, cell in enumerate(cells, start=1):
        try:
            recipe = recipe_of(cell.settings)
            check_select(recipe, inner_validation)
            parameters = training_model(recipe, classes, steps_per_epoch=1).count_params()
        except RecipeError as error:
            raise RecipeError(
                f"row {number} of {len(cells)}, {cell.name}: {error}{_hint(cell, grid)}"
            ) from error
        rows.append(Row(cell, recipe, parameters))
    return rows


def _hint(cell: Cell, grid: Sequence[str]) -> str:
    """What to do where a list that was meant as one value was taken for several."""
    for text in grid:
        name, _, values = text.partition("=")
        if values.startswith("[") and not isinstance(cell.changes.get(name, []), list):
            return (
                f"; a grid's list is a list of values: a value that is itself a list needs a "
                f"second pair of brackets, --grid '{name}=[{values}]'"
            )
    return ""
