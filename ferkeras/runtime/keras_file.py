"""Run a ``.keras`` file with Keras."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path
from typing import Any

from ferkeras._quiet import start_tensorflow, stderr_held_back
from ferkeras.errors import ModelFileError
from ferkeras.runtime.named_inputs import Batch, input_form, keras_inputs
from ferkeras.runtime.output_form import PICTURE, PROBABILITIES
from ferkeras.runtime.runner import Runner, one_line


class KerasRunner(Runner):
    """A Keras model. Where it gives several outputs by name, ``probabilities`` is taken."""

    engine = "keras"

    def __init__(self, source: Path, model: Any) -> None:
        inputs, outputs = keras_inputs(model), getattr(model, "outputs", None) or []
        named = getattr(model, "output", None)
        if isinstance(named, dict):
            outputs = [tensor for name, tensor in named.items() if name == PROBABILITIES]
        if not inputs or len(outputs) != 1:
            raise ModelFileError(
                f"{source}: expected a functional model with one output, "
                f"or an output named {PROBABILITIES!r}"
            )
        forms = {name: input_form(one.dtype, one.shape) for name, one in inputs.items()}
        super().__init__(source, forms, outputs[0].shape)
        if len(inputs) > 1 or self.output.name == PICTURE:
            model.jit_compile = False  # a GPU would compile anew for each number of nodes or size
        self.model = model

    def _run(self, batch: Batch) -> Any:
        outputs = self.model.predict_on_batch(batch)
        return outputs[PROBABILITIES] if isinstance(outputs, dict) else outputs


def start_keras() -> None:
    """Import Keras and start its TensorFlow, without their notes."""
    with stderr_held_back():
        import keras

        if keras.backend.backend() == "tensorflow":
            start_tensorflow()


def load_keras_model(path: Path) -> Any:
    """A ``keras.Model`` without its optimizer; ferkeras' own layers and models are known.

    Raises:
        ModelFileError: damaged, or made of classes that are not registered.
    """
    start_keras()
    import keras

    _register_classes()
    try:
        return keras.saving.load_model(path, compile=False)
    except Exception as error:  # zip, JSON, HDF5 and Keras' own errors have no common class
        raise ModelFileError(f"{path}: not a usable Keras file ({one_line(error)})") from error


def load(path: Path, threads: int | None) -> Runner:
    """Open a Keras file."""
    return KerasRunner(path, load_keras_model(path))


def _register_classes() -> None:
    """Import every file whose classes a ``.keras`` file may name: importing registers them.

    By name and not by import statement, because this folder knows no layer: the file to run does.
    """
    layers = importlib.import_module("ferkeras.layers")
    names = [module.name for module in pkgutil.iter_modules(layers.__path__)]
    for name in names:
        importlib.import_module(f"ferkeras.layers.{name}")
    models = importlib.import_module("ferkeras.models")
    for system in models.systems():
        models.system_module(system, "model")
