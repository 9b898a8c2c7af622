"""Run an ONNX file with ONNX Runtime; no TensorFlow needed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ferkeras.errors import ModelFileError
from ferkeras.runtime.named_inputs import Batch, input_form
from ferkeras.runtime.runner import Runner, one_line

_TYPES = {"tensor(float)": "float32", "tensor(int32)": "int32"}


class ONNXRunner(Runner):
    """An ``.onnx`` model on the CPU."""

    engine = "onnx"

    def __init__(self, source: Path, session: Any) -> None:
        inputs, outputs = session.get_inputs(), session.get_outputs()
        if len(outputs) != 1 or outputs[0].type != "tensor(float)":
            kinds = ", ".join(side.type for side in outputs)
            raise ModelFileError(f"{source}: gives {kinds}, expected one float32 output")
        forms = {
            side.name: input_form(_TYPES.get(side.type, side.type), side.shape) for side in inputs
        }
        super().__init__(source, forms, outputs[0].shape)
        self._session = session

    def _run(self, batch: Batch) -> Any:
        return self._session.run(None, self._by_own_names(batch))[0]


def load(path: Path, threads: int | None) -> Runner:
    """Open an ONNX file.

    Raises:
        ModelFileError: damaged, or it needs ops that ONNX Runtime does not have.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4  # what it logs as errors is raised here, in one line
    if threads is not None:
        options.intra_op_num_threads = threads
    try:
        session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"], enable_fallback=0
        )  # else it prints that it tries the same again
    except Exception as error:  # its error classes share no base but Exception
        raise ModelFileError(f"{path}: not a usable ONNX file ({one_line(error)})") from error
    return ONNXRunner(path, session)
