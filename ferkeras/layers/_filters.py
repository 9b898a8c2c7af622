"""Blurs of pictures ``(batch, height, width, channels)`` of known size, as OpenCV has them."""

from __future__ import annotations

from typing import Any

import numpy as np
from keras import ops

_GAUSSIANS = {3: (1, 2, 1), 5: (1, 4, 6, 4, 1)}  # OpenCV's where no sigma is given


def _shifted(pictures: Any, axis: int, radius: int, mode: str) -> list[Any]:
    """Copies moved by ``-radius`` to ``radius`` pixels; ``mode`` as in `numpy.pad`."""
    side = pictures.shape[axis]
    places = np.pad(np.arange(side), radius, mode=mode if side > 1 else "edge")  # type: ignore[call-overload]
    wider = ops.take(pictures, ops.convert_to_tensor(places, "int32"), axis=axis)
    cut = (slice(None),) * axis
    return [wider[(*cut, slice(start, start + side))] for start in range(2 * radius + 1)]


def gaussian_blur(pictures: Any, size: int) -> Any:
    """Weighted mean of ``size`` x ``size`` pixels; borders are reflected, without the last row."""
    kernel = _GAUSSIANS[size]
    for axis in (1, 2):
        copies = _shifted(pictures, axis, len(kernel) // 2, "reflect")
        weighted = [w / sum(kernel) * copy for w, copy in zip(kernel, copies, strict=True)]
        pictures = sum(weighted[1:], weighted[0])
    return pictures


def median_blur(pictures: Any, size: int) -> Any:
    """Median of ``size`` x ``size`` pixels; border pixels are repeated."""
    rows = _shifted(pictures, 1, size // 2, "edge")
    window = [one for row in rows for one in _shifted(row, 2, size // 2, "edge")]
    return ops.sort(ops.stack(window, axis=-1), axis=-1)[..., size**2 // 2]
