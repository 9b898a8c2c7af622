"""``ferkeras evaluate``: an honest score of a system (trained on folds) or of a finished model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from ferkeras.cli._experiment import (
    CACHE,
    command_line,
    folds_done,
    make_recipe,
    prepare_pictures,
    trainer,
)
from ferkeras.cli._resolution import ResolutionOption, parse_resolution, resolution_settings
from ferkeras.cli.output import emit
from ferkeras.errors import RecipeError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ferkeras.datasets import Index
    from ferkeras.evaluation import EvaluationResult
    from ferkeras.inputs import Prepared
    from ferkeras.types import InputSpec

    Prepare = Callable[[InputSpec], Prepared]


def command(
    target: str = typer.Argument(help="A system (mff_cnn), a released model or a model file."),
    data: str = typer.Option(..., help="reader:root, such as fer2013:/data; + joins several"),
    protocol: list[str] = typer.Option(
        ["subject-kfold:10"], help="kfold:N, subject-kfold:N, loso, split:TRAIN/TEST, ..."
    ),
    out: Path = typer.Option(Path("runs/evaluate"), help="Folder for folds and the report."),
    variant: str | None = typer.Option(None, help="Recipe of the system; its first by default."),
    epochs: int | None = typer.Option(
        None, help="Passes over the training data; default: the recipe's."
    ),
    batch_size: int | None = typer.Option(None, help="Samples of one step; default: the recipe's."),
    learning_rate: float | None = typer.Option(
        None, help="The first or highest rate, see the recipe's schedule; default: the recipe's."
    ),
    precision: str | None = typer.Option(None, help="float32, mixed_bfloat16, mixed_float16"),
    seed: int = typer.Option(
        0, min=0, max=2**32 - 1, help="Of folds, weights, order and augmentation."
    ),
    select: str | None = typer.Option(
        None,
        help="last (the default), best-validation (with --inner-validation), or oracle-epoch: "
        "picked on the test part as some papers do, marked as optimistic.",
    ),
    inner_validation: float = typer.Option(
        0.0, help="Share of training people that choose the epoch; 0: the last epoch counts."
    ),
    settings: list[str] = typer.Option([], "--set", help="Any recipe setting, name=value."),
    resolution: ResolutionOption = None,
    allow_leaks: list[str] = typer.Option([], help="subjects, sequences, duplicates"),
    drop_leaks: bool = typer.Option(False, help="Take training copies of test pictures out."),
    shard: str = typer.Option("", help="i/n: run every n-th fold; --merge pools them later."),
    jobs: int = typer.Option(1, min=1, help="Processes that train folds side by side."),
    merge: bool = typer.Option(False, help="Pool finished shards; run nothing."),
    flip: bool = typer.Option(False, help="Finished model: average with the mirrored picture."),
    on_missing: str = typer.Option("skip", help="No face found: skip (and count), or error."),
    keep_models: bool = typer.Option(True, help="Leave each fold's model in its folder."),
    cache: Path = typer.Option(CACHE, help="Folder for prepared pictures."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Evaluate; writes report.html and report.json for each protocol, honest ones first."""
    from ferkeras import evaluation, models
    from ferkeras._quiet import start_tensorflow
    from ferkeras.datasets import open_index
    from ferkeras.datasets.digests import digests

    start_tensorflow()
    index = open_index(data)
    protocols = sorted(
        (evaluation.parse_protocol(name) for name in protocol),
        key=lambda one: one.subject_independent is False,
    )
    found = digests(index)

    def prepare(spec: InputSpec) -> Prepared:
        return prepare_pictures(index, spec, cache, on_missing, found)

    fit: Any = None
    trained_on: str | None = None
    picked_on_test = False
    settings_of_fit: dict[str, Any] = {}
    if not merge:
        if target in models.systems():
            if flip:
                raise RecipeError("--flip is for finished models; a system is trained without it")
            recipe = make_recipe(
                target,
                variant,
                [*resolution_settings(resolution), *settings],
                epochs=epochs,
                batch_size=batch_size,
                learning_rate=learning_rate,
                precision=precision,
                seed=seed,
                select=select or ("best-validation" if inner_validation else None),
            )
            picked_on_test = recipe.select == "oracle-epoch"
            fit, settings_of_fit = trainer(
                recipe, index, prepare, inner_validation, keep_models=keep_models
            )
        else:
            if select:
                raise RecipeError("--select is for systems; a finished model has its epoch")
            fit, settings_of_fit = _finished(target, index, prepare, flip, resolution)
            trained_on = settings_of_fit["trained_on"]
    results = []
    for one in protocols:
        folder = out / one.name.replace(":", "-").replace("/", "-") if len(protocols) > 1 else out
        if merge:
            result = evaluation.merge(folder)
        else:
            result = evaluation.evaluate(
                index,
                one,
                fit,
                folder,
                seed=seed,
                shard=_shard(shard),
                allow=allow_leaks,
                drop_leaks=drop_leaks,
                settings=settings_of_fit,
                command=command_line(),
                digests=found,
                trained_on=trained_on,
                picked_on_test=picked_on_test,
                jobs=jobs,
                progress=folds_done(jobs),
            )
        evaluation.write_report(result, folder)
        results.append((result, folder))
    if len(results) > 1:
        evaluation.write_comparison([result for result, _ in results], out)
    emit(
        {"results": [{"report": str(f / "report.html"), **r.to_dict()} for r, f in results]},
        "\n".join(_text(result, folder) for result, folder in results),
        as_json,
    )


def _finished(
    target: str, index: Index, prepare: Prepare, flip: bool, resolution: str | None
) -> tuple[Any, dict[str, Any]]:
    from ferkeras.evaluation.finished_model import FinishedModel

    low = None if resolution is None else parse_resolution(resolution)
    fit = FinishedModel(target, index, flip=flip, resolution=low)
    fit.prepared = prepare(fit.card.input)
    return fit, fit.settings


def _shard(text: str) -> tuple[int, int] | None:
    if not text:
        return None
    first, _, second = text.partition("/")
    if not (first.isdecimal() and second.isdecimal()):
        raise RecipeError(f"--shard {text!r}: expected i/n, such as 1/4")
    return int(first), int(second)


def _text(result: EvaluationResult, folder: Path) -> str:
    from ferkeras.evaluation.score_tables import score_lines

    remark = f"  [{result.remark}]" if result.remark else ""
    missing = f"  partial: {len(result.missing)} folds missing" if result.missing else ""
    lines = [
        f"{result.data}, {result.protocol}{remark}{missing}",
        *(f"  {line}" for line in score_lines(result)),
        *(f"  {line}" for line in result.leakage),
        *(f"  note: {note}" for note in result.notes),
        f"  report: {folder / 'report.html'}",
    ]
    return "\n".join(lines)
