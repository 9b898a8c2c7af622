"""``ferkeras study ablation``: protocols over a grid of settings, such as SSGNN's N and K."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from ferkeras.cli import _study_options as options
from ferkeras.cli._experiment import CACHE, command_line, make_recipe
from ferkeras.cli._grid import checked_rows, values_in
from ferkeras.cli._protocol_run import ProtocolRuns
from ferkeras.cli._study_choices import folder_name, protocol_folder, protocols_of
from ferkeras.cli._study_output import emit_study
from ferkeras.cli._study_rows import Row, train_rows

if TYPE_CHECKING:
    from ferkeras.training import Recipe


def command(
    system: options.System,
    data: options.Data,
    grid: list[str] = typer.Option(
        ...,
        help="Recipe setting and its values: model.nodes=0.1,0.25,0.4; of values that are lists, a "
        "list: model.block_repeats=[[1,1],[2,8]]; one option a setting.",
    ),
    one_at_a_time: bool = typer.Option(
        False, help="Change one setting at a time, as the papers' tables do; else all combinations."
    ),
    protocol: options.Protocols = ["loso"],  # noqa: B006  (typer reads it, nobody changes it)
    out: options.Out = Path("runs/ablation"),
    variant: options.Variant = None,
    epochs: options.Epochs = None,
    seed: options.Seed = 0,
    select: str | None = typer.Option(
        None, help="As for evaluate: last (the default), best-validation or oracle-epoch."
    ),
    inner_validation: float = typer.Option(
        0.0, help="Share of training people that choose the epoch; 0: the last epoch counts."
    ),
    settings: options.Settings = [],  # noqa: B006
    on_missing: options.OnMissing = "skip",
    allow_leaks: options.AllowLeaks = [],  # noqa: B006
    drop_leaks: options.DropLeaks = False,
    jobs: options.Jobs = 1,
    cache: options.Cache = CACHE,
    as_json: options.AsJson = False,
) -> None:
    """Evaluate a grid of settings; interrupted runs go on where they stopped."""
    from ferkeras._quiet import start_tensorflow
    from ferkeras.datasets import open_index
    from ferkeras.evaluation import ablation as study
    from ferkeras.evaluation import grid as grids

    start_tensorflow()
    protocols = protocols_of(protocol)
    values = grids.parse_grid(grid)

    def recipe_of(changes: list[str]) -> Recipe:
        chooser = select or ("best-validation" if inner_validation else None)
        return make_recipe(
            system, variant, [*settings, *changes], epochs=epochs, seed=seed, select=chooser
        )

    own = values_in(recipe_of([]), list(values)) if one_at_a_time else None
    cells = grids.cells(values, one_at_a_time=one_at_a_time, own=own)
    index = open_index(data)
    built = checked_rows(cells, grid, recipe_of, len(index.classes), inner_validation)
    runs = ProtocolRuns(
        index,
        cache=cache,
        on_missing=on_missing,
        seed=seed,
        jobs=jobs,
        inner_validation=inner_validation,
        allow=allow_leaks,
        drop_leaks=drop_leaks,
    )
    several = len(protocols) > 1
    planned = [(one, row) for one in protocols for row in built]
    results = train_rows(
        [
            Row(
                f"{one.name}, {row.cell.name}" if several else row.cell.name,
                (out / protocol_folder(one) if several else out) / folder_name(row.cell.name),
                runs,
                row.recipe,
                one,
                built=True,
            )
            for one, row in planned
        ]
    )
    finished = [
        study.Finished(
            row.cell,
            dict.fromkeys(values, "recipe") | values_in(row.recipe, list(values)),
            result,
            row.weights.trained,
            row.weights.fixed,
        )
        for (_, row), result in zip(planned, results, strict=True)
    ]
    written = study.write_ablation(finished, out, command_line())
    emit_study(written, as_json, [index.source])
