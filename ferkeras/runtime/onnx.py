"""Run an ONNX file with ONNX Runtime; no TensorFlow needed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ferkeras.errors import ModelFileError
from ferkeras.runtime.runner import Runner, one_line
from ferkeras.types import FloatArray


class ONNXRunner(Runner):
    """An ``.onnx`` model on the CPU."""

    engine = "onnx"

    def __init__(self, source: Path, session: Any) -> None:
        inputs, outputs = session.get_inputs(), session.get_outputs()
        if len(inputs) != 1 or len(outputs) != 1:
            raise ModelFileError(
                f"{source}: has {len(inputs)} inputs and {len(outputs)} outputs, expected one each"
            )
        for side in (*inputs, *outputs):
            if side.type != "tensor(float)":
                raise ModelFileError(f"{source}: {side.name} is {side.type}, expected float32")
        super().__init__(source, inputs[0].shape, outputs[0].shape)
        if isinstance(inputs[0].shape[0], int):
            raise ModelFileError(
                f"{source}: is fixed to batches of {inputs[0].shape[0]}, expected any size"
            )
        self._session, self._input = session, inputs[0].name

    def _run(self, batch: FloatArray) -> Any:
        return self._session.run(None, {self._input: batch})[0]


def load(path: Path, threads: int | None) -> Runner:
    """Open an ONNX file.

    Raises:
        ModelFileError: damaged, or it needs ops that ONNX Runtime does not have.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3  # errors only; its warnings speak of its own optimiser
    if threads is not None:
        options.intra_op_num_threads = threads
    try:
        session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:  # its error classes share no base but Exception
        raise ModelFileError(f"{path}: not a usable ONNX file ({one_line(error)})") from error
    return ONNXRunner(path, session)
