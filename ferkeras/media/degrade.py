"""Small, blurred pictures made of large, sharp ones."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ferkeras.errors import MediaError
from ferkeras.media.resample import as_levels, like, resample


def degrade(
    picture: NDArray[Any],
    *,
    scale: int = 4,
    method: str = "area",
    gaussian: int = 3,
    gaussian_probability: float = 1.0,
    median: int = 3,
    median_probability: float = 0.5,
    seed: int | None = None,
) -> NDArray[Any]:
    """Shrink, blur by a Gaussian, blur by a median: Mariyathas et al. 2025, "Image degradation".

    In the paper a face becomes 128x128 first (`resample`), which is the sharp picture, and then
    32x32. It draws once for each folder of frames whether the median is applied: give all frames
    of a folder one seed. `ferkeras.layers.RandomDegradation` does the same to batches.

    Args:
        picture: ``(height, width, channels)``, uint8 or floats, values 0..255, any colour order;
            both sides multiples of ``scale``.
        scale: how many times smaller each side becomes; 1: not smaller.
        method: see `resample`.
        gaussian: side of the Gaussian kernel in pixels, 3 or 5 (1-2-1 and 1-4-6-4-1, as OpenCV has
            them where no sigma is given; borders reflected); 0: none.
        gaussian_probability: how probably it is applied, 0..1.
        median: side of the median's window in pixels, 3 or 5 (border pixels repeated); 0: none.
        median_probability: how probably it is applied, 0..1.
        seed: of the draw; None: another one in each call.

    Returns:
        ``(height / scale, width / scale, channels)``: uint8 of uint8, rounded once at the end; else
        float32, not rounded; values 0..255.

    Raises:
        MediaError: not such a picture, or a setting out of range.
    """
    values = as_levels(picture)
    height, width = values.shape[:2]
    if scale < 1 or height % scale or width % scale:
        raise MediaError(
            f"scale is {scale}, but the picture has {width}x{height} pixels; give a scale of 1 or "
            "more, and sides that are multiples of it"
        )
    if gaussian not in (0, 3, 5) or median not in (0, 3, 5):
        raise MediaError(f"gaussian is {gaussian} and median {median}; expected 0, 3 or 5")
    if not (0.0 <= gaussian_probability <= 1.0 and 0.0 <= median_probability <= 1.0):
        raise MediaError(
            f"gaussian_probability is {gaussian_probability} and median_probability "
            f"{median_probability}; expected 0..1"
        )
    # Both draws in every case, so that one setting does not change the other's draw.
    blurred, filtered = np.random.default_rng(seed).random(2)
    if scale > 1:
        values = resample(values, height // scale, width // scale, method)
    if gaussian and blurred < gaussian_probability:
        values = _as_floats(cv2.GaussianBlur(values, (gaussian, gaussian), 0))
    if median and filtered < median_probability:
        planes = [np.ascontiguousarray(plane) for plane in np.moveaxis(values, -1, 0)]
        values = np.stack([cv2.medianBlur(plane, median) for plane in planes], axis=-1)
    return like(values, picture)


def _as_floats(values: NDArray[Any]) -> NDArray[np.float32]:
    """``(height, width, channels)``; OpenCV drops a single channel."""
    return values.reshape(*values.shape[:2], -1).astype(np.float32)
