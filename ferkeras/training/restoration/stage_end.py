"""What happens around each epoch of a stage: seeds, watched faces, checkpoint, history."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import keras
import numpy as np

from ferkeras.errors import RecipeError
from ferkeras.files import write_json
from ferkeras.training.checkpoint import save_checkpoint
from ferkeras.training.random_state import set_random_state
from ferkeras.training.restoration.build import take_average
from ferkeras.training.restoration.recipe import RestorationRecipe
from ferkeras.training.restoration.watched import Watched

HISTORY = "history.json"
_SHARE = 0.05  # of the time that checkpoints may take


class StageEnd(keras.callbacks.Callback):
    """Keeps a stage's state on disk and its random numbers a function of the epoch.

    Args:
        folder: the run folder.
        recipe: all settings.
        stage: ``"psnr"`` or ``"gan"``; its checkpoint is ``<stage>-checkpoint.npz``.
        before: epochs of the stages before this one.
        history: rows so far, of all stages; new ones are put behind.
        watched: held-out faces, or None.
    """

    def __init__(
        self,
        folder: Path,
        recipe: RestorationRecipe,
        stage: str,
        before: int,
        history: list[dict[str, Any]],
        watched: Watched | None,
    ) -> None:
        super().__init__()
        self.folder, self.recipe, self.stage = folder, recipe, stage
        self.before, self.history, self.watched = before, history, watched
        self._begin = self._due = 0.0

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Set every source of random numbers by the epoch."""
        set_random_state(self.model, self.recipe.seed, self.before + epoch)
        self._begin = time.perf_counter()

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Stop at once where a loss is no number any more.

        Keras gives means over the epoch so far, in which a NaN stays.
        """
        for name, value in (logs or {}).items():
            if not np.isfinite(value):
                self._stop(f"{name} is {value}")

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Look at the watched faces, write history and checkpoint."""
        if not all(np.isfinite(weights).all() for weights in self.model.get_weights()):
            self._stop("there are weights that are no numbers")
        row: dict[str, Any] = {"stage": self.stage, "epoch": self.before + epoch}
        row |= {name: float(value) for name, value in (logs or {}).items()}
        row["seconds"] = time.perf_counter() - self._begin
        row["learning_rate"] = float(np.asarray(self.model.optimizer.learning_rate))
        last = epoch + 1 == self.params["epochs"]
        if self.watched is not None and (last or (epoch + 1) % self.recipe.watch_every == 0):
            row |= self._look(self.watched)
        if logs is not None:
            logs |= {name: row[name] for name in ("psnr", "psnr_bicubic") if name in row}
        self.history.append(row)
        started = time.perf_counter()
        if last or started >= self._due:
            name = checkpoint_name(self.stage)
            save_checkpoint(self.folder, self.model, self.history, {}, name)
            write_json(self.folder / HISTORY, self.history)
            ended = time.perf_counter()
            self._due = ended + (ended - started) / _SHARE

    def _look(self, watched: Watched) -> dict[str, float]:
        """Scores of the averaged weights."""
        trained = self.model.generator.get_weights()
        take_average(self.model)
        scores = watched.scores(self.model.generator)
        self.model.generator.set_weights(trained)
        return {**scores, **watched.floor}

    def _stop(self, what: str) -> None:
        epoch = len(self.history) + 1
        raise RecipeError(
            f"{self.folder}: {what} in epoch {epoch} (stage {self.stage}); its last checkpoint "
            f"stays. Lower {self.stage}.learning_rate or set clip_norm, in another --out"
        )


def checkpoint_name(stage: str) -> str:
    """The file in the run folder."""
    return f"{stage}-checkpoint.npz"
