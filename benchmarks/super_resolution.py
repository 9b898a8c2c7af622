"""ESRGAN: time to enlarge a picture four times, and peak memory of it, whole and in tiles.

python benchmarks/super_resolution.py [--repeats 3] [--json]

Each job runs in a process of its own; "only built" is a process that makes the model and stops. The
weights are random, which changes neither. Tiles have 128x128 pixels and overlap by 16.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from typing import Any

from measuring import Figure, Timings
from reporting import report

JOBS = (  # variant, side of the picture, side of a tile; 0: only built
    ("paper", 0, 128),
    ("paper", 32, 128),
    ("light", 0, 128),
    ("light", 32, 128),
    ("light", 256, 256),
    ("light", 256, 128),
    ("light", 512, 128),
)


def measure(repeats: int) -> list[Figure]:
    """All jobs, in turn."""
    figures = []
    for variant, side, tile in JOBS:
        how = f"{side}x{side} {'whole' if side <= tile else 'in tiles'}" if side else "only built"
        command = [sys.executable, __file__, "--job", variant, str(side), str(tile), str(repeats)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}")
        result = json.loads(done.stdout.splitlines()[-1])
        if side:
            timings = Timings(result["wall"], result["cpu"])
            figures.append(timings.figure(f"{variant}, {how}"))
        figures.append(Figure(f"{variant}, {how}: peak memory", result["peak"], "MiB"))
    return figures


def job(variant: str, side: int, tile: int, repeats: int) -> dict[str, Any]:
    """Seconds of each call after one that does not count, and the peak of this process."""
    import numpy as np

    from ferkeras.models import ESRGANGenerator
    from ferkeras.models.esrgan import upscale

    model, timings = ESRGANGenerator(variant=variant), Timings()
    picture = np.random.default_rng(0).integers(0, 256, (side, side, 3), np.uint8)
    for number in range(repeats + 1 if side else 0):
        wall, cpu = time.perf_counter(), time.process_time()
        upscale(model, picture, tile=tile, overlap=16)
        if number:
            timings.wall.append(time.perf_counter() - wall)
            timings.cpu.append(time.process_time() - cpu)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"wall": timings.wall, "cpu": timings.cpu, "peak": peak}


def main() -> dict[str, Any]:
    return report(measure, repeats=3)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--job"]:
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        print(json.dumps(job(sys.argv[2], *map(int, sys.argv[3:]))))
    else:
        main()
