"""Run a SavedModel's ``serving_default`` signature with TensorFlow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ferkeras._quiet import start_tensorflow
from ferkeras.errors import ModelFileError
from ferkeras.runtime.engines import version_folder
from ferkeras.runtime.named_inputs import Batch, input_form
from ferkeras.runtime.output_form import PROBABILITIES
from ferkeras.runtime.runner import Runner, one_line

SIGNATURE = "serving_default"


class SavedModelRunner(Runner):
    """A SavedModel, through the signature that TensorFlow Serving calls."""

    engine = "saved_model"

    def __init__(self, source: Path, loaded: Any) -> None:
        if SIGNATURE not in loaded.signatures:
            raise ModelFileError(
                f"{source}: has no signature {SIGNATURE!r}, only {sorted(loaded.signatures)}"
            )
        function = loaded.signatures[SIGNATURE]
        inputs, outputs = function.structured_input_signature[1], function.structured_outputs
        output = PROBABILITIES if PROBABILITIES in outputs else next(iter(outputs), None)
        if output is None or (len(outputs) > 1 and output != PROBABILITIES):
            raise ModelFileError(
                f"{source}: gives {sorted(outputs)}, expected one output, or one of them "
                f"named {PROBABILITIES!r}"
            )
        kind = outputs[output].dtype.name
        if kind != "float32":
            raise ModelFileError(f"{source}: its output is {kind}, expected float32")
        forms = {
            name: input_form(spec.dtype.name, spec.shape.as_list()) for name, spec in inputs.items()
        }
        super().__init__(source, forms, outputs[output].shape.as_list())
        self._output = output
        self._loaded, self._function = loaded, function  # the function alone lets variables go

    def _run(self, batch: Batch) -> Any:
        import tensorflow as tf

        arrays = self._by_own_names(batch)
        tensors = {name: tf.constant(array) for name, array in arrays.items()}
        return self._function(**tensors)[self._output].numpy()


def load(path: Path, threads: int | None) -> Runner:
    """Open a SavedModel folder, or the highest version in a folder of versions.

    Raises:
        ModelFileError: damaged.
    """
    start_tensorflow()
    import tensorflow as tf

    folder = version_folder(path)
    try:
        loaded = tf.saved_model.load(str(folder))
    except Exception as error:  # protobuf, checkpoint and op errors have no common class
        raise ModelFileError(f"{folder}: not a usable SavedModel ({one_line(error)})") from error
    return SavedModelRunner(folder, loaded)
