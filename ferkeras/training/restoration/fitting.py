"""Fit a generator: the PSNR stage, then the GAN stage, each resumed where it stopped."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras

from ferkeras.errors import ModelFileError
from ferkeras.files import read_json, write_json
from ferkeras.inputs.patches import patch_batches, patch_steps
from ferkeras.models.esrgan import ESRGAN, interpolate_networks
from ferkeras.runtime.keras_file import load_keras_model
from ferkeras.training.checkpoint import restore_checkpoint
from ferkeras.training.fitting import same_settings
from ferkeras.training.restoration.build import (
    finished_generator,
    stage_model,
    take_average,
)
from ferkeras.training.restoration.recipe import RestorationRecipe
from ferkeras.training.restoration.stage_end import HISTORY, StageEnd, checkpoint_name
from ferkeras.training.restoration.watched import Watched
from ferkeras.types import Picture

Callbacks = Callable[[str], Sequence[keras.callbacks.Callback]]


@dataclass(frozen=True)
class RestorationResult:
    """A finished run.

    Attributes:
        model: the float32 generator; with a GAN stage between both, by ``recipe.gan_share``.
        history: one dict an epoch: ``stage``, ``epoch``, losses, ``psnr`` and ``ssim`` of the
            watched faces with ``psnr_bicubic`` and ``ssim_bicubic``, ``seconds``.
    """

    model: keras.Model
    history: list[dict[str, Any]]


def fit_restoration(
    recipe: RestorationRecipe,
    faces: Sequence[Picture],
    folder: Path,
    *,
    watched: Sequence[Picture] = (),
    callbacks: Callbacks = lambda stage: [],
) -> RestorationResult:
    """Train from the last checkpoint in ``folder``, or from the start where there is none.

    A run that was killed in either stage and is called again with the same arguments ends with the
    same weights as one that was not.

    Args:
        recipe: all settings.
        faces: uint8 RGB ``(side, side, 3)`` each, see `ferkeras.inputs.sharp_faces`.
        folder: run folder: recipe.json, history.json, psnr.keras, gan.keras, model.keras, and a
            checkpoint of each stage while it lasts.
        watched: faces that are not trained on; they are looked at and choose nothing.
        callbacks: name of a stage -> more Keras callbacks.

    Raises:
        RecipeError: the folder holds a run with other settings or data, or a loss or weight is not
            finite any more.
        DatasetError: no faces, or one below ``recipe.patch``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    settings = {
        "recipe": recipe.model_dump(mode="json"),
        "training_samples": len(faces),
        "training_data": _digest(faces),
        "watched_data": _digest(watched),
    }
    same_settings(folder / "recipe.json", settings)
    looked_at = Watched(watched, recipe) if watched else None
    history: list[dict[str, Any]] = []
    models: dict[str, keras.Model] = {}
    before = 0
    finished = all((folder / f"{name}.keras").is_file() for name in recipe.stages)
    for name, stage in recipe.stages.items():
        stored = folder / f"{name}.keras"
        if stored.is_file():
            models[name] = load_keras_model(stored)
            history = _rows(folder, before + stage.epochs)
        else:
            first = models.get("psnr")
            model = _fit_stage(
                recipe, name, before, faces, folder, looked_at, history, callbacks(name), first
            )
            write_json(folder / HISTORY, history)  # a kill may have come before it was written
            models[name] = finished_generator(recipe, model.generator.get_weights())
            _save(models[name], stored)
        (folder / checkpoint_name(name)).unlink(missing_ok=True)
        before += stage.epochs
    final = models["psnr"]
    if "gan" in models:
        final = interpolate_networks(models["psnr"], models["gan"], recipe.gan_share)
    if not (finished and (folder / "model.keras").is_file()):
        _save(final, folder / "model.keras")
    return RestorationResult(final, history)


def _fit_stage(
    recipe: RestorationRecipe,
    name: str,
    before: int,
    faces: Sequence[Picture],
    folder: Path,
    watched: Watched | None,
    history: list[dict[str, Any]],
    callbacks: Sequence[keras.callbacks.Callback],
    first: keras.Model | None,
) -> ESRGAN:
    """The stage's model with averaged weights; ``history`` grows."""
    stage = recipe.stages[name]
    steps = patch_steps(len(faces), stage.batch_size, recipe.patches)
    model = stage_model(recipe, name, steps)
    if first is not None:
        model.generator.set_weights(first.get_weights())
        _begin_average(model)
    if (folder / checkpoint_name(name)).is_file():
        history[:], _ = restore_checkpoint(folder, model, checkpoint_name(name))
    done = len(history) - before
    if done < stage.epochs:
        keeper = StageEnd(folder, recipe, name, before, history, watched)
        data = patch_batches(
            faces,
            recipe.patch,
            stage.batch_size,
            per_picture=recipe.patches,
            flip=recipe.flip,
            seed=recipe.seed,
            first_epoch=before + done,
            epochs=stage.epochs - done,
        )
        model.fit(
            data,
            initial_epoch=done,
            epochs=stage.epochs,
            steps_per_epoch=steps,
            verbose=0,
            shuffle=False,
            callbacks=[keeper, *callbacks],
        )
    take_average(model)
    return model


def _begin_average(model: ESRGAN) -> None:
    """The moving average begins with the weights that the stage begins with."""
    optimizer = getattr(model.optimizer, "inner_optimizer", model.optimizer)
    for average, weight in zip(
        getattr(optimizer, "_model_variables_moving_average", []),
        model.generator.trainable_variables,
        strict=False,
    ):
        average.assign(weight)


def _rows(folder: Path, count: int) -> list[dict[str, Any]]:
    """The first rows of the stored history."""
    rows = read_json(folder / HISTORY)
    if not (isinstance(rows, list) and len(rows) >= count):
        raise ModelFileError(f"{folder / HISTORY} is damaged; delete {folder} and run again")
    return rows[:count]


def _save(model: keras.Model, path: Path) -> None:
    """Write a model that is whole or absent."""
    partial = path.with_name(f".{os.getpid()}.{path.name}")
    model.save(partial)
    os.replace(partial, path)


def _digest(faces: Sequence[Picture]) -> str:
    digest = hashlib.sha256()
    for face in faces:
        digest.update(repr(face.shape).encode() + face.tobytes())
    return digest.hexdigest()
