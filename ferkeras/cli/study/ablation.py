"""``ferkeras study ablation``: one protocol over a grid of settings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import typer
from rich.console import Console

from ferkeras.cli._experiment import CACHE, command_line, make_recipe
from ferkeras.cli._grid import Row, checked_rows
from ferkeras.cli._protocol_run import ProtocolRuns
from ferkeras.cli.output import emit

if TYPE_CHECKING:
    from ferkeras.training import Recipe


def command(
    system: str = typer.Argument(help="htnet, mff_cnn, ..."),
    data: str = typer.Option(..., help="reader:root, as for evaluate; + joins several"),
    grid: list[str] = typer.Option(
        ...,
        help="Recipe setting and its values: model.hidden_dim=8,16; of values that are lists, a "
        "list: model.block_repeats=[[1,1],[2,8]]; one option a setting.",
    ),
    one_at_a_time: bool = typer.Option(
        False, help="Change one setting at a time, as the papers' tables do; else all combinations."
    ),
    protocol: str = typer.Option("loso", help="As for evaluate."),
    out: Path = typer.Option(Path("runs/ablation"), help="Folder for all rows and the table."),
    variant: str | None = typer.Option(None, help="Recipe of the system; its first by default."),
    epochs: int | None = typer.Option(None),
    seed: int = typer.Option(0, min=0, max=2**32 - 1),
    select: str | None = typer.Option(
        None, help="As for evaluate: last (the default), best-validation or oracle-epoch."
    ),
    inner_validation: float = typer.Option(
        0.0, help="Share of training people that choose the epoch; 0: the last epoch counts."
    ),
    settings: list[str] = typer.Option([], "--set", help="Any recipe setting, name=value."),
    on_missing: str = typer.Option("skip", help="No face found: skip (and count), or error."),
    jobs: int = typer.Option(1, min=1, help="Processes that train folds side by side."),
    cache: Path = typer.Option(CACHE, help="Folder for prepared samples."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Evaluate a grid of settings under one protocol; interrupted runs go on where they stopped."""
    from ferkeras import evaluation
    from ferkeras._quiet import start_tensorflow
    from ferkeras.datasets import open_index
    from ferkeras.evaluation import ablation as ablations

    start_tensorflow()
    chosen = evaluation.parse_protocol(protocol)
    values = ablations.parse_grid(grid)
    cells = ablations.cells(values, one_at_a_time=one_at_a_time)
    index = open_index(data)

    def recipe_of(changes: list[str]) -> Recipe:
        chooser = select or ("best-validation" if inner_validation else None)
        return make_recipe(
            system, variant, [*settings, *changes], epochs=epochs, seed=seed, select=chooser
        )

    rows = checked_rows(cells, grid, recipe_of, len(index.classes), inner_validation)
    train = ProtocolRuns(
        index,
        cache=cache,
        on_missing=on_missing,
        seed=seed,
        jobs=jobs,
        inner_validation=inner_validation,
    )
    console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)

    def run(number: int, row: Row) -> evaluation.EvaluationResult:
        console.print(f"row {number} of {len(rows)}: {row.cell.name}")
        return train(row.recipe, chosen, out / quote(row.cell.name, safe=" ,=.[]_-"))

    results = [run(number, row) for number, row in enumerate(rows, start=1)]
    finished = [
        (row.cell, result, row.parameters) for row, result in zip(rows, results, strict=True)
    ]
    page = ablations.write_ablation(finished, list(values), out, command_line())
    table = ablations.ablation_table(finished, list(values))
    summary: dict[str, Any] = {
        "data": index.name,
        "source": index.source,
        "protocol": chosen.name,
        "remark": ablations.worst(results).remark,
        "note": ablations.NOTE,
        "rows": table.to_dict("records"),
        "table": str(page),
    }
    remark = f"  [{summary['remark']}]" if summary["remark"] else ""
    text = "\n".join(
        [
            f"{index.source}, {chosen.name}{remark}",
            table.to_string(index=False, float_format=lambda value: f"{value:.4f}"),
            ablations.NOTE,
            f"table: {page}",
        ]
    )
    emit(summary, text, as_json)
