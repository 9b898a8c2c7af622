"""HTNet: forward at batch 1 and 32, a training step at batch 32, and peak memory of each.

python benchmarks/htnet.py [--repeats 2] [--json]
TORCH_PYTHON=<python with torch> python benchmarks/htnet.py      # with ratios to PyTorch

Each job runs in a process of its own, which also gives its peak memory. A repeat is one round
through all jobs: ours, then PyTorch's same layers (`htnet_torch.py`), so that the ratio holds on a
shared machine. Wanted for ``official``: no slower than PyTorch here (27 ms, 187 ms and 1.29 s were
measured for the published code on another machine), and at most 2.3 GB.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from measuring import Figure, Timings
from reporting import report

JOBS = (("forward", 1), ("forward", 32), ("train", 32))
VARIANTS = ("official", "local", "local-pixel")
SECONDS = 6.0  # of calls in each process
MEMORY = 2.3e9 / 2**20  # MiB


def measure(repeats: int) -> list[Figure]:
    """All jobs, in turn."""
    torch = os.environ.get("TORCH_PYTHON")
    figures = []
    for variant in VARIANTS:
        for kind, batch in JOBS:
            ours, theirs = Timings(), Timings()
            peaks: dict[str, float] = {}
            for _ in range(repeats):
                peaks["ferkeras"] = run(sys.executable, "htnet", variant, kind, batch, ours)
                if torch and variant == "official":
                    peaks["PyTorch"] = run(torch, "htnet_torch", variant, kind, batch, theirs)
            name = f"{variant}, {kind}, batch {batch}"
            figures.append(ours.figure(name, against=theirs if theirs.wall else None))
            limit = MEMORY if variant == "official" else None
            figures.append(Figure(f"{name}: peak memory", peaks["ferkeras"], "MiB", limit=limit))
            if theirs.wall:
                figures.append(theirs.figure(f"{name}: PyTorch"))
                figures.append(Figure(f"{name}: PyTorch, peak memory", peaks["PyTorch"], "MiB"))
    return figures


def run(python: str, file: str, variant: str, kind: str, batch: int, timings: Timings) -> float:
    """One job in a process of its own; its times are added to ``timings``, its peak returned.

    Raises:
        RuntimeError: it failed.
    """
    path = Path(__file__).with_name(f"{file}.py")
    command = [python, str(path), "--job", variant, kind, str(batch)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}")
    result = json.loads(done.stdout.splitlines()[-1])
    timings.wall += result["wall"]
    timings.cpu += result["cpu"]
    return float(result["peak"])


def clock(call: Callable[[], Any], seconds: float = SECONDS, least: int = 5) -> dict[str, Any]:
    """Time calls for some seconds, after two that do not count; and the peak of this process.

    Where only one call is to be timed (``least`` is 1), one does not count.
    """
    for _ in range(min(least, 2)):
        call()
    timings = Timings()
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(timings.wall) < least:
        wall, cpu = time.perf_counter(), time.process_time()
        call()
        timings.wall.append(time.perf_counter() - wall)
        timings.cpu.append(time.process_time() - cpu)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"wall": timings.wall, "cpu": timings.cpu, "peak": peak}


def job(variant: str, kind: str, batch: int) -> Callable[[], Any]:
    """A function that runs one prediction or one training step, as `ferkeras` does it."""
    import numpy as np
    import tensorflow as tf

    from ferkeras.models import HTNet
    from ferkeras.training.build import training_model
    from ferkeras.training.recipe import load_recipe

    random = np.random.default_rng(0)
    pictures = random.uniform(0, 255, (batch, 28, 28, 3)).astype(np.float32)
    if kind == "forward":
        network = HTNet(variant=variant)
        predict = tf.function(network, autograph=False)
        return lambda: predict(pictures).numpy()
    model = training_model(load_recipe("htnet", variant, batch_size=batch), 3, 10)
    classes = {"probabilities": np.eye(3, dtype=np.float32)[random.integers(0, 3, batch)]}
    data = iter(tf.data.Dataset.from_tensors((pictures, classes)).repeat())
    model.make_train_function()
    return lambda: {name: float(value) for name, value in model.train_function(data).items()}


def main() -> dict[str, Any]:
    return report(measure, repeats=2)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--job"]:
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        print(json.dumps(clock(job(sys.argv[2], sys.argv[3], int(sys.argv[4])))))
    else:
        main()
