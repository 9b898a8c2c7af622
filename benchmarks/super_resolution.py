"""ESRGAN's generator: time and peak memory of one picture, of tiles and of a training step.

python benchmarks/super_resolution.py [--repeats 2] [--json]
TORCH_PYTHON=<python with torch> python benchmarks/super_resolution.py   # with ratios to PyTorch

Each job runs in a process of its own, which also gives its peak memory; "only built" makes the
model and stops. A repeat is one round through all ways of a size: ours, then PyTorch's same network
(`super_resolution_torch.py`), so that ratios hold on a shared machine; they are to PyTorch with
channels last in the same precision. Weights are random, which changes neither time nor memory.
"As constants" is the frozen function that the exporters write: weights that cannot change are cast
and laid out for the processor once. Wanted for ``paper``, 32x32: 151 ms in float32, 90 ms in
bfloat16. Tiles have 128x128 pixels and overlap by 16; wanted: 2 GB. The training step is one of L1
and Adam, as in the first stage. GAN: its slot is `STEPS`.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import Any

from htnet import clock, run
from measuring import Figure, Timings
from reporting import report

FORWARD = ("forward float32", "forward mixed_bfloat16")
WAYS = (*FORWARD, "constants float32", "constants mixed_bfloat16")
LIMITS = {"forward float32": 151.0, "forward mixed_bfloat16": 90.0}  # ms, of ``paper``
TORCH = ("channels_last float32", "channels_last bfloat16", "channels_first float32")
TILES = (("paper", 512), ("light", 256), ("light", 512))
STEPS = (("light", "train float32", 8), ("light", "train mixed_bfloat16", 8))  # batches at 32x32
MEMORY = 2e9 / 2**20  # MiB


def measure(repeats: int) -> list[Figure]:
    """All jobs, in turn."""
    figures = [figure for variant in ("paper", "light") for figure in pictures(variant, repeats)]
    for variant, kind, size, limit in (
        *((variant, "built float32", 0, None) for variant in ("paper", "light")),
        *((variant, "tiles float32", side, MEMORY) for variant, side in TILES),
        *((*step, None) for step in STEPS),
    ):
        timings, peak = Timings(), 0.0
        for _ in range(repeats if kind.startswith("train") else 1):
            peak = run(sys.executable, "super_resolution", variant, kind, size, timings)
        unit = "batch" if kind.startswith("train") else "side"
        name = f"{variant}, {kind}, {unit} {size}" if size else f"{variant}, only built"
        if size:
            figures.append(timings.figure(name))
        figures.append(Figure(f"{name}: peak memory", peak, "MiB", limit=limit))
    return figures


def pictures(variant: str, repeats: int) -> list[Figure]:
    """One picture of 32x32, every way."""
    torch = os.environ.get("TORCH_PYTHON")
    timings = {way: Timings() for way in (*WAYS, *(TORCH if torch else ()))}
    for _ in range(repeats):
        for way, times in timings.items():
            if torch and way in TORCH:
                run(torch, "super_resolution_torch", variant, way, 32, times)
            else:
                run(sys.executable, "super_resolution", variant, way, 32, times)
    figures = []
    for way, times in timings.items():
        precision = way.split()[1].removeprefix("mixed_")
        against = timings.get(f"channels_last {precision}")
        name = f"{variant}, 32x32, {way}" + (": PyTorch" if way in TORCH else "")
        limit = LIMITS.get(way) if variant == "paper" else None
        figures.append(times.figure(name, against=against, limit=limit))
    return figures


def job(variant: str, kind: str, size: int) -> Callable[[], Any]:
    """A function that enlarges one picture of this side, or trains on one batch of this size."""
    import keras
    import numpy as np
    import tensorflow as tf

    from ferkeras.export.frozen import frozen_function
    from ferkeras.models import ESRGANGenerator
    from ferkeras.models.esrgan import upscale

    what, precision = kind.split()
    keras.config.set_dtype_policy(precision)
    side = 32 if what in ("constants", "train") else None
    model = ESRGANGenerator((side, side, 3), variant=variant)
    random = np.random.default_rng(0)
    if what == "tiles":
        picture = random.integers(0, 256, (size, size, 3), np.uint8)
        return lambda: upscale(model, picture, tile=128, overlap=16)
    if what == "train":
        model.compile("adam", "mean_absolute_error")
        low = random.uniform(0, 255, (size, 32, 32, 3)).astype(np.float32)
        high = random.uniform(0, 255, (size, 128, 128, 3)).astype(np.float32)
        data = iter(tf.data.Dataset.from_tensors((low, high)).repeat())
        model.make_train_function()
        return lambda: {name: float(value) for name, value in model.train_function(data).items()}
    if what == "built":
        return lambda: None
    given = tf.constant(random.uniform(0, 255, (1, size, size, 3)), tf.float32)
    if what == "constants":
        frozen = frozen_function(model)
        return lambda: frozen(given)["probabilities"].numpy()
    predict = tf.function(model, autograph=False)
    return lambda: predict(given).numpy()


def main() -> dict[str, Any]:
    return report(measure, repeats=2)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--job"]:
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        variant, kind, size = sys.argv[2], sys.argv[3], int(sys.argv[4])
        once = kind.startswith("built") or (variant, size) == ("paper", 512)
        settings: dict[str, Any] = {"seconds": 0.0, "least": 1} if once else {}
        print(json.dumps(clock(job(variant, kind, size), **settings)))
    else:
        main()
