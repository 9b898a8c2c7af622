"""The samples that an export is given: what they must be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ferkeras.errors import ExportError
from ferkeras.runtime.named_inputs import LANDMARKS
from ferkeras.types import FloatArray, InputSpec

Samples = FloatArray | Mapping[str, NDArray[Any]]
"""Prepared inputs: one array, or arrays by the names of a model's inputs."""


def check_samples(samples: Samples, spec: InputSpec) -> None:
    """Raise ExportError unless samples are prepared as ``spec`` says; see `check_pictures`."""
    if not isinstance(samples, Mapping) and not spec.takes_frames:
        check_pictures(samples, spec.shape, spec.value_range)
        return
    takes = spec.input_shapes
    if not isinstance(samples, Mapping) or sorted(samples) != sorted(takes):
        given = ", ".join(samples) if isinstance(samples, Mapping) else "one array"
        raise ExportError(f"samples are {given}; the model takes {', '.join(takes)} by name")
    for name, array in samples.items():
        # Landmarks may lie beside the picture; they are numbers all the same.
        whole = (-np.inf, np.inf) if name == LANDMARKS else spec.value_range
        check_pictures(array, takes[name], whole)


def checked_targets(
    targets: ArrayLike | None, samples: int, classes: int
) -> NDArray[np.int64] | None:
    """Raise ExportError unless there is a class for each sample, or none at all."""
    if targets is None:
        return None
    numbers = np.asarray(targets)
    fits = numbers.shape == (samples,) and numbers.dtype.kind in "iu"
    if not fits or not ((numbers >= 0) & (numbers < classes)).all():
        raise ExportError(
            f"targets are {numbers.dtype} {numbers.shape}, expected a class 0..{classes - 1} for "
            f"each of {samples} samples"
        )
    return numbers.astype(np.int64)


def check_pictures(
    samples: FloatArray, shape: tuple[int | None, ...], value_range: tuple[float, float]
) -> None:
    """Raise ExportError unless there is a sample, and all are of this shape, type and range."""
    has, kind = np.shape(samples), getattr(samples, "dtype", None)
    fits = len(has) == 1 + len(shape) and 0 not in has
    if not (
        fits
        and kind == np.float32
        and all(b in (None, a) for a, b in zip(has[1:], shape, strict=True))
    ):
        raise ExportError(f"samples are {kind} {has}, expected at least one float32 {shape}")
    low, high = value_range
    if not (np.isfinite(samples).all() and samples.min() >= low and samples.max() <= high):
        raise ExportError(f"samples hold values outside {low:g}..{high:g}; give prepared crops")
