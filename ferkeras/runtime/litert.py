"""Run a TFLite file with LiteRT; no TensorFlow needed."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np

from ferkeras._quiet import info_held_back
from ferkeras.errors import ModelFileError
from ferkeras.runtime.runner import Runner, one_line
from ferkeras.types import FloatArray


class LiteRTRunner(Runner):
    """A ``.tflite`` model. Calls from several threads are run one after the other."""

    engine = "litert"

    def __init__(self, source: Path, interpreter: Any) -> None:
        inputs, outputs = interpreter.get_input_details(), interpreter.get_output_details()
        if len(inputs) != 1 or len(outputs) != 1:
            raise ModelFileError(
                f"{source}: has {len(inputs)} inputs and {len(outputs)} outputs, expected one each"
            )
        for side in (*inputs, *outputs):
            if side["dtype"] != np.float32:
                kind = np.dtype(side["dtype"]).name
                raise ModelFileError(f"{source}: {side['name']} is {kind}, expected float32")
        shape = [int(size) for size in inputs[0]["shape_signature"]]
        super().__init__(source, shape, [int(size) for size in outputs[0]["shape_signature"]])
        if shape[0] not in (-1, 1):
            raise ModelFileError(f"{source}: is fixed to batches of {shape[0]}, expected any size")
        self._any_batch = shape[0] == -1
        self._interpreter = interpreter
        self._input, self._output = inputs[0]["index"], outputs[0]["index"]
        self._batch = 0
        self._lock = threading.Lock()

    def _run(self, batch: FloatArray) -> Any:
        with self._lock:
            if self._any_batch:
                return self._invoke(batch)
            return np.concatenate([self._invoke(batch[row : row + 1]) for row in range(len(batch))])

    def _invoke(self, batch: FloatArray) -> Any:
        if len(batch) != self._batch:
            self._interpreter.resize_tensor_input(self._input, batch.shape, strict=True)
            self._interpreter.allocate_tensors()
            self._batch = len(batch)
        self._interpreter.set_tensor(self._input, batch)
        self._interpreter.invoke()
        return self._interpreter.get_tensor(self._output)


def load(path: Path, threads: int | None) -> Runner:
    """Open a TFLite file.

    Raises:
        ModelFileError: damaged, or it needs ops that are not built in.
    """
    from ai_edge_litert.interpreter import Interpreter

    try:
        with info_held_back():
            interpreter = Interpreter(model_path=str(path), num_threads=threads)
            interpreter.allocate_tensors()
    except (ValueError, RuntimeError) as error:
        raise ModelFileError(f"{path}: not a usable TFLite file ({one_line(error)})") from error
    return LiteRTRunner(path, interpreter)
