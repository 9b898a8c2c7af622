"""Run a public PyTorch checkpoint of an ESRGAN generator, converted to Keras when it is opened."""

from __future__ import annotations

import importlib
from pathlib import Path

from ferkeras.errors import ModelFileError
from ferkeras.runtime import Runner

SUFFIXES = (".npz", ".pt", ".pth")
ENGINE = "keras"


def open_checkpoint(path: Path, engine: str | None, threads: int | None) -> Runner:
    """Read the weights, find out the network's size by their shapes, and make it with Keras.

    Args:
        path: ends in one of `SUFFIXES`.
        engine: None or ``"keras"``.
        threads: None, as Keras shares TensorFlow's threads.

    Raises:
        ModelFileError: a damaged file, the weights of another network, another engine, or threads.
    """
    if engine not in (None, ENGINE):
        raise ModelFileError(f"{path}: is run by engine {ENGINE}, not by {engine}")
    if threads is not None:
        raise ModelFileError(
            f"{path}: threads cannot be set for engine {ENGINE}; leave threads out, or export the "
            "model and use its TFLite or ONNX file"
        )
    # By name: the networks stand above this folder.
    keras_file = importlib.import_module("ferkeras.runtime.keras_file")
    keras_file.start_keras()
    convert = importlib.import_module("ferkeras.models.esrgan.convert")
    state_dict = convert.read_state_dict(path)
    try:
        model = convert.from_torch(state_dict)
    except ValueError as error:  # ModelFileError, or a size that the builder does not take
        raise ModelFileError(f"{path}: {error}") from error
    runner: Runner = keras_file.KerasRunner(path, model)
    return runner
