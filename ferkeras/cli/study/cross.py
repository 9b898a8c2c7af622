"""``ferkeras study cross``: train on one data set, test on the others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import typer

from ferkeras.cli import _study_options as options
from ferkeras.cli._experiment import CACHE, command_line, make_recipe
from ferkeras.cli._protocol_run import ProtocolRuns
from ferkeras.cli._study_choices import folder_name
from ferkeras.cli._study_output import emit_study
from ferkeras.cli._study_rows import Row, train_rows
from ferkeras.errors import RecipeError


def command(
    system: options.System,
    data: str = typer.Option(..., help="a:root,classes=three+b:root,classes=three+..."),
    within: str = typer.Option(
        "subject-kfold:10", help="Protocol of the diagonal: within one data set."
    ),
    variant: options.Variant = None,
    out: options.Out = Path("runs/cross"),
    epochs: options.Epochs = None,
    seed: options.Seed = 0,
    settings: options.Settings = [],  # noqa: B006  (typer reads it, nobody changes it)
    on_missing: options.OnMissing = "skip",
    allow_leaks: options.AllowLeaks = [],  # noqa: B006
    drop_leaks: options.DropLeaks = False,
    jobs: options.Jobs = 1,
    cache: options.Cache = CACHE,
    as_json: options.AsJson = False,
) -> None:
    """A matrix: trained on the row, tested on the column; interrupted runs go on."""
    from ferkeras import evaluation
    from ferkeras._quiet import start_tensorflow
    from ferkeras.datasets import Index, open_index
    from ferkeras.evaluation import cross_matrix as study

    start_tensorflow()
    own = evaluation.parse_protocol(within)
    recipe = make_recipe(system, variant, settings, epochs=epochs, seed=seed)
    whole = open_index(data)
    parts = whole.table["dataset"].to_numpy()
    names = list(dict.fromkeys(name for name in parts if name is not None))
    if len(names) < 2:
        raise RecipeError(f"--data {data}: one data set; join two or more with +")

    def runs(index: Index) -> ProtocolRuns:
        return ProtocolRuns(
            index,
            cache=cache,
            on_missing=on_missing,
            seed=seed,
            jobs=jobs,
            allow=allow_leaks,
            drop_leaks=drop_leaks,
        )

    both = runs(whole)
    rows = []
    for name in names:
        folder = out / folder_name(name)
        alone = runs(whole.subset(np.flatnonzero(parts == name)))
        across = evaluation.parse_protocol(f"cross:{name}")
        rows += [
            Row(
                f"trained on {name}, tested on the others", folder / "across", both, recipe, across
            ),
            Row(f"within {name}", folder / "within", alone, recipe, own),
        ]
    results = train_rows(rows)
    written = study.write_cross(
        dict(zip(names, results[::2], strict=True)),
        dict(zip(names, results[1::2], strict=True)),
        out,
        command_line(),
    )
    emit_study(written, as_json, [whole.source])
