"""Latency of the model alone on one core, in each engine, at batch 1 and 100.

python benchmarks/inference.py [--repeats 7] [--json]

A repeat is one round through all engines, with five calls each at batch 1 and one at batch 100.
The ratio is to Keras at the same batch size.
"""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from measuring import Figure, in_turn
from reporting import report

BATCHES = {1: 5, 100: 1}  # batch size -> calls a round


def measure(repeats: int) -> list[Figure]:
    """Time of one prediction, array to probabilities, one thread."""
    from model_folders import model_folders

    with tempfile.TemporaryDirectory() as folder:
        return [
            figure
            for name, place in model_folders(Path(folder)).items()
            for figure in measure_folder(name, place, repeats)
        ]


def measure_folder(name: str, folder: Path, repeats: int) -> list[Figure]:
    """Every engine whose file is in the folder."""
    from model_folders import random_crops

    from ferkeras.runtime import ENGINES, open_model

    runners = {
        engine.name: open_model(
            folder, engine=engine.name, threads=1 if engine.takes_threads else None
        )
        for engine in ENGINES
        if (folder / engine.file).exists()
    }
    figures = []
    for size, calls in BATCHES.items():
        batch = random_crops(next(iter(runners.values())).input_shape, size)
        jobs = {engine: partial(runner.predict, batch) for engine, runner in runners.items()}
        timings = in_turn(jobs, repeats, calls)
        figures += [
            timing.figure(f"{name}: {engine}, batch {size}", against=timings["keras"])
            for engine, timing in timings.items()
        ]
    return figures


def main() -> dict[str, Any]:
    return report(measure, repeats=7, one_core=True)


if __name__ == "__main__":
    main()
