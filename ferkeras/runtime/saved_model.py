"""Run a SavedModel's ``serving_default`` signature with TensorFlow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ferkeras._quiet import start_tensorflow
from ferkeras.errors import ModelFileError
from ferkeras.runtime.engines import version_folder
from ferkeras.runtime.runner import OUTPUT, Runner, one_line
from ferkeras.types import FloatArray

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
        output = OUTPUT if OUTPUT in outputs else next(iter(outputs), None)
        if len(inputs) != 1 or output is None or (len(outputs) > 1 and output != OUTPUT):
            raise ModelFileError(
                f"{source}: takes {sorted(inputs)} and gives {sorted(outputs)}, expected one input "
                f"and an output {OUTPUT!r}"
            )
        ((self._input, spec),) = inputs.items()
        for side in (spec, outputs[output]):
            if side.dtype.name != "float32":
                raise ModelFileError(
                    f"{source}: {side.name} is {side.dtype.name}, expected float32"
                )
        super().__init__(source, spec.shape.as_list(), outputs[output].shape.as_list())
        if spec.shape[0] is not None:
            raise ModelFileError(
                f"{source}: is fixed to batches of {spec.shape[0]}, expected any size"
            )
        self._output = output
        self._loaded, self._function = loaded, function  # the function alone lets variables go

    def _run(self, batch: FloatArray) -> Any:
        import tensorflow as tf

        return self._function(**{self._input: tf.constant(batch)})[self._output].numpy()


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
