"""The samples from which the ranges of an integer file are taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ferkeras.errors import ExportError
from ferkeras.runtime.named_inputs import DTYPES, INPUT, Batch, described, keras_inputs


def calibration_samples(model: Any, batches: Sequence[Batch]) -> list[dict[str, NDArray[Any]]]:
    """Every sample of ``batches`` alone, as arrays by the names of the inputs.

    Raises:
        ExportError: there are none, or some that the model does not take; values that are not
            finite; or samples of one value throughout, which show no range.
    """
    takes = {name: tuple(one.shape[1:]) for name, one in keras_inputs(model).items()}
    samples: list[dict[str, NDArray[Any]]] = []
    for batch in batches:
        arrays = dict(batch) if isinstance(batch, Mapping) else {INPUT: batch}
        if not _fit(arrays, takes):
            got = ", ".join(f"{name} {one.dtype} {one.shape}" for name, one in arrays.items())
            raise ExportError(
                f"{model.name}: calibration samples are {got}; it takes {described(takes)}"
            )
        count = len(next(iter(arrays.values())))
        samples += [{k: one[n : n + 1] for k, one in arrays.items()} for n in range(count)]
    if not samples:
        raise ExportError(
            f"{model.name}: no samples to calibrate on; give real ones, 100 or more are good"
        )
    for name in takes:
        low = min(float(one[name].min()) for one in samples)
        high = max(float(one[name].max()) for one in samples)
        if not np.isfinite([low, high]).all() or low == high:
            raise ExportError(
                f"{model.name}: the calibration samples' {name} goes from {low:g} to {high:g}, "
                "which shows no range; give real samples"
            )
    return samples


def _fit(arrays: Mapping[str, NDArray[Any]], takes: Mapping[str, tuple[int | None, ...]]) -> bool:
    if set(arrays) != set(takes):
        return False
    return all(
        array.dtype == DTYPES[name]
        and array.ndim == 1 + len(takes[name])
        and all(b in (None, a) for a, b in zip(array.shape[1:], takes[name], strict=True))
        for name, array in arrays.items()
    )
