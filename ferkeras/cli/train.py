"""``ferkeras train``: fit one model to a part of a data set."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import typer

from ferkeras.cli._experiment import CACHE, make_recipe, prepare_pictures
from ferkeras.cli._resolution import ResolutionOption, resolution_settings
from ferkeras.cli.output import emit
from ferkeras.errors import RecipeError


def command(
    system: str = typer.Argument(help="mff_cnn, ..."),
    data: str = typer.Option(..., help="Reader and root: fer2013:/data/fer2013, or synthetic"),
    out: Path = typer.Option(..., help="Run folder; an interrupted run in it is resumed."),
    split: str = typer.Option("", help="Part to train on; all samples by default."),
    validation_split: str = typer.Option("", help="Part to watch after each epoch."),
    variant: str | None = typer.Option(None, help="Recipe of the system; its first by default."),
    epochs: int | None = typer.Option(
        None, help="Passes over the training data; default: the recipe's."
    ),
    batch_size: int | None = typer.Option(None, help="Samples of one step; default: the recipe's."),
    learning_rate: float | None = typer.Option(
        None, help="The first or highest rate, see the recipe's schedule; default: the recipe's."
    ),
    precision: str | None = typer.Option(None, help="float32, mixed_bfloat16, mixed_float16"),
    seed: int | None = typer.Option(
        None,
        min=0,
        max=2**32 - 1,
        help="Of weights, order, augmentation; default: the recipe's.",
    ),
    select: str | None = typer.Option(None, help="last, or best-validation"),
    resolution: ResolutionOption = None,
    settings: list[str] = typer.Option([], "--set", help="Any recipe setting, name=value."),
    allow_leaks: list[str] = typer.Option([], help="subjects, sequences, duplicates"),
    drop_leaks: bool = typer.Option(False, help="Take copies of validation pictures out."),
    on_missing: str = typer.Option("skip", help="No face found: skip (and count), or error."),
    cache: Path = typer.Option(CACHE, help="Folder for prepared pictures."),
    tensorboard: bool = typer.Option(False, help="Write TensorBoard logs into the run folder."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Train a system; the model, its recipe and its history end in the run folder."""
    import numpy as np

    from ferkeras._quiet import start_tensorflow

    start_tensorflow()
    from ferkeras.cli._train_restorer import (
        check_not_given,
        make_restoration_recipe,
        train_restorer,
    )
    from ferkeras.datasets import open_index
    from ferkeras.datasets.digests import digests
    from ferkeras.evaluation.training_parts import training_parts
    from ferkeras.models.weight_counts import weight_counts
    from ferkeras.training.build import count_parameters
    from ferkeras.training.fold_fitter import FoldFitter
    from ferkeras.training.progress import ProgressBar
    from ferkeras.training.restoration.recipe import restores

    if restores(system):
        not_for = {
            "--validation-split": validation_split,
            "--select": select is not None,
            "--allow-leaks": allow_leaks,
            "--drop-leaks": drop_leaks,
            "--resolution": resolution is not None,
            "--epochs": epochs is not None,
            "--batch-size": batch_size is not None,
            "--learning-rate": learning_rate is not None,
            "--on-missing": on_missing != "skip",
            "--tensorboard": tensorboard,
        }
        check_not_given(system, {name: bool(value) for name, value in not_for.items()})
        changes = {"precision": precision, "seed": seed}
        restoration = make_restoration_recipe(system, variant, settings, **changes)
        train_restorer(restoration, data, split, out, cache, as_json)
        return
    if tensorboard and importlib.util.find_spec("tensorboard") is None:
        raise RecipeError('--tensorboard: not installed; run pip install "ferkeras[tensorboard]"')
    recipe = make_recipe(
        system,
        variant,
        [*resolution_settings(resolution), *settings],
        epochs=epochs,
        batch_size=batch_size,
        learning_rate=learning_rate,
        precision=precision,
        seed=seed,
        select=select,
    )
    if recipe.select == "oracle-epoch":
        raise RecipeError(
            "select=oracle-epoch picks the epoch on a test part, which only evaluate has; "
            "take last, or best-validation with --validation-split"
        )
    index = open_index(data)
    found = digests(index)
    parts = training_parts(
        index, split, validation_split, digests=found, allow=allow_leaks, drop=drop_leaks
    )
    count_parameters(recipe, len(index.classes))  # what cannot be built is said before the work
    prepared = prepare_pictures(index, recipe.input, cache, on_missing, found)

    def callbacks(name: str) -> list[Any]:
        chosen: list[Any] = [ProgressBar(system, recipe.epochs)]
        if tensorboard:
            import keras

            chosen.append(keras.callbacks.TensorBoard(str(out / "tensorboard")))
        return chosen

    fitter = FoldFitter(recipe, index, prepared, callbacks=callbacks)
    result = fitter.train(parts.train, out, validation=parts.validation)
    last = result.history[result.chosen_epoch]
    weights = weight_counts(result.model)
    summary = {
        "folder": str(out),
        "model": str(out / "model.keras"),
        "parameters": weights.trained,
        "fixed_numbers": weights.fixed,
        "training_pictures": int(np.isin(parts.train, prepared.rows).sum()),
        "leakage": parts.lines,
        "chosen_epoch": result.chosen_epoch + 1,
        "chosen": last,
        "skipped": len(prepared.skipped),
    }
    numbers = ", ".join(
        f"{name} {last[name]:.4f}" for name in ("loss", "accuracy", "val_accuracy") if name in last
    )
    text = "\n".join(
        [
            *parts.lines,
            f"epoch {result.chosen_epoch + 1} of {recipe.epochs} ({recipe.select}): {numbers}",
            f"weights: {weights.trained:,} trained, {weights.fixed:,} fixed",
            f"model: {out / 'model.keras'}",
        ]
    )
    emit(summary, text, as_json)
