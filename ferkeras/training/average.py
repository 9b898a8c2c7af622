"""The mean of several trained models' weights."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np

from ferkeras.errors import ModelFileError
from ferkeras.runtime.keras_file import load_keras_model


def average_models(paths: Sequence[str | Path]) -> keras.Model:
    """One model with the mean weights of models that were fine-tuned from one another.

    Wortsman et al. 2022, Model soups: in one basin of the loss the mean is often better than each.
    Models that were trained apart from random weights must not be averaged.

    Args:
        paths: ``.keras`` files of the same architecture.

    Raises:
        ModelFileError: no file, a damaged one, or weights of other shapes.
    """
    models = [load_keras_model(Path(path)) for path in paths]
    if not models:
        raise ModelFileError("average_models needs at least one file")
    weights = [model.get_weights() for model in models]
    shapes = [[w.shape for w in one] for one in weights]
    for path, shape in zip(paths, shapes, strict=True):
        if shape != shapes[0]:
            raise ModelFileError(f"{path}: other weights than {paths[0]}, so no mean")
    models[0].set_weights([np.mean(parts, axis=0) for parts in zip(*weights, strict=True)])
    return models[0]
