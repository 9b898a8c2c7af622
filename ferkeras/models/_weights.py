"""Load weights into a freshly built model: a released tag or a file."""

from __future__ import annotations

from pathlib import Path

import keras

from ferkeras.errors import ModelFileError


def load_weights(model: keras.Model, weights: str | None, *, system: str) -> None:
    """Fill ``model`` from ``weights``; None leaves it as it is.

    Args:
        model: a built model.
        weights: None, a released tag (``"fer2013"`` means ``saved_models/<system>/fer2013``), or a
            path to a ``.keras`` or ``.weights.h5`` file.
        system: the system's name.

    Raises:
        ModelFileError: nothing there, or weights of other shapes.
    """
    if weights is None:
        return
    from ferkeras.runtime.card import find_model

    path = Path(weights)
    if not path.is_file():
        path = find_model(f"{system}/{weights}") / "model.keras"
    try:
        if path.name.endswith(".weights.h5"):
            _check_count(model, path)
            model.load_weights(path)
        else:
            stored = keras.saving.load_model(path, compile=False)
            model.set_weights(stored.get_weights())
    except (ValueError, OSError, KeyError) as error:
        reason = str(error).strip().splitlines()[0]
        raise ModelFileError(
            f"{path} does not fit {model.name} with these settings: {reason}"
        ) from error


def _check_count(model: keras.Model, path: Path) -> None:
    """Raise ValueError unless the file has as many arrays as the model: Keras ignores others."""
    import h5py

    found: list[str] = []
    with h5py.File(path) as file:
        file.visititems(
            lambda name, one: found.append(name) if isinstance(one, h5py.Dataset) else None
        )
    if len(found) != len(model.weights):
        raise ValueError(f"it holds {len(found)} arrays, the model has {len(model.weights)}")
