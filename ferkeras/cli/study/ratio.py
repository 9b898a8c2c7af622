"""``ferkeras study ratio``: scores over the share of training data."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import typer
from rich.console import Console

from ferkeras.cli._experiment import CACHE, command_line, make_recipe
from ferkeras.cli._protocol_run import ProtocolRuns
from ferkeras.cli.output import emit
from ferkeras.errors import RecipeError


def command(
    system: str = typer.Argument(help="ssgnn, mff_cnn, ..."),
    data: str = typer.Option(..., help="reader:root, as for evaluate; + joins several"),
    ratios: str = typer.Option("", help="Such as 0.1,0.5,1; tenths from 0.1 to 1 by default."),
    protocol: list[str] = typer.Option(
        ["subject-kfold:10"], help="As for evaluate; several give a curve each."
    ),
    variant: list[str] = typer.Option([], help="Recipes of the system, a curve each."),
    out: Path = typer.Option(Path("runs/ratio"), help="Folder for all runs and the curve."),
    epochs: int | None = typer.Option(None),
    seed: int = typer.Option(0, min=0, max=2**32 - 1),
    settings: list[str] = typer.Option([], "--set", help="Any recipe setting, name=value."),
    on_missing: str = typer.Option("skip", help="No face found: skip (and count), or error."),
    jobs: int = typer.Option(1, min=1, help="Processes that train folds side by side."),
    cache: Path = typer.Option(CACHE, help="Folder for prepared samples."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Train on growing parts of each fold's training rows; all test rows are predicted each time.

    Interrupted runs go on where they stopped.
    """
    from ferkeras import evaluation
    from ferkeras._quiet import start_tensorflow
    from ferkeras.datasets import open_index
    from ferkeras.evaluation import training_ratio as study

    start_tensorflow()
    chosen = study.check_ratios(_numbers(ratios) if ratios else study.RATIOS)
    protocols = sorted(
        (evaluation.parse_protocol(name) for name in protocol),
        key=lambda one: one.subject_independent is False,
    )
    recipes = {
        name: make_recipe(system, name or None, settings, epochs=epochs, seed=seed)
        for name in variant or [""]
    }
    index = open_index(data)
    run = ProtocolRuns(index, cache=cache, on_missing=on_missing, seed=seed, jobs=jobs)
    console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
    results = []
    for one in protocols:
        for given, recipe in recipes.items():
            name = given or recipe.variant
            for ratio in chosen:
                console.print(f"{one.name}, {name}, ratio {ratio:g}")
                part = functools.partial(
                    study.Subsampled, labels=index.labels, ratio=ratio, seed=seed
                )
                folder = out / one.name.replace(":", "-").replace("/", "-") / name / f"{ratio:g}"
                result = run(recipe, one, folder, wrap=part, training_ratio=ratio)
                results.append((ratio, f"{recipe.builder} {name}", result))
    page = study.write_ratios(results, out, command_line())
    table = study.ratio_table(results)
    summary: dict[str, Any] = {
        "data": index.name,
        "source": index.source,
        "rows": table.to_dict("records"),
        "page": str(page),
    }
    text = table.to_string(index=False, float_format=lambda value: f"{value:.4f}")
    emit(summary, f"{index.source}\n{text}\ncurve: {page}", as_json)


def _numbers(text: str) -> list[float]:
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise RecipeError(f"--ratios {text!r}: expected numbers such as 0.1,0.5,1") from None
