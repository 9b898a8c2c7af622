"""``ferkeras study datasets``: one system on several data sets, cameras or choices of classes."""

from __future__ import annotations

from pathlib import Path

import typer

from ferkeras.cli import _study_options as options
from ferkeras.cli._data_names import data_names
from ferkeras.cli._experiment import CACHE, command_line
from ferkeras.cli._protocol_run import ProtocolRuns
from ferkeras.cli._study_choices import (
    distinct,
    folder_name,
    protocol_folder,
    protocols_of,
    recipes_of,
)
from ferkeras.cli._study_output import emit_study
from ferkeras.cli._study_rows import Row, train_rows


def command(
    system: options.System,
    data: list[str] = typer.Option(
        ..., help="reader:root[,option=value...], once a row: smic:<root>,part=VIS,pictures=all"
    ),
    protocol: options.Protocols = ["subject-kfold:10"],  # noqa: B006  (typer reads it only)
    variant: options.Variants = [],  # noqa: B006
    out: options.Out = Path("runs/datasets"),
    epochs: options.Epochs = None,
    seed: options.Seed = 0,
    settings: options.Settings = [],  # noqa: B006
    on_missing: options.OnMissing = "skip",
    allow_leaks: options.AllowLeaks = [],  # noqa: B006
    drop_leaks: options.DropLeaks = False,
    jobs: options.Jobs = 1,
    cache: options.Cache = CACHE,
    as_json: options.AsJson = False,
) -> None:
    """Evaluate each data set by itself; mean and deviation of the folds beside pooled scores.

    Interrupted runs go on where they stopped.
    """
    from ferkeras._quiet import start_tensorflow
    from ferkeras.datasets import open_index
    from ferkeras.evaluation import fold_study as study

    start_tensorflow()
    protocols = protocols_of(protocol)
    recipes = recipes_of(system, variant, settings, epochs=epochs, seed=seed)
    names = data_names(distinct("--data", data))
    runs = {
        name: ProtocolRuns(
            open_index(source),
            cache=cache,
            on_missing=on_missing,
            seed=seed,
            jobs=jobs,
            allow=allow_leaks,
            drop_leaks=drop_leaks,
        )
        for name, source in zip(names, data, strict=True)
    }
    planned = [(one, name, model) for one in protocols for name in names for model in recipes]
    results = train_rows(
        [
            Row(
                f"{one.name}, {name}, {model}",
                out / protocol_folder(one) / folder_name(name) / folder_name(model),
                runs[name],
                recipes[model],
                one,
            )
            for one, name, model in planned
        ]
    )
    written = study.write_fold_study(
        [
            study.FoldRow(name, f"{recipes[model].builder} {model}", result)
            for (_, name, model), result in zip(planned, results, strict=True)
        ],
        "data",
        out,
        "datasets",
        f"Data sets: {system}",
        lines=[f"{name}: {source}" for name, source in zip(names, data, strict=True)],
        command=command_line(),
    )
    emit_study(written, as_json)
