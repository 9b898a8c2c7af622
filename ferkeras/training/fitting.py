"""Fit a recipe to prepared pictures."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from ferkeras.errors import DatasetError, RecipeError
from ferkeras.files import read_json, write_json
from ferkeras.inputs.batching import batches
from ferkeras.training import checkpoint
from ferkeras.training.epoch_end import EpochEnd, Validation, predict, take_average
from ferkeras.training.models import TrainingModels
from ferkeras.training.recipe import Recipe


@dataclass(frozen=True)
class FitResult:
    """A finished run.

    Attributes:
        model: float32 Keras model, pictures to probabilities.
        history: one dict an epoch.
        chosen_epoch: the epoch (from 0) whose weights the model has.
        last_answers: float32 ``(validation, classes)``, the last epoch's probabilities of the
            validation part where that is the test part (``select="oracle-epoch"``), so that no
            optimistic score stands alone; else None.
    """

    model: keras.Model
    history: list[dict[str, float]]
    chosen_epoch: int
    last_answers: NDArray[np.float32] | None = None


def fit(
    recipe: Recipe,
    pictures: NDArray[Any],
    labels: NDArray[np.int64],
    classes: Sequence[str],
    folder: Path,
    *,
    validation: Validation | None = None,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    models: TrainingModels | None = None,
    grace: float = 0.0,
    keep_model: bool = True,
) -> FitResult:
    """Train from the last checkpoint in ``folder``, or from the start where there is none.

    A run that was killed and is called again with the same arguments ends with the same weights
    as one that was not, because order, augmentation and dropout depend on seed and epoch alone.

    Args:
        recipe: all settings.
        pictures: uint8 ``(samples, height, width, channels)``, or float32 landmarks ``(samples,
            points, 2)``.
        labels: ``(samples,)`` class numbers.
        classes: class names.
        folder: run folder: recipe.json, history.json, checkpoint.npz, model.keras.
        validation: pictures and labels to watch; they choose the epoch only where the recipe says
            ``select="best-validation"`` (or ``"oracle-epoch"``, where they are the test part).
        callbacks: more Keras callbacks (progress bar, TensorBoard).
        models: the recipe's compiled models, where one process trains several folds; the result's
            model is then good until the next fold.
        grace: seconds of training during which no checkpoint is written: a run that is shorter
            begins anew after a kill.
        keep_model: write ``model.keras`` into the folder.

    Raises:
        RecipeError: the folder holds a run with another recipe or other data, the recipe needs
            validation pictures that were not given, or its loss is not finite any more.
        DatasetError: no pictures, or pictures or labels that do not fit the recipe.
    """
    chooses = recipe.select != "last"
    if chooses and validation is None:
        raise RecipeError(f'select="{recipe.select}" needs validation pictures')
    _check("training", pictures, labels, recipe, len(classes))
    if validation is not None:
        _check("validation", *validation, recipe, len(classes))
    steps = -(-len(pictures) // recipe.batch_size)
    models = models or TrainingModels(recipe, len(classes))
    model = models.training(steps)
    folder.mkdir(parents=True, exist_ok=True)
    settings = {
        "recipe": recipe.model_dump(mode="json"),
        "classes": list(classes),
        "training_samples": len(pictures),
        "training_data": _digest(pictures, labels),
        "validation_data": None if validation is None else _digest(*validation),
    }
    same_settings(folder / "recipe.json", settings)
    history: list[dict[str, float]] = []
    best: dict[str, Any] = {}
    if (folder / checkpoint.FILE_NAME).is_file():
        history, best = checkpoint.restore_checkpoint(folder, model)

    averaged = recipe.ema is not None
    keeper = EpochEnd(folder, recipe.seed, recipe.input, averaged, validation, history, best, grace)
    done = len(history)
    if done < recipe.epochs:
        data = batches(
            pictures,
            np.eye(len(classes), dtype=np.float32)[labels],
            recipe.batch_size,
            weights=class_weights(labels, len(classes)) if recipe.class_weights else None,
            augmentation=recipe.augmentation,
            spec=recipe.input,
            seed=recipe.seed,
            first_epoch=done,
            epochs=recipe.epochs - done,
        )
        model.fit(
            data.map(_by_output(recipe)),
            initial_epoch=done,
            epochs=recipe.epochs,
            steps_per_epoch=steps,
            verbose=0,
            shuffle=False,
            callbacks=[keeper, *callbacks],
        )
    chosen = recipe.epochs - 1
    if averaged:
        take_average(model)
    last = model.get_weights()
    last_answers = None
    if recipe.select == "oracle-epoch" and validation is not None:
        last_answers = predict(models.final(last), validation[0], recipe.input)
    if chooses:
        chosen = int(best["epoch"])
    final = models.final(best["weights"] if chooses else last)
    if keep_model:
        final.save(folder / "model.keras")
    return FitResult(final, keeper.history, chosen, last_answers)


def class_weights(labels: NDArray[np.int64], classes: int) -> NDArray[np.float32]:
    """Loss weight of each sample: ``n / (classes present x count of its class)``."""
    counts = np.bincount(labels, minlength=classes)
    present = np.count_nonzero(counts)
    return (len(labels) / (present * counts[labels])).astype(np.float32)


def _by_output(recipe: Recipe) -> Any:
    outputs = {"probabilities", recipe.loss.on}

    def name_targets(*batch: Any) -> Any:
        if recipe.r_drop:
            batch = keras.tree.map_structure(lambda part: ops.concatenate([part, part]), batch)
        pictures, targets, *weights = batch
        named = {output: targets for output in outputs}
        # Keras asks for a weight at every output; those without a loss have no use for it.
        return (pictures, named, *(dict.fromkeys(outputs, weight) for weight in weights))

    return name_targets


def _check(
    part: str, pictures: NDArray[Any], labels: NDArray[np.int64], recipe: Recipe, classes: int
) -> None:
    wanted, kind = recipe.input.shape, recipe.input.stored_as
    if pictures.dtype != kind or pictures.shape[1:] != wanted:
        raise DatasetError(
            f"{part} pictures are {pictures.dtype} {pictures.shape}; the recipe takes {kind} "
            f"(samples, {', '.join(map(str, wanted))}) in 0..255"
        )
    if not len(pictures) or labels.shape != (len(pictures),):
        raise DatasetError(
            f"{len(pictures)} {part} pictures and labels of shape {labels.shape}; "
            "expected at least one picture and one label each"
        )
    if labels.min() < 0 or labels.max() >= classes:
        raise DatasetError(
            f"{part} labels go from {labels.min()} to {labels.max()}; expected 0 to {classes - 1}"
        )


def _digest(pictures: NDArray[Any], labels: NDArray[np.int64]) -> str:
    digest = hashlib.sha256(np.ascontiguousarray(pictures).tobytes())
    digest.update(labels.astype(np.int64).tobytes())
    return digest.hexdigest()


def same_settings(path: Path, wanted: dict[str, Any]) -> None:
    """Write the settings of a run into its folder, or pass if they stand there already.

    Raises:
        RecipeError: the folder holds a run with others; names them.
    """
    if not path.is_file():
        write_json(path, wanted)
        return
    found = read_json(path)
    if found == wanted:
        return
    before = found if isinstance(found, dict) else {}
    recipe = before.get("recipe")
    if not isinstance(recipe, dict):
        raise RecipeError(f"{path} is damaged; delete {path.parent} and run again")
    names = [k for k, v in wanted["recipe"].items() if recipe.get(k) != v]
    names += [k for k, v in wanted.items() if k != "recipe" and before.get(k) != v]
    raise RecipeError(
        f"{path.parent} holds a run with other settings ({', '.join(names)}); choose another --out "
        "or delete the folder"
    )
