"""``ferkeras study inputs``: one system on several forms of the same faces."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import typer

from ferkeras.cli import _study_options as options
from ferkeras.cli._experiment import CACHE, command_line
from ferkeras.cli._inputs import WHOLE, parse_input
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

CROPS = "The pictures are face crops already: whole and face_crop show the same of them."


def command(
    system: options.System,
    data: options.Data,
    input_: list[str] = typer.Option(
        ...,
        "--input",
        help="kind[:HEIGHTxWIDTH][,name=value...]: face_crop:48, face_crop:96x80,margin=0.1, "
        "whole:64 (all of the picture, no detector), landmarks,landmarks=<file>; "
        "model.<name>=value sets the model for this input.",
    ),
    protocol: options.Protocols = ["subject-kfold:10"],  # noqa: B006  (typer reads it only)
    variant: options.Variants = [],  # noqa: B006
    out: options.Out = Path("runs/inputs"),
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
    """Evaluate each input under the same folds; interrupted runs go on where they stopped."""
    from ferkeras._quiet import start_tensorflow
    from ferkeras.datasets import open_index
    from ferkeras.evaluation import fold_study as study

    start_tensorflow()
    protocols = protocols_of(protocol)
    inputs = [parse_input(text) for text in distinct("--input", input_)]
    plain = recipes_of(system, variant, settings, epochs=epochs, seed=seed)
    recipes = {}
    for one in inputs:
        for model, recipe in plain.items():
            wanted = [f"input={json.dumps(one.spec(recipe).to_dict())}", *one.settings]
            changed = recipes_of(system, [model], [*settings, *wanted], epochs=epochs, seed=seed)
            recipes[one.text, model] = changed[model]
    index = open_index(data)
    found = ProtocolRuns(
        index,
        cache=cache,
        on_missing=on_missing,
        seed=seed,
        jobs=jobs,
        allow=allow_leaks,
        drop_leaks=drop_leaks,
    )
    whole = found.of(dataclasses.replace(index, cropped=True))
    planned = [(one, typed, model) for one in protocols for typed in inputs for model in plain]
    results = train_rows(
        [
            Row(
                f"{one.name}, {typed.text}, {model}",
                out / protocol_folder(one) / folder_name(typed.text) / folder_name(model),
                whole if typed.whole else found,
                recipes[typed.text, model],
                one,
                settings={"whole picture": True} if typed.whole else {},
            )
            for one, typed, model in planned
        ]
    )
    written = study.write_fold_study(
        [
            study.FoldRow(typed.text, f"{plain[model].builder} {model}", result)
            for (_, typed, model), result in zip(planned, results, strict=True)
        ],
        "input",
        out,
        "inputs",
        f"Inputs: {index.name}",
        lines=[f"data: {index.source}"],
        note=CROPS if index.cropped and any(typed.kind == WHOLE for typed in inputs) else "",
        command=command_line(),
    )
    emit_study(written, as_json, [index.source])
