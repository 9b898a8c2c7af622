"""What ``train``, ``evaluate`` and ``study`` share: recipe, data, prepared samples."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import Progress

from ferkeras.errors import RecipeError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ferkeras.datasets import Index
    from ferkeras.datasets.digests import Digests
    from ferkeras.inputs import Prepared
    from ferkeras.training import Recipe
    from ferkeras.training.fold_fitter import FoldFitter
    from ferkeras.types import InputSpec

CACHE = Path("~/.cache/ferkeras")


def make_recipe(system: str, variant: str | None, settings: list[str], **changes: Any) -> Recipe:
    """The system's recipe with the command line's changes.

    Args:
        system, variant: as for `ferkeras.training.load_recipe`.
        settings: ``"name=value"`` each, values in JSON; ``"augmentation.flip=0.5"`` and the like
            set one part of a nested setting.
        changes: further fields; None leaves a field alone.

    Raises:
        RecipeError: a setting that is not there, or of another type.
    """
    from ferkeras.models import system_module
    from ferkeras.models._settings import check_settings
    from ferkeras.training import load_recipe
    from ferkeras.training.recipe import parse_recipe

    given = {name: value for name, value in changes.items() if value is not None}
    recipe = load_recipe(system, variant, **given)
    recipe = parse_recipe(changed_settings(recipe.model_dump(mode="json"), settings))
    builder = getattr(system_module(recipe.system, "model"), recipe.builder, None)
    if not callable(builder):
        raise RecipeError(f"recipe setting 'builder': {system} has no builder {recipe.builder!r}")
    check_settings(builder, recipe.model)
    return recipe


def changed_settings(values: dict[str, Any], settings: Sequence[str]) -> dict[str, Any]:
    """A recipe's values with ``"name=value"`` or ``"outer.inner=value"`` changed, values in JSON.

    One setting of a resolution that the recipe has not begins with its defaults.

    Raises:
        RecipeError: no equals sign, or a setting inside something that holds none.
    """
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals:
            raise RecipeError(f"--set {setting!r}: expected name=value")
        if name == "system":
            raise RecipeError(f"--set {setting!r}: the system is what stands before the options")
        *path, last = name.split(".")
        place = settings_at(values, path)
        if place is None:
            raise RecipeError(f"--set {setting!r}: the recipe has no setting {name!r}")
        try:
            place[last] = json.loads(text)
        except ValueError:
            place[last] = text
    return values


def settings_at(values: dict[str, Any], path: list[str]) -> dict[str, Any] | None:
    """The nested settings that a path of names leads to; None where there are none.

    A resolution may be set for any input: where it is not there it is begun, with its defaults.
    """
    place: Any = values
    for part in path:
        if part == "resolution" and isinstance(place, dict) and place.get(part) is None:
            place[part] = {}
        place = place.get(part) if isinstance(place, dict) else None
    return place if isinstance(place, dict) else None


def check_select(recipe: Recipe, inner_validation: float) -> None:
    """Check that the epoch can be chosen as the recipe wants it.

    Raises:
        RecipeError: best-validation without an inner validation, one without the other, or no
            share.
    """
    if not 0 <= inner_validation < 1:
        raise RecipeError(
            f"--inner-validation {inner_validation:g}: expected a share, 0 to below 1"
        )
    if recipe.select == "best-validation" and not inner_validation:
        raise RecipeError(
            "--select best-validation needs training people that choose the epoch and are not "
            "trained on: say which share of them, such as --inner-validation 0.2"
        )
    if recipe.select != "best-validation" and inner_validation:
        raise RecipeError(
            f"--inner-validation is for --select best-validation, but select is {recipe.select}; "
            "leave one of them out"
        )


def prepare_pictures(
    index: Index, spec: InputSpec, cache: Path, on_missing: str, digests: Digests
) -> Prepared:
    """Prepared pictures of an index with a progress bar, and a line on what was left out."""
    from ferkeras.inputs import prepare_index

    console = Console(stderr=True, highlight=False, markup=False)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(f"preparing {index.name}", total=len(index))
        prepared = prepare_index(
            index,
            spec,
            cache=cache.expanduser(),
            digests=digests,
            on_missing=on_missing,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    if prepared.skipped:
        first = prepared.skipped[0]
        console.print(
            f"{len(prepared.skipped)} of {len(index)} samples left out; "
            f"the first: {first.item}: {first.reason}"
        )
    return prepared


def trainer(
    recipe: Recipe,
    index: Index,
    prepare: Callable[[InputSpec], Prepared],
    inner_validation: float = 0.0,
    *,
    keep_models: bool = True,
) -> tuple[FoldFitter, dict[str, Any]]:
    """What trains a recipe on each fold, with progress bars, and the settings for the report.

    Raises:
        RecipeError: see `check_select`.
    """
    check_select(recipe, inner_validation)
    from ferkeras.training.fold_fitter import FoldFitter
    from ferkeras.training.progress import ProgressBar

    fit = FoldFitter(
        recipe,
        index,
        prepare(recipe.input),
        inner_validation=inner_validation,
        callbacks=lambda fold: [ProgressBar(f"{recipe.system} {fold}", recipe.epochs)],
        keep_models=keep_models,
    )
    return fit, {"recipe": recipe.model_dump(mode="json"), "inner_validation": inner_validation}


def folds_done(jobs: int) -> Callable[[int, int], None]:
    """Says how many folds are done where several processes train; one shows its own bars."""
    console = Console(stderr=True, highlight=False, markup=False)

    def say(done: int, total: int) -> None:
        if jobs > 1 and total:
            console.print(f"{done} of {total} folds done")

    return say


def command_line() -> str:
    """The command as typed."""
    return shlex.join(["ferkeras", *sys.argv[1:]])
