"""Fit a recipe to prepared pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from ferkeras.errors import RecipeError
from ferkeras.files import read_json, write_json
from ferkeras.inputs.batching import batches
from ferkeras.training import checkpoint
from ferkeras.training.build import final_model, training_model
from ferkeras.training.epoch_end import EpochEnd, Validation, take_average
from ferkeras.training.recipe import Recipe


@dataclass(frozen=True)
class FitResult:
    """A finished run.

    Attributes:
        model: float32 Keras model, pictures to probabilities.
        history: one dict an epoch.
        chosen_epoch: the epoch (from 0) whose weights the model has.
    """

    model: keras.Model
    history: list[dict[str, float]]
    chosen_epoch: int


def fit(
    recipe: Recipe,
    pictures: NDArray[np.uint8],
    labels: NDArray[np.int64],
    classes: Sequence[str],
    folder: Path,
    *,
    validation: Validation | None = None,
    callbacks: Sequence[keras.callbacks.Callback] = (),
) -> FitResult:
    """Train from the last checkpoint in ``folder``, or from the start where there is none.

    A run that was killed and is called again with the same arguments ends with the same weights
    as one that was not, because order, augmentation and dropout depend on seed and epoch alone.

    Args:
        recipe: all settings.
        pictures: uint8 ``(samples, height, width, channels)``.
        labels: ``(samples,)`` class numbers.
        classes: class names.
        folder: run folder: recipe.json, history.json, checkpoint.npz, model.keras.
        validation: pictures and labels to watch; they choose the epoch only where the recipe says
            ``select="best-validation"``.
        callbacks: more Keras callbacks (progress bar, TensorBoard).

    Raises:
        RecipeError: the folder holds a run with another recipe, or the recipe needs validation
            pictures that were not given.
    """
    if recipe.select == "best-validation" and validation is None:
        raise RecipeError('select="best-validation" needs validation pictures')
    if pictures.shape[1:] != recipe.input.shape:
        raise RecipeError(f"pictures are {pictures.shape[1:]}, recipe takes {recipe.input.shape}")
    folder.mkdir(parents=True, exist_ok=True)
    _same_recipe(folder / "recipe.json", recipe, list(classes), len(pictures))
    steps = -(-len(pictures) // recipe.batch_size)
    model = training_model(recipe, len(classes), steps)
    history: list[dict[str, float]] = []
    best: dict[str, Any] = {}
    if (folder / checkpoint.FILE_NAME).is_file():
        history, best = checkpoint.restore_checkpoint(folder, model)

    epoch = tf.Variable(0, dtype=tf.int64, trainable=False)
    targets = np.eye(len(classes), dtype=np.float32)[labels]
    data = batches(
        pictures,
        targets,
        recipe.batch_size,
        weights=class_weights(labels, len(classes)) if recipe.class_weights else None,
        augmentation=recipe.augmentation,
        seed=recipe.seed,
        epoch=epoch,
    )
    averaged = recipe.ema is not None
    keeper = EpochEnd(folder, epoch, recipe.seed, averaged, validation, history, best)
    if len(history) < recipe.epochs:
        model.fit(
            data.map(_by_output(recipe)),
            initial_epoch=len(history),
            epochs=recipe.epochs,
            verbose=0,
            shuffle=False,
            callbacks=[keeper, *callbacks],
        )
    chosen = recipe.epochs - 1
    if recipe.select == "best-validation":
        model.set_weights(best["weights"])
        chosen = int(best["epoch"])
    elif averaged:
        take_average(model)
    final = final_model(recipe, model.get_weights(), len(classes))
    final.save(folder / "model.keras")
    return FitResult(final, keeper.history, chosen)


def class_weights(labels: NDArray[np.int64], classes: int) -> NDArray[np.float32]:
    """Loss weight of each sample: ``n / (classes present x count of its class)``."""
    counts = np.bincount(labels, minlength=classes)
    present = np.count_nonzero(counts)
    return (len(labels) / (present * counts[labels])).astype(np.float32)


def _by_output(recipe: Recipe) -> Any:
    outputs = {"probabilities", recipe.loss.on}

    def name_targets(pictures: Any, targets: Any, *weights: Any) -> Any:
        named = {output: targets for output in outputs}
        return (pictures, named, *({recipe.loss.on: weight} for weight in weights))

    return name_targets


def _same_recipe(path: Path, recipe: Recipe, classes: list[str], samples: int) -> None:
    values = recipe.model_dump(mode="json")
    wanted = {"recipe": values, "classes": classes, "training_samples": samples}
    if path.is_file():
        found = read_json(path)
        if found != wanted:
            keys = [k for k in values if found.get("recipe", {}).get(k) != values[k]]
            what = ", ".join(keys) or "classes or training samples"
            raise RecipeError(
                f"{path.parent} holds a run with other settings ({what}); choose another --out "
                "or delete the folder"
            )
        return
    write_json(path, wanted)
