"""``ferkeras study low-resolution``: recognition on sharp, small and restored faces."""

from __future__ import annotations

from pathlib import Path

import typer

from ferkeras.cli import _study_options as options
from ferkeras.cli._experiment import CACHE, command_line
from ferkeras.cli._low_resolution_pictures import (
    identical_lines,
    pictures_of,
    versions,
    write_grid,
)
from ferkeras.cli._low_resolution_rows import plans_of, rows_of, sharp_recipe
from ferkeras.cli._protocol_run import ProtocolRuns
from ferkeras.cli._restorers import BICUBIC, NONE, load_restorers, restorer_lines
from ferkeras.cli._study_choices import distinct, protocols_of
from ferkeras.cli._study_output import emit_study
from ferkeras.cli._study_rows import train_rows


def command(
    data: str = typer.Option(
        ...,
        help="reader:root of pictures, or of clips (their apex frame); + joins several",
    ),
    restorer: list[str] = typer.Option(
        ["esrgan/faces-x4-small"],
        help=f"Released tag or folder of a network that enlarges 4 times; several stand side by "
        f"side; {NONE}: bicubic only.",
    ),
    protocol: options.Protocols = ["subject-kfold:10"],  # noqa: B006  (typer reads it only)
    out: options.Out = Path("runs/low-resolution"),
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
    """MicroCNN and an SVM on its features at HR, LR, bicubic and restored, under the same folds.

    Writes a table, a page and grid.png with faces of the test parts. The paper's own protocol is
    random-split:70/20/10. Interrupted runs go on where they stopped.
    """
    from ferkeras._quiet import start_tensorflow

    start_tensorflow()
    from ferkeras.datasets import open_index
    from ferkeras.evaluation import low_resolution as study

    protocols = protocols_of(protocol)
    recipe = sharp_recipe(settings, epochs, seed)
    found = load_restorers(distinct("--restorer", restorer))
    restorers = [one for one in found if one.name != BICUBIC]  # which stands there in any case
    index = pictures_of(open_index(data))
    runs = ProtocolRuns(
        index,
        cache=cache,
        on_missing=on_missing,
        seed=seed,
        jobs=jobs,
        allow=allow_leaks,
        drop_leaks=drop_leaks,
    )
    for one in protocols:
        runs.check(one)
    made = versions(index, runs.prepare(recipe.input), restorers, seed)
    plans = plans_of(protocols, made, out)
    results = train_rows([row for plan in plans for row in rows_of(plan, runs, recipe)])
    rows = []
    for plan, network, machine in zip(plans, results[::2], results[1::2], strict=True):
        chosen = study.chosen_settings(plan.folder / "svm", machine)
        name, scores = plan.version.name, plan.version.scores
        rows.append(study.LowResolutionRow(name, "CNN", network, scores))
        rows.append(study.LowResolutionRow(name, "CNN + SVM", machine, scores, chosen))
    lines = [f"data: {index.source}", *restorer_lines(restorers, index), *identical_lines(made)]
    lines += study.measured_lines(results)
    seen = [{"name": one.name, "trained_on": one.card and one.card.trained_on} for one in restorers]
    written = study.write_low_resolution(
        rows,
        write_grid(index, made, results[0], out),
        out,
        lines=lines,
        command=command_line(),
        about={"data": index.source, "restorers": seen, "lines": lines, "grid": "grid.png"},
    )
    emit_study(written, as_json, [*lines, f"faces: {out / 'grid.png'}"])
