"""Run an exported file in a process that has its own runtime and nothing of ours."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from joblib import cpu_count

from ferkeras.errors import ExportError
from ferkeras.runtime.named_inputs import INPUT, Batch
from ferkeras.types import FloatArray

_PROGRAM = Path(__file__).with_name("alone.py")
_LIMIT = 1800  # seconds


@dataclass(frozen=True)
class Answers:
    """What a file gave.

    Attributes:
        outputs: one array a batch.
        milliseconds: size of a batch -> median time of one run.
        load_seconds: from the start of the imports to the first answer.
        threads: CPU threads that it ran with, one a core.
    """

    outputs: list[FloatArray]
    milliseconds: dict[int, float]
    load_seconds: float
    threads: int


def run_isolated(path: Path, engine: str, batches: Sequence[Batch]) -> Answers:
    """Run a file in a new process in which ferkeras and other runtimes cannot be imported.

    A ``.tflite`` or ``.onnx`` file has neither TensorFlow nor Keras there; a SavedModel has
    TensorFlow, which brings Keras along.

    Args:
        path: the file, or the folder of a SavedModel or of its versions.
        engine: ``"saved_model"``, ``"litert"`` or ``"onnx"``.
        batches: see `ferkeras.export.export_source.ExportSource`; the first is also timed, alone
            and 32 times in one batch.

    Raises:
        ExportError: it cannot be run so; the message has the last line that the process gave.
    """
    threads = int(cpu_count())
    with tempfile.TemporaryDirectory() as folder:
        inputs, outputs = Path(folder) / "inputs.npz", Path(folder) / "outputs.npz"
        np.savez(inputs, **_named(batches))  # type: ignore[arg-type]
        # Neither takes the program's own folder for a place of packages; -P is of Python 3.11.
        alone = "-P" if sys.version_info >= (3, 11) else "-I"
        command = [sys.executable, alone, str(_PROGRAM), engine, str(path.absolute()), str(inputs)]
        command += [str(outputs), str(threads)]
        quiet = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
        try:
            ended = subprocess.run(
                command, env=quiet, capture_output=True, text=True, timeout=_LIMIT, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise ExportError(
                f"{path.name}: {engine} alone gave no answer within {_LIMIT} s"
            ) from error
        if ended.returncode:
            lines = [line for line in ended.stderr.splitlines() if line.strip()]
            why = lines[-1].strip()[:200] if lines else f"exit status {ended.returncode}"
            raise ExportError(f"{path.name}: {engine} alone cannot run it ({why})")
        with np.load(outputs) as stored:
            arrays = {key: stored[key] for key in stored.files}
    times = {key: value for key, value in arrays.items() if key.startswith("milliseconds/")}
    return Answers(
        [arrays[str(number)] for number in range(len(batches))],
        {int(key.partition("/")[2]): float(np.median(value)) for key, value in times.items()},
        float(arrays["load"]),
        threads,
    )


def _named(batches: Sequence[Batch]) -> dict[str, FloatArray]:
    return {
        f"{number}/{name}": array
        for number, batch in enumerate(batches)
        for name, array in (batch if isinstance(batch, Mapping) else {INPUT: batch}).items()
    }
