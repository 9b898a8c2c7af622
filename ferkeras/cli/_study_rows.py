"""The rows of a study: all of them checked, then each trained, scored and reported."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from ferkeras.cli._experiment import check_select
from ferkeras.cli._protocol_run import ProtocolRuns
from ferkeras.errors import FerkerasError, RecipeError

if TYPE_CHECKING:
    from ferkeras.evaluation import EvaluationResult, Protocol
    from ferkeras.training import Recipe


def _as_it_is(fit: Any) -> Any:
    return fit


@dataclass(frozen=True)
class Row:
    """One training and test under one protocol.

    Attributes:
        name: for messages; one of its kind in the study.
        folder: of its folds and report; no other row's.
        runs: the data.
        recipe: what to train.
        protocol: how to fold.
        wrap, settings: see `ProtocolRuns.__call__`.
        built: the recipe's model was built already, without an error.
    """

    name: str
    folder: Path
    runs: ProtocolRuns
    recipe: Recipe
    protocol: Protocol
    wrap: Callable[[Any], Any] = _as_it_is
    settings: Mapping[str, Any] = field(default_factory=dict)
    built: bool = False


def train_rows(rows: Sequence[Row]) -> list[EvaluationResult]:
    """Check all rows, then train them in their order; rows that are finished are read.

    Raises:
        FerkerasError: a row that cannot be trained, named, before any is; or what comes up later.
    """
    check_rows(rows)
    console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
    results = []
    for number, row in enumerate(rows, start=1):
        console.print(f"row {number} of {len(rows)}: {row.name}")
        results.append(
            row.runs(row.recipe, row.protocol, row.folder, wrap=row.wrap, settings=row.settings)
        )
    return results


def check_rows(rows: Sequence[Row]) -> None:
    """Fold, look for leaks, build each model once and prepare all samples.

    A mistake in the last row would otherwise be found after hours of training; what is prepared
    here stays in the cache.

    Raises:
        FerkerasError: a row that cannot be trained; names it.
    """
    from ferkeras.training.build import training_model

    done: set[tuple[Any, ...]] = set()
    # What is quick for all rows stands before what takes long for one.
    for step in ("folder", "recipe", "folds", "model", "samples"):
        for number, row in enumerate(rows, start=1):
            recipe, runs, classes = row.recipe, row.runs, len(row.runs.index.classes)
            parts: dict[str, tuple[Any, ...]] = {
                "folder": (str(row.folder).lower(),),  # some file systems know no small letters
                "recipe": (number,),
                "folds": (id(runs), row.protocol.name),
                "model": (recipe.model_dump_json(), classes),
                "samples": (id(runs), recipe.input),
            }
            key = (step, *parts[step])
            try:
                if key in done and step == "folder":
                    raise RecipeError(f"another row has the same folder, {row.folder}")
                if key in done or (step == "model" and row.built):
                    continue
                done.add(key)
                if step == "recipe":
                    check_select(recipe, runs.inner_validation)
                elif step == "folds":
                    runs.check(row.protocol)
                elif step == "model":
                    training_model(recipe, classes, steps_per_epoch=1)
                elif step == "samples":
                    runs.prepare(recipe.input)
            except FerkerasError as error:
                raise type(error)(f"row {number} of {len(rows)}, {row.name}: {error}") from error
