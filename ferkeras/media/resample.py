"""Pictures of another size."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ferkeras.errors import MediaError

METHODS = ("area", "bicubic")


def resample(picture: NDArray[Any], height: int, width: int, method: str = "area") -> NDArray[Any]:
    """A picture of ``height`` x ``width`` pixels.

    Args:
        picture: ``(height, width, channels)``, uint8 or floats, values 0..255, any colour order.
        height, width: of the result.
        method: ``"area"``: mean of what a new pixel covers (OpenCV's INTER_AREA; bilinear where the
            picture grows); ``"bicubic"``: the kernel of Keys 1981 with a = -0.5, stretched to the
            new pixel's size where the picture shrinks, so that fine patterns do not alias
            (Pillow's BICUBIC; OpenCV's INTER_CUBIC does alias).

    Returns:
        uint8 (rounded) of uint8, else float32 (not rounded); values 0..255.

    Raises:
        MediaError: not such a picture, no size, or an unknown method.
    """
    if method not in METHODS:
        raise MediaError(f"method is {method!r}, expected one of {METHODS}")
    if height < 1 or width < 1:
        raise MediaError(f"a picture of {height}x{width} pixels cannot be made; give 1 or more")
    values = as_levels(picture)
    if method == "area":
        resized = cv2.resize(values, (width, height), interpolation=cv2.INTER_AREA)
        resized = resized.reshape(height, width, -1)  # OpenCV drops a single channel
    else:
        planes = [_bicubic(plane, (width, height)) for plane in np.moveaxis(values, -1, 0)]
        resized = np.stack(planes, axis=-1)
    return like(np.clip(resized, 0.0, 255.0), picture)


def _bicubic(plane: NDArray[np.float32], size: tuple[int, int]) -> NDArray[np.float32]:
    return np.asarray(Image.fromarray(plane).resize(size, Image.Resampling.BICUBIC))


def as_levels(picture: NDArray[Any]) -> NDArray[np.float32]:
    """A picture's values as float32.

    Raises:
        MediaError: not ``(height, width, channels)``, or neither uint8 nor floats in 0..255.
    """
    picture = np.asarray(picture)
    if picture.ndim != 3 or not picture.size:
        raise MediaError(f"expected a picture (height, width, channels), got {picture.shape}")
    if picture.dtype != np.uint8 and picture.dtype.kind != "f":
        raise MediaError(f"pixels are {picture.dtype}, expected uint8 or floats, values 0..255")
    values = np.ascontiguousarray(picture, np.float32)
    if not (values.min() >= 0.0 and values.max() <= 255.0):  # also NaN
        raise MediaError(
            f"pixels lie in {values.min():g}..{values.max():g}, expected 0..255; mend or clip them"
        )
    return values


def like(values: NDArray[np.float32], picture: NDArray[Any]) -> NDArray[Any]:
    """``values`` rounded to uint8 if the picture that they were made of is uint8."""
    return np.rint(values).astype(np.uint8) if picture.dtype == np.uint8 else values
