"""Pictures a second from files to batches: preparing once, reading the cache, and each epoch.

python benchmarks/input_pipeline.py [--repeats 3] [--json]

All cores are used, as in training. ``prepared``: decoded, face found (photographs), cut out, made
48x48. ``taken from the cache``: decoded once more and compared by digest with what was stored.
"""

from __future__ import annotations

import shutil
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from measuring import Figure, in_turn
from reporting import report

FILES = 32  # photographs
CROPS = 4000  # pictures of one epoch


def measure(repeats: int) -> list[Figure]:
    """Preparation with and without cache, and both recipes' batches."""
    with tempfile.TemporaryDirectory() as folder:
        return measure_preparation(Path(folder), repeats) + measure_batches(repeats)


def measure_preparation(folder: Path, repeats: int) -> list[Figure]:
    """Photographs and face crops in files -> model inputs."""
    from ferkeras.inputs import prepare_index
    from ferkeras.types import InputSpec

    spec = InputSpec(height=48, width=48)
    figures = []
    for what, index in {
        "photographs 640x480 with one large face": photographs(folder / "photographs"),
        "face crops 48x48": face_crops(folder / "crops"),
    }.items():
        job = partial(prepare_index, index, spec)
        cached = partial(job, cache=folder / "cache")
        cached()
        timings = in_turn({"prepared": job, "taken from the cache": cached}, repeats)
        figures += [timing.rate(f"{what}: {job}", len(index)) for job, timing in timings.items()]
    return figures


def photographs(folder: Path) -> Any:
    """An index of copies of one photograph as JPEG files."""
    from scenes import write_scenes

    folder.mkdir()
    scene = write_scenes(folder)["one large face"]
    names = [f"{number}.jpg" for number in range(FILES)]
    for name in names:
        shutil.copy(scene, folder / name)
    return _index(folder, names, cropped=False)


def face_crops(folder: Path) -> Any:
    """An index of 48x48 JPEG files, ten times as many."""
    import numpy as np

    from ferkeras.media import write_image

    names = [f"{number}.jpg" for number in range(10 * FILES)]
    random = np.random.default_rng(0)
    for name in names:
        write_image(folder / name, random.integers(0, 256, (48, 48, 3)).astype(np.uint8))
    return _index(folder, names, cropped=True)


def _index(folder: Path, names: list[str], cropped: bool) -> Any:
    from ferkeras.datasets import Index
    from ferkeras.media import read_image
    from ferkeras.types import Sample

    samples = [Sample(name, "happiness") for name in names]
    return Index.from_samples(
        "files", samples, ["happiness"], lambda item: read_image(folder / item), cropped=cropped
    )


def measure_batches(repeats: int) -> list[Figure]:
    """One epoch of batches of 100, in both recipes."""
    import numpy as np

    from ferkeras.inputs import batches
    from ferkeras.training.recipe import load_recipe

    figures = []
    for variant in ("paper", "wide"):
        recipe = load_recipe("mff_cnn", variant)
        shape = (CROPS, *recipe.input.shape)
        pictures = np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)
        targets = np.zeros((CROPS, 7), np.float32)
        data = batches(pictures, targets, 100, augmentation=recipe.augmentation)
        timing = in_turn({variant: lambda data=data: sum(1 for _ in data)}, repeats)[variant]
        size = "x".join(map(str, recipe.input.shape[:2]))
        changed = "augmented" if variant == "wide" else "no augmentation"
        figures.append(timing.rate(f"batches of the {variant} recipe, {size}, {changed}", CROPS))
    return figures


def main() -> dict[str, Any]:
    return report(measure, repeats=3)


if __name__ == "__main__":
    main()
