"""What happens around each epoch: seeds, validation with averaged weights, checkpoint, history."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from ferkeras.errors import RecipeError
from ferkeras.files import write_json
from ferkeras.prepare import model_inputs
from ferkeras.training.checkpoint import save_checkpoint
from ferkeras.training.random_state import set_random_state
from ferkeras.types import InputSpec

Validation = tuple[NDArray[Any], NDArray[np.int64]]
_SHARE = 0.05  # of the time that checkpoints may take


class EpochEnd(keras.callbacks.Callback):
    """Keeps a run's state on disk and its random numbers a function of the epoch.

    Args:
        folder: the run folder; ``checkpoint.npz`` and ``history.json`` go there.
        seed: the recipe's seed.
        spec: the recipe's input.
        averaged: the optimizer keeps a moving average of the weights.
        validation: pictures and label numbers, or None.
        history, best: as restored from a checkpoint.
        grace: seconds of training without any checkpoint.
    """

    def __init__(
        self,
        folder: Path,
        seed: int,
        spec: InputSpec,
        averaged: bool,
        validation: Validation | None,
        history: list[dict[str, float]],
        best: dict[str, Any],
        grace: float = 0.0,
    ) -> None:
        super().__init__()
        self.folder = folder
        self.seed = seed
        self.spec = spec
        self.averaged = averaged
        self.validation = validation
        self.history = history
        self.best = best
        self._begin = 0.0
        self._grace_ends = self._due = time.perf_counter() + grace  # due: the next checkpoint

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Set every source of random numbers by the epoch."""
        set_random_state(self.model, self.seed, epoch)
        self._begin = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Validate, remember the best, write history and checkpoint.

        Where epochs are so short that writing would take more than a small share of the time, only
        some of them are written, and the last where the run is older than its grace: a run that is
        killed repeats the others.
        """
        row = {"epoch": float(epoch)}
        for name, value in (logs or {}).items():
            row[name.removeprefix("probabilities_")] = float(value)
        if not np.isfinite(row["loss"]):
            raise RecipeError(
                f"{self.folder}: the loss is {row['loss']} after epoch {epoch + 1}; "
                "lower learning_rate, or set clip_norm"
            )
        row["seconds"] = time.perf_counter() - self._begin
        row["learning_rate"] = float(np.asarray(self.model.optimizer.learning_rate))
        if self.validation is not None:
            row["val_accuracy"] = self._validate(epoch)
            if logs is not None:
                logs["val_accuracy"] = row["val_accuracy"]
        self.history.append(row)
        started = time.perf_counter()
        last = epoch + 1 == self.params["epochs"]
        if last:
            write_json(self.folder / "history.json", self.history)
        if started >= (self._grace_ends if last else self._due):
            save_checkpoint(self.folder, self.model, self.history, self.best)
            write_json(self.folder / "history.json", self.history)
            ended = time.perf_counter()
            self._due = ended + (ended - started) / _SHARE

    def _validate(self, epoch: int) -> float:
        assert self.validation is not None
        pictures, labels = self.validation
        trained = self.model.get_weights() if self.averaged else None
        if trained is not None:
            take_average(self.model)
        answers = predict(self.model, pictures, self.spec).argmax(axis=1)
        accuracy = float(np.mean(answers == labels))
        if accuracy > self.best.get("val_accuracy", -1.0):
            self.best.update(val_accuracy=accuracy, epoch=epoch, weights=self.model.get_weights())
        if trained is not None:
            self.model.set_weights(trained)
        return accuracy


def take_average(model: keras.Model) -> None:
    """Replace the trained weights by their moving average."""
    optimizer = getattr(model.optimizer, "inner_optimizer", model.optimizer)
    optimizer.finalize_variable_values(model.trainable_variables)


def predict(
    model: keras.Model, pictures: NDArray[Any], spec: InputSpec, batch: int = 256
) -> NDArray[np.float32]:
    """Probabilities ``(samples, classes)`` of a model in either form, without a progress bar."""
    return predict_all(model, pictures, spec, batch)["probabilities"]


def predict_all(
    model: keras.Model, pictures: NDArray[Any], spec: InputSpec, batch: int = 256
) -> dict[str, NDArray[np.float32]]:
    """Every output of a model by its name; a single one is called ``"probabilities"``.

    Batches are filled up to a power of two, so that parts of many sizes need few traces.
    """
    parts: dict[str, list[NDArray[Any]]] = {}
    for start in range(0, len(pictures), batch):
        part = pictures[start : start + batch]
        size = min(batch, 1 << max(3, (len(part) - 1).bit_length()))
        filled = np.zeros((size, *part.shape[1:]), np.float32)
        filled[: len(part)] = part
        answer = model.predict_on_batch(model_inputs(filled, spec))
        named = answer if isinstance(answer, dict) else {"probabilities": answer}
        for name, values in named.items():
            parts.setdefault(name, []).append(np.asarray(values)[: len(part)])
    return {name: np.concatenate(found).astype(np.float32) for name, found in parts.items()}
