"""A rich progress bar for training, on standard error."""

from __future__ import annotations

from typing import Any

import keras
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


class ProgressBar(keras.callbacks.Callback):
    """One bar over all steps of a run, with the newest loss and accuracy.

    Where standard error is no terminal, one line is printed after each epoch instead.

    Args:
        title: what is trained.
        epochs: how many epochs the run has in all.
    """

    def __init__(self, title: str, epochs: int) -> None:
        super().__init__()
        self.title = title
        self.epochs = epochs
        self._console = Console(stderr=True, highlight=False, markup=False)
        self._bar: Progress | None = None
        self._task: Any = None
        self._epoch = 0

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Show the bar."""
        if self._console.is_terminal:
            columns = (
                TextColumn("{task.description}", markup=False),
                BarColumn(),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
            )
            self._bar = Progress(*columns, console=self._console, transient=True)
            self._task = self._bar.add_task(self.title, total=None)
            self._bar.start()

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Note the epoch."""
        self._epoch = epoch

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Move the bar."""
        if self._bar is not None:
            steps = self.params["steps"]
            self._bar.update(
                self._task, total=self.epochs * steps, completed=self._epoch * steps + batch + 1
            )

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Say how the epoch went."""
        names = {
            "loss": "loss",
            "psnr": "PSNR",
            "psnr_bicubic": "bicubic",
            "probabilities_accuracy": "accuracy",
            "val_accuracy": "validation",
        }
        values = [f"{names[k]} {v:.3f}" for k, v in (logs or {}).items() if k in names]
        text = f"{self.title} epoch {epoch + 1}/{self.epochs}: {', '.join(values)}"
        if self._bar is not None:
            self._bar.update(self._task, description=text)
        else:
            self._console.print(text)

    def on_train_end(self, logs: dict[str, float] | None = None) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()
