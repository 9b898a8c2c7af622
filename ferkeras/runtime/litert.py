"""Run a TFLite file with LiteRT; no TensorFlow needed."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ferkeras._quiet import info_held_back
from ferkeras.errors import ModelFileError
from ferkeras.runtime.named_inputs import Batch, input_form
from ferkeras.runtime.runner import Runner, one_line


class LiteRTRunner(Runner):
    """A ``.tflite`` model. Calls from several threads are run one after the other."""

    engine = "litert"
    batch_sizes = (None, 1)

    def __init__(self, source: Path, interpreter: Any) -> None:
        inputs, outputs = _inputs(interpreter), interpreter.get_output_details()
        if len(outputs) != 1 or outputs[0]["dtype"] != np.float32:
            kinds = ", ".join(np.dtype(side["dtype"]).name for side in outputs)
            raise ModelFileError(f"{source}: gives {kinds}, expected one float32 output")
        forms = {
            name: input_form(np.dtype(side["dtype"]).name, side["shape_signature"])
            for name, side in inputs.items()
        }
        super().__init__(source, forms, [int(size) for size in outputs[0]["shape_signature"]])
        self._any_batch = all(form.shape[0] is None for form in forms.values())
        self._interpreter = interpreter
        self._places = {name: side["index"] for name, side in inputs.items()}
        self._output = outputs[0]["index"]
        self._shapes: dict[str, tuple[int, ...]] = {}
        self._lock = threading.Lock()

    def _run(self, batch: Batch) -> Any:
        arrays = self._by_own_names(batch)
        with self._lock:
            if self._any_batch:
                return self._invoke(arrays)
            rows = range(len(next(iter(arrays.values()))))
            return np.concatenate(
                [self._invoke({name: one[r : r + 1] for name, one in arrays.items()}) for r in rows]
            )

    def _invoke(self, arrays: dict[str, NDArray[Any]]) -> Any:
        shapes = {name: array.shape for name, array in arrays.items()}
        if shapes != self._shapes:
            self._shapes = {}  # until all are resized
            for name, shape in shapes.items():
                self._interpreter.resize_tensor_input(self._places[name], shape, strict=True)
            self._interpreter.allocate_tensors()
            self._shapes = shapes
        for name, array in arrays.items():
            self._interpreter.set_tensor(self._places[name], array)
        self._interpreter.invoke()
        return self._interpreter.get_tensor(self._output)


def _inputs(interpreter: Any) -> dict[str, dict[str, Any]]:
    """What the file says of its inputs; of several, by the names that its signature gives them."""
    details = interpreter.get_input_details()
    signatures = interpreter.get_signature_list()
    if len(details) > 1 and len(signatures) == 1:
        return dict(interpreter.get_signature_runner(next(iter(signatures))).get_input_details())
    return {side["name"]: side for side in details}


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
