"""What `fit` hands back: probabilities and files beside them, all checked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ferkeras.datasets.base import Skipped
from ferkeras.errors import FerkerasError
from ferkeras.evaluation.stored_files import StoredHistory, StoredSkipped, check_stored
from ferkeras.files import read_arrays, read_json


def read_history(folder: Path) -> tuple[dict[str, Any], ...]:
    """``history.json`` as `fit` wrote it: a list with one dict for each epoch.

    Raises:
        FerkerasError: it holds something else.
    """
    path = folder / "history.json"
    if not path.exists():
        return ()
    epochs = read_json(path)
    mend = "it must hold a list with one object for each epoch; delete it and run again"
    check_stored(StoredHistory, epochs, path, mend)
    return tuple(epochs)


def read_skipped(folder: Path) -> tuple[Skipped, ...]:
    """``skipped.json`` as `fit` wrote it: a list of objects with ``item`` and ``reason``.

    Raises:
        FerkerasError: it holds something else.
    """
    path = folder / "skipped.json"
    if not path.exists():
        return ()
    rows = read_json(path)
    mend = "it must hold a list of {item, reason} objects; delete it and run again"
    check_stored(StoredSkipped, rows, path, mend)
    return tuple(Skipped(**row) for row in rows)


def read_last_epoch(folder: Path) -> NDArray[Any] | None:
    """``last_epoch.npz`` as `fit` wrote it: ``probabilities`` of the last epoch; None without it.

    Raises:
        FerkerasError: it is damaged.
    """
    path = folder / "last_epoch.npz"
    if not path.exists():
        return None
    arrays = read_arrays(path)
    if "probabilities" not in arrays:
        raise FerkerasError(f"{path} must hold an array named probabilities")
    return arrays["probabilities"]


def read_branches(folder: Path) -> dict[str, NDArray[Any]]:
    """``branches.npz`` as `fit` wrote it: each branch's own probabilities, by its name.

    Empty where the model has none, or the file is not there.

    Raises:
        FerkerasError: it is damaged.
    """
    path = folder / "branches.npz"
    return read_arrays(path) if path.exists() else {}


def check_probabilities(
    values: Any, rows: int, classes: int, items: tuple[str, ...], skipped: tuple[Skipped, ...]
) -> NDArray[np.float32]:
    """What `fit` returned as float32 ``(rows, classes)``.

    Raises:
        FerkerasError: another shape, values outside 0..1, or NaN in a row that `fit` did not
            list as skipped.
    """
    try:
        found = np.asarray(values, dtype=np.float32)
    except (TypeError, ValueError) as error:
        raise FerkerasError(f"fit returned {type(values).__name__}, not probabilities") from error
    if found.shape != (rows, classes):
        raise FerkerasError(
            f"fit returned probabilities of shape {found.shape}, expected ({rows}, {classes}): "
            "one row for each test row, one column for each class"
        )
    left_out = {skip.item for skip in skipped}
    for row in np.flatnonzero(~np.isfinite(found).all(axis=1)):
        if items[row] not in left_out:
            raise FerkerasError(
                f"fit returned a probability that is not finite for {items[row]!r}; only rows "
                "listed in skipped.json may have none"
            )
        found[row] = np.nan
    if (np.nan_to_num(found) < -1e-3).any() or (np.nan_to_num(found) > 1.001).any():
        raise FerkerasError(
            f"fit returned values from {np.nanmin(found):.3g} to {np.nanmax(found):.3g}, "
            "expected probabilities in 0..1 (is the softmax missing?)"
        )
    return found
