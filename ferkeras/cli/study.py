"""``ferkeras study``: experiments of the papers, each one command."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import typer

from ferkeras.cli._experiment import CACHE, command_line, make_recipe, prepare_pictures, trainer
from ferkeras.cli.output import emit

if TYPE_CHECKING:
    from ferkeras.inputs import Prepared
    from ferkeras.types import InputSpec

app = typer.Typer(help="Experiments of the papers, each one command.", no_args_is_help=True)


@app.callback()
def study() -> None:
    """Experiments of the papers."""


@app.command("ablation")
def ablation(
    system: str = typer.Argument(help="htnet, mff_cnn, ..."),
    data: str = typer.Option(..., help="reader:root, as for evaluate; + joins several"),
    grid: list[str] = typer.Option(
        ..., help="Recipe setting and its values: model.hidden_dim=8,16; one option a setting."
    ),
    one_at_a_time: bool = typer.Option(
        False, help="Change one setting at a time, as the papers' tables do; else all combinations."
    ),
    protocol: str = typer.Option("loso", help="As for evaluate."),
    out: Path = typer.Option(Path("runs/ablation"), help="Folder for all rows and the table."),
    variant: str | None = typer.Option(None, help="Recipe of the system; its first by default."),
    epochs: int | None = typer.Option(None),
    seed: int = typer.Option(0, min=0, max=2**32 - 1),
    settings: list[str] = typer.Option([], "--set", help="Any recipe setting, name=value."),
    on_missing: str = typer.Option("skip", help="No face found: skip (and count), or error."),
    cache: Path = typer.Option(CACHE, help="Folder for prepared samples."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Evaluate a grid of settings under one protocol; interrupted runs go on where they stopped."""
    from ferkeras import evaluation
    from ferkeras._quiet import start_tensorflow
    from ferkeras.datasets import open_index
    from ferkeras.datasets.digests import digests
    from ferkeras.evaluation import ablation as ablations

    start_tensorflow()
    from ferkeras.training.build import count_parameters

    values = ablations.parse_grid(grid)
    rows = ablations.cells(values, one_at_a_time=one_at_a_time)
    recipes = [
        make_recipe(system, variant, [*settings, *row.settings], epochs=epochs, seed=seed)
        for row in rows
    ]
    index = open_index(data)
    parameters = [count_parameters(recipe, len(index.classes)) for recipe in recipes]
    found = digests(index)
    chosen = evaluation.parse_protocol(protocol)

    def prepare(spec: InputSpec) -> Prepared:
        return prepare_pictures(index, spec, cache, on_missing, found)

    finished = []
    for row, recipe, count in zip(rows, recipes, parameters, strict=True):
        fit, used = trainer(recipe, index, prepare, keep_models=False)
        folder = out / quote(row.name, safe=" ,=.[]_-")
        result = evaluation.evaluate(
            index,
            chosen,
            fit,
            folder,
            seed=seed,
            settings=used,
            command=command_line(),
            digests=found,
            picked_on_test=recipe.select == "oracle-epoch",
        )
        evaluation.write_report(result, folder)
        finished.append((row, result, count))
    page = ablations.write_ablation(finished, list(values), out, command_line())
    table = ablations.ablation_table(finished, list(values))
    summary: dict[str, Any] = {
        "data": index.name,
        "protocol": chosen.name,
        "remark": ablations.worst([result for _, result, _ in finished]).remark,
        "note": ablations.NOTE,
        "rows": table.to_dict("records"),
        "table": str(page),
    }
    remark = f"  [{summary['remark']}]" if summary["remark"] else ""
    text = "\n".join(
        [
            f"{index.name}, {chosen.name}{remark}",
            table.to_string(index=False, float_format=lambda value: f"{value:.4f}"),
            ablations.NOTE,
            f"table: {page}",
        ]
    )
    emit(summary, text, as_json)
