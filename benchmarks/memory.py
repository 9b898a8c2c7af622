"""Peak memory of a fresh process for each job.

python benchmarks/memory.py [--repeats 1] [--json]

The largest resident set that the kernel counted for the process (``ru_maxrss``). This file itself
imports the standard library alone: a child starts with its parent's peak.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from measuring import Figure, p95
from reporting import report

LIBRARIES = ("tensorflow", "keras")


def recognise(engine: str, models: str) -> None:
    """The label of a photograph of 640x480, five times."""
    from model_folders import RELEASED
    from scenes import write_scenes

    from ferkeras import Recognizer
    from ferkeras.runtime.card import find_model, released

    folder = find_model(RELEASED) if RELEASED in released() else Path(models) / "wide"
    recognizer = Recognizer.load(folder, engine=engine, detector="viola_jones")
    path = write_scenes(Path(models))["one large face"]
    for _ in range(5):
        assert recognizer.predict(path)[0].faces


def train(variant: str, precision: str) -> None:
    """Twelve steps at batch 100 with their input."""
    from train_step import steps, training

    task = training(variant, precision)
    steps(task.model, task.pipeline)


def export(variant: str, models: str) -> None:
    """Build, export in all formats, compare each with Keras."""
    from model_folders import export_random

    export_random(variant, Path(models))


def start(module: str) -> None:
    """Import and nothing else."""
    __import__(module)


JOBS = {function.__name__: function for function in (start, recognise, train, export)}


def measure(repeats: int) -> list[Figure]:
    """Peak memory of each job in a process of its own."""
    with tempfile.TemporaryDirectory() as models:
        jobs = [  # the export comes first: the recogniser may run its files
            ("export wide, all formats", "export", "wide", models),
            ("import ferkeras", "start", "ferkeras"),
            ("import tensorflow", "start", "tensorflow"),
            ("photo to label with TFLite", "recognise", "tflite", models),
            ("photo to label with ONNX", "recognise", "onnx", models),
            ("photo to label with Keras", "recognise", "keras", models),
            ("train paper, float32, batch 100", "train", "paper", "float32"),
            ("train wide, float32, batch 100", "train", "wide", "float32"),
            ("train wide, mixed_bfloat16, batch 100", "train", "wide", "mixed_bfloat16"),
        ]
        return [measure_job(repeats, *job) for job in jobs]


def measure_job(repeats: int, what: str, *job: str) -> Figure:
    """Run ``job`` (its name and arguments) in a fresh Python; MiB.

    Raises:
        RuntimeError: the job failed, or the recogniser loaded TensorFlow for a TFLite or ONNX file.
    """
    peaks = []
    for _ in range(repeats):
        command = [sys.executable, __file__, "--job", *job]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"job {' '.join(job)} failed:\n{done.stderr[-2000:]}")
        kilobytes, *loaded = done.stdout.splitlines()[-1].split()
        if loaded and job[1] in ("tflite", "onnx"):
            raise RuntimeError(f"{what}: {', '.join(loaded)} was imported")
        peaks.append(int(kilobytes) / 1024)
    note = "" if loaded else " (no TensorFlow)"
    return Figure(what + note, statistics.median(peaks), "MiB", p95=p95(peaks), repeats=repeats)


def run_job(name: str, *arguments: str) -> None:
    """In the child: do the job, then print its peak and which heavy libraries it loaded."""
    JOBS[name](*arguments)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(peak, *[library for library in LIBRARIES if library in sys.modules])


def main() -> dict[str, Any]:
    return report(measure, repeats=1)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--job"]:
        run_job(*sys.argv[2:])
    else:
        main()
