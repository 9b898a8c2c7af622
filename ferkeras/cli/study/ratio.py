"""``ferkeras study ratio``: scores over the share of training data, and each branch's part."""

from __future__ import annotations

import functools
from pathlib import Path

import typer

from ferkeras.cli import _study_options as options
from ferkeras.cli._experiment import CACHE, command_line
from ferkeras.cli._protocol_run import ProtocolRuns
from ferkeras.cli._study_choices import folder_name, protocol_folder, protocols_of, recipes_of
from ferkeras.cli._study_output import emit_study
from ferkeras.cli._study_rows import Row, train_rows
from ferkeras.errors import RecipeError


def command(
    system: options.System,
    data: options.Data,
    ratios: str = typer.Option("", help="Such as 0.1,0.5,1; tenths from 0.1 to 1 by default."),
    protocol: options.Protocols = ["subject-kfold:10"],  # noqa: B006  (typer reads it only)
    variant: options.Variants = [],  # noqa: B006
    out: options.Out = Path("runs/ratio"),
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
    """Train on growing parts of each fold's training rows; all test rows are predicted each time.

    A model of several branches is also scored by each of them alone. Interrupted runs go on.
    """
    from ferkeras._quiet import start_tensorflow
    from ferkeras.datasets import open_index
    from ferkeras.evaluation import training_ratio as study

    start_tensorflow()
    chosen = study.check_ratios(_numbers(ratios) if ratios else study.RATIOS)
    protocols = protocols_of(protocol)
    recipes = recipes_of(system, variant, settings, epochs=epochs, seed=seed)
    index = open_index(data)
    runs = ProtocolRuns(
        index,
        cache=cache,
        on_missing=on_missing,
        seed=seed,
        jobs=jobs,
        allow=allow_leaks,
        drop_leaks=drop_leaks,
    )
    planned = [(one, name, ratio) for one in protocols for name in recipes for ratio in chosen]
    results = train_rows(
        [
            Row(
                f"{one.name}, {name}, ratio {_text(ratio)}",
                out / protocol_folder(one) / folder_name(name) / _text(ratio),
                runs,
                recipes[name],
                one,
                functools.partial(study.Subsampled, labels=index.labels, ratio=ratio, seed=seed),
                {"training_ratio": ratio},
            )
            for one, name, ratio in planned
        ]
    )
    curves = [
        (ratio, f"{recipes[name].builder} {name}", result)
        for (_, name, ratio), result in zip(planned, results, strict=True)
    ]
    written = study.write_ratios(curves, out, command_line())
    emit_study(written, as_json, [index.source])


def _text(ratio: float) -> str:
    """The shortest text that is this ratio and no other."""
    short = f"{ratio:g}"
    return short if float(short) == ratio else repr(ratio)


def _numbers(text: str) -> list[float]:
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise RecipeError(f"--ratios {text!r}: expected numbers such as 0.1,0.5,1") from None
