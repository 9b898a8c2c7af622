"""The state of a run after an epoch, written so that a kill at any moment leaves a whole file."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from ferkeras.errors import ModelFileError
from ferkeras.files import read_arrays

FILE_NAME = "checkpoint.npz"


def save_checkpoint(
    folder: Path,
    model: keras.Model,
    history: list[dict[str, float]],
    best: dict[str, Any],
    name: str = FILE_NAME,
) -> None:
    """Write weights, optimizer state (with its moving average), history and the best epoch."""
    arrays: dict[str, Any] = {f"model/{n}": np.asarray(v) for n, v in enumerate(model.variables)}
    for n, variable in enumerate(_of_optimizers(model)):
        arrays[f"optimizer/{n}"] = np.asarray(variable)
    for n, value in enumerate(best.get("weights", [])):
        arrays[f"best/{n}"] = value
    note = {"history": history, "best": {k: v for k, v in best.items() if k != "weights"}}
    arrays["note"] = np.array(json.dumps(note))
    partial = folder / f"{name}.{os.getpid()}.partial"
    with partial.open("wb") as file:
        np.savez(file, **arrays)
        file.flush()
        os.fsync(file.fileno())
    os.replace(partial, folder / name)


def restore_checkpoint(
    folder: Path, model: keras.Model, name: str = FILE_NAME
) -> tuple[list[dict[str, float]], dict[str, Any]]:
    """Put the saved state into a compiled model; returns its history and best epoch.

    Raises:
        FerkerasError: the file is damaged.
        ModelFileError: it belongs to another model.
    """
    path = folder / name
    stored = read_arrays(path)
    history, best = _note(path, stored.pop("note", None))
    groups: dict[str, list[NDArray[Any]]] = {}
    for key, value in stored.items():  # in the order of writing
        groups.setdefault(key.split("/")[0], []).append(value)
    for group, variables in (("model", model.variables), ("optimizer", _of_optimizers(model))):
        values = groups.get(group, [])
        shapes = [tuple(value.shape) for value in values]
        if shapes != [tuple(variable.shape) for variable in variables]:
            raise ModelFileError(f"{path} belongs to another model or recipe; use another --out")
        for variable, value in zip(variables, values, strict=True):
            variable.assign(value)
    return history, {**best, "weights": groups.get("best", [])}


def _note(path: Path, text: Any) -> tuple[list[dict[str, float]], dict[str, Any]]:
    """History and best epoch out of a checkpoint's note."""
    try:
        note = json.loads(str(text))
        if all(isinstance(row, dict) for row in note["history"]):
            return list(note["history"]), dict(note["best"])
    except (ValueError, TypeError, KeyError):
        pass
    raise ModelFileError(f"{path} is no checkpoint of a run; delete it to start again")


def _of_optimizers(model: keras.Model) -> list[keras.Variable]:
    """The state of a model's optimizer, or of each where it has several."""
    optimizers = getattr(model, "optimizers", [model.optimizer])
    return [variable for optimizer in optimizers for variable in optimizer.variables]
