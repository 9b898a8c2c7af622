"""A training step at batch 100: the step alone, with its input pipeline, and the pipeline alone.

python benchmarks/train_step.py [--repeats 5] [--json]

A repeat is one round: `PASS` batches of the pipeline alone, then `STEPS` steps on a batch that lies
ready, then as many through the pipeline. All cores are used, as in training. The ratio is to the
step alone.
"""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass
from typing import Any

from measuring import Figure, Timings
from reporting import report

BATCH = 100
STEPS = 12
PASS = 40


@dataclass
class Training:
    """A compiled model of a recipe and two sources of batches."""

    model: Any
    pipeline: Any
    ready: Any


def training(variant: str, precision: str) -> Training:
    """The recipe of a variant at batch 100, on random pictures, without end."""
    import numpy as np
    import tensorflow as tf

    from ferkeras.inputs import batches as input_batches
    from ferkeras.training.build import training_model
    from ferkeras.training.recipe import load_recipe

    recipe = load_recipe("mff_cnn", variant, batch_size=BATCH, precision=precision)
    random = np.random.default_rng(0)
    pictures = random.integers(0, 256, (BATCH * STEPS, *recipe.input.shape)).astype(np.uint8)
    targets = np.eye(7, dtype=np.float32)[random.integers(0, 7, len(pictures))]

    def by_output(images: Any, classes: Any) -> Any:
        return images, {"probabilities": classes, recipe.loss.on: classes}

    pipeline = input_batches(pictures, targets, BATCH, augmentation=recipe.augmentation)
    pipeline = pipeline.map(by_output).repeat()
    ready = tf.data.Dataset.from_tensors(next(iter(pipeline))).repeat()
    return Training(training_model(recipe, 7, STEPS), pipeline, ready)


def measure(repeats: int) -> list[Figure]:
    """Step time of both variants in each precision that this machine has."""
    import tensorflow as tf

    precisions = ["float32", "mixed_bfloat16"]
    if tf.config.list_physical_devices("GPU"):
        precisions.append("mixed_float16")
    return [
        figure
        for variant in ("paper", "wide")
        for precision in precisions
        for figure in measure_training(variant, precision, repeats)
    ]


def measure_training(variant: str, precision: str, repeats: int) -> list[Figure]:
    """The three times of one recipe, and the input's share of the step."""
    task = training(variant, precision)
    pipeline, alone, together = Timings(), Timings(), Timings()
    steps(task.model, task.ready)  # compiles
    for _ in range(repeats):
        pipeline = joined(pipeline, passes(task.pipeline))
        alone = joined(alone, steps(task.model, task.ready))
        together = joined(together, steps(task.model, task.pipeline))
    name = f"{variant} {precision}"
    size = "x".join(map(str, task.model.input_shape[1:3]))
    share = 100 * pipeline.median / alone.median
    return [
        alone.figure(f"{name}, {size}: step alone"),
        together.figure(f"{name}, {size}: step with its input", against=alone),
        pipeline.figure(f"{name}, {size}: input alone"),
        Figure(f"{name}, {size}: input's share of the step", share, "%", limit=10.0),
    ]


def passes(data: Any) -> Timings:
    """The pipeline without a model: seconds a batch, the time to start it included."""
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in data.take(PASS):
        pass
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return Timings([wall / PASS], [cpu / PASS])


def steps(model: Any, data: Any) -> Timings:
    """Seconds of each step but the first, which also starts the pipeline."""
    import keras

    marks: list[tuple[float, float]] = []

    class Clock(keras.callbacks.Callback):
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:  # logs: step is done
            marks.append((time.perf_counter(), time.process_time()))

    model.fit(data, steps_per_epoch=STEPS, verbose=0, shuffle=False, callbacks=[Clock()])
    pairs = list(itertools.pairwise(marks))
    return Timings([b[0] - a[0] for a, b in pairs], [b[1] - a[1] for a, b in pairs])


def joined(first: Timings, second: Timings) -> Timings:
    return Timings(first.wall + second.wall, first.cpu + second.cpu)


def main() -> dict[str, Any]:
    return report(measure, repeats=5)


if __name__ == "__main__":
    main()
