"""The model folders that benchmarks run: the released model, or an export with random weights.

Speed and memory do not depend on the weights.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

RELEASED = "mff_cnn/fer2013"
VARIANTS = ("paper", "wide")


def export_random(variant: str, out: Path, formats: tuple[str, ...] | None = None) -> Path:
    """Build a variant of MFF-CNN and export it in these formats, or in all."""
    from ferkeras.export import export_model
    from ferkeras.export.formats import DEFAULT
    from ferkeras.models import MFFCNN
    from ferkeras.types import InputSpec

    model = MFFCNN(variant=variant)
    height, width, channels = model.input_shape[1:]
    spec = InputSpec(height=height, width=width, channels=channels)
    labels = [f"class {number}" for number in range(model.output_shape[1])]
    samples = random_crops(spec.shape, 8)
    formats = DEFAULT if formats is None else formats
    export_model(model, spec, labels, out / variant, samples=samples, formats=formats)
    return out / variant


def model_folders(out: Path) -> dict[str, Path]:
    """Name -> folder: every variant with random weights, and the released model if it is here."""
    from ferkeras.runtime.card import find_model, released

    folders = {f"{variant}, random weights": export_random(variant, out) for variant in VARIANTS}
    if RELEASED in released():
        folders[f"released {RELEASED}"] = find_model(RELEASED)
    return folders


def recogniser_folder(out: Path) -> Path:
    """The released model's folder; without one the wide variant, as TFLite and ONNX alone."""
    from ferkeras.runtime.card import find_model, released

    if RELEASED in released():
        return find_model(RELEASED)
    return export_random("wide", out, ("tflite", "onnx"))


def random_crops(shape: tuple[int, int, int], count: int) -> np.ndarray:
    """float32 ``(count, *shape)``, whole values 0..255."""
    return np.random.default_rng(0).integers(0, 256, (count, *shape)).astype(np.float32)
