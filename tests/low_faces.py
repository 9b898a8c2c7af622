"""Low resolution once more, by NumPy, SciPy and OpenCV from the paper's words alone."""

from __future__ import annotations

import cv2
import numpy as np
from scipy import ndimage


def sharp(face, side, wide=None):
    """The face at 4 ``side``: mean of what a pixel covers."""
    size = (4 * (wide or side), 4 * side)
    return np.rint(cv2.resize(face.astype(np.float32), size, interpolation=cv2.INTER_AREA))


def small(large, *, blur=True, median=False):
    """4x4 means; Gaussian 1-2-1, borders mirrored; median 3x3, borders repeated."""
    height, width, _ = large.shape
    values = large.astype(float).reshape(height // 4, 4, width // 4, 4, 3).mean(axis=(1, 3))
    if blur:
        for axis in (0, 1):
            values = ndimage.correlate1d(values, [0.25, 0.5, 0.25], axis=axis, mode="mirror")
    if median:
        values = ndimage.median_filter(values, size=(3, 3, 1), mode="nearest")
    return np.rint(values).astype(np.uint8)


def keys(values, sizes):
    """Bicubic by Keys 1981, a = -0.5, as one matrix an axis; pixels outside do not count."""
    for axis, size in enumerate(sizes):
        count = values.shape[axis]
        centres = (np.arange(size)[:, None] + 0.5) * count / size - 0.5
        x = np.abs(centres - np.arange(count)) / max(1.0, count / size)
        near, far = 1.5 * x**3 - 2.5 * x**2 + 1, -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2
        weights = np.where(x < 1, near, np.where(x < 2, far, 0.0))
        weights /= weights.sum(axis=1, keepdims=True)
        values = np.moveaxis(np.tensordot(weights, values.astype(float), (1, axis)), 0, axis)
    return np.rint(values.clip(0, 255)).astype(np.uint8)
