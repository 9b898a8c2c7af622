"""Runs one model file in a process that has nothing but its own runtime; a program of its own.

    python -P alone.py <engine> <model> <inputs.npz> <outputs.npz> <threads>

It imports no ferkeras, and TensorFlow (which asks for Keras) for a SavedModel alone: what must not
be there cannot be imported, even where it is installed. ``inputs.npz`` holds arrays called
``<batch>/<input>``. ``outputs.npz`` gets ``<batch>`` for each of them, ``milliseconds/<size>``, the
times of single runs of batches of that size, and ``load``, seconds from the first import to the
first answer.
"""

import importlib.abc
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Arrays = dict[str, NDArray[Any]]
Run = Callable[[Arrays], NDArray[Any]]

BLOCKED = {
    "saved_model": ("ferkeras", "onnxruntime", "ai_edge_litert"),
    "litert": ("ferkeras", "keras", "tf_keras", "tensorflow", "onnxruntime"),
    "onnx": ("ferkeras", "keras", "tf_keras", "tensorflow", "ai_edge_litert"),
}
SIZES = 1, 32
SECONDS = 0.5  # of timed runs of each size, but 5 runs at least


class Blocked(importlib.abc.MetaPathFinder):
    """Lets nothing of these packages be found."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        """As import asks for it."""
        if name.partition(".")[0] in self.names:
            raise ModuleNotFoundError(f"{name} is not to be had here")


def open_saved_model(model: str, threads: int) -> Run:
    """By its signature ``serving_default``; of several versions the highest."""
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    folder = Path(model)
    if not (folder / "saved_model.pb").is_file():
        versions = [one for one in folder.iterdir() if one.name.isdecimal()]
        folder = max(versions, key=lambda one: int(one.name))
    loaded = tf.saved_model.load(str(folder))

    def run(batch: Arrays) -> NDArray[Any]:
        tensors = {name: tf.constant(array) for name, array in batch.items()}
        answer: NDArray[Any] = _counts(loaded.signatures["serving_default"](**tensors)).numpy()
        return answer

    return run


def open_litert(model: str, threads: int) -> Run:
    """By the names of its signature ``serving_default``."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_path=model, num_threads=threads)
    interpreter.allocate_tensors()
    signature = interpreter.get_signature_runner("serving_default")
    places = {name: one["index"] for name, one in signature.get_input_details().items()}
    out = _counts(signature.get_output_details())["index"]
    shapes: dict[str, tuple[int, ...]] = {}

    def run(batch: Arrays) -> NDArray[Any]:
        for name, array in batch.items():
            if shapes.get(name) != array.shape:
                for one, other in batch.items():
                    interpreter.resize_tensor_input(places[one], other.shape, strict=True)
                    shapes[one] = other.shape
                interpreter.allocate_tensors()
        for name, array in batch.items():
            interpreter.set_tensor(places[name], array)
        interpreter.invoke()
        answer: NDArray[Any] = interpreter.get_tensor(out)
        return answer

    return run


def open_onnx(model: str, threads: int) -> Run:
    """On the CPU."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    names = [one.name for one in session.get_outputs()]

    def run(batch: Arrays) -> NDArray[Any]:
        named: Arrays = dict(zip(names, session.run(None, batch), strict=True))
        answer: NDArray[Any] = _counts(named)
        return answer

    return run


def _counts(answers: Mapping[str, Any]) -> Any:
    """The output that counts, of several."""
    for name in ("probabilities", "picture"):
        if name in answers:
            return answers[name]
    (only,) = answers.values()
    return only


def timed(run: Run, batch: Arrays) -> NDArray[np.float64]:
    """Milliseconds of single runs."""
    run(batch)
    times: list[float] = []
    start = time.perf_counter()
    while len(times) < 5 or time.perf_counter() - start < SECONDS:
        before = time.perf_counter()
        run(batch)
        times.append(1000 * (time.perf_counter() - before))
    return np.array(times)


def main(engine: str, model: str, inputs: str, outputs: str, threads: str) -> None:
    """Run the program."""
    sys.meta_path.insert(0, Blocked(BLOCKED[engine]))
    start = time.perf_counter()
    openers = {"saved_model": open_saved_model, "litert": open_litert, "onnx": open_onnx}
    run = openers[engine](model, int(threads))
    with np.load(inputs) as stored:
        arrays = {key: stored[key] for key in stored.files}
    batches: dict[str, Arrays] = {}
    for key, array in arrays.items():
        number, _, name = key.partition("/")
        batches.setdefault(number, {})[name] = array
    found: Arrays = {"0": run(batches["0"])}
    found["load"] = np.array(time.perf_counter() - start)
    for number, batch in batches.items():
        if number != "0":
            found[number] = run(batch)
    for size in SIZES:
        many = {name: np.repeat(array[:1], size, axis=0) for name, array in batches["0"].items()}
        found[f"milliseconds/{size}"] = timed(run, many)
    there = sorted(set(BLOCKED[engine]) & set(sys.modules))
    if there:
        raise SystemExit(f"{', '.join(there)} was imported all the same")
    np.savez(outputs, **found)  # type: ignore[arg-type]


if __name__ == "__main__":
    main(*sys.argv[1:])
