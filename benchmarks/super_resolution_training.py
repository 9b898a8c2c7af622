"""ESRGAN: time and memory of a training step, 32x32 to 128x128, and what its crops cost.

python benchmarks/super_resolution_training.py [--repeats 5] [--json]

The ``light`` generator, 8 crops a step, degraded on the fly; GAN steps with the U-Net
discriminator of the recipe, or the paper's VGG-128. Each job runs in a process of its own; "only
built" makes model and data and stops.
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

BATCH, PATCH = 8, 128
JOBS = (  # stage, discriminator, precision, features computed again
    ("none", "unet", "float32", False),
    ("psnr", "unet", "float32", False),
    ("psnr", "unet", "mixed_bfloat16", False),
    ("gan", "unet", "float32", False),
    ("gan", "unet", "float32", True),
    ("gan", "unet", "mixed_bfloat16", False),
    ("gan", "vgg", "float32", False),
)


def measure(repeats: int) -> list[Figure]:
    """All jobs, in turn."""
    figures = []
    for job_settings in JOBS:
        stage, judge, precision, again = job_settings
        name = "only built"
        if stage != "none":
            parts = [f"{stage} step"] + ([judge] if stage == "gan" else []) + [precision]
            name = ", ".join(parts + (["checkpointing"] if again else []))
        command = [sys.executable, __file__, "--job", json.dumps([*job_settings, repeats])]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}")
        result = json.loads(done.stdout.splitlines()[-1])
        if stage == "none":
            figures.append(Figure("crops of a step, alone", 1e3 * result["crops"], "ms"))
        else:
            figures.append(Timings(result["wall"], result["cpu"]).figure(name))
        figures.append(Figure(f"{name}: peak memory", result["peak"], "MiB"))
    return figures


def job(stage: str, judge: str, precision: str, again: bool, repeats: int) -> dict[str, Any]:
    """Seconds of each step after one that does not count, and the peak of this process."""
    import numpy as np

    from ferkeras.inputs.patches import patch_batches
    from ferkeras.training.restoration import restoration_recipe
    from ferkeras.training.restoration.build import stage_model

    features = {"unet": 24, "vgg": 64}[judge]
    recipe = restoration_recipe(
        patch=PATCH,
        precision=precision,
        checkpointing=again,
        discriminator={"variant": judge, "features": features},
    )
    model, timings = stage_model(recipe, "gan" if stage == "gan" else "psnr", 100), Timings()
    rng = np.random.default_rng(0)
    faces = [rng.integers(0, 256, (160, 160, 3), np.uint8) for _ in range(64)]
    batches = iter(patch_batches(faces, PATCH, BATCH, epochs=8))
    crops = next(batches).numpy()
    begin = time.perf_counter()
    taken = sum(1 for _ in batches)
    seconds = (time.perf_counter() - begin) / taken
    for number in range(repeats + 1 if stage != "none" else 0):
        wall, cpu = time.perf_counter(), time.process_time()
        model.train_on_batch(crops)
        if number:
            timings.wall.append(time.perf_counter() - wall)
            timings.cpu.append(time.process_time() - cpu)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"wall": timings.wall, "cpu": timings.cpu, "peak": peak, "crops": seconds}


def main() -> dict[str, Any]:
    return report(measure, repeats=5)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--job"]:
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        print(json.dumps(job(*json.loads(sys.argv[2]))))
    else:
        main()
