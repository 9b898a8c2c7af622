"""Arrays that a user hands over -> pictures."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ferkeras.errors import MediaError
from ferkeras.types import Picture

_SHAPES = "(height, width), (height, width, 1), (height, width, 3) or (height, width, 4)"


def as_picture(array: ArrayLike, source: str = "array") -> Picture:
    """Check an array and turn it into a picture: uint8 ``(height, width, 3)``, RGB, 0..255.

    Args:
        array: grey ``(h, w)`` or ``(h, w, 1)``, RGB ``(h, w, 3)`` or RGBA ``(h, w, 4)``.
            uint8 is taken as it is; uint16 0..65535 is scaled to 0..255; floats must be finite
            and within 0..1. Alpha is laid on white. Colour order cannot be seen in an array:
            one from ``cv2.imread`` is BGR and must be turned first, ``array[..., ::-1]``.
        source: what to call the array in error messages, such as a file name.

    Returns:
        The picture; the same memory as ``array`` where that is uint8 RGB already.

    Raises:
        MediaError: another shape or type, no pixels, NaN or infinity, floats outside 0..1.
    """
    try:
        values: NDArray[Any] = np.asarray(array)
    except ValueError as error:
        raise MediaError(f"{source}: not an array of pixels: {error}") from error
    if (
        values.ndim == 3
        and values.shape[0] in (1, 3, 4)
        and values.shape[0] < min(values.shape[1:]) > 4
    ):
        raise MediaError(
            f"{source}: shape {values.shape} has its channels first; "
            "move them last: np.moveaxis(array, 0, -1)"
        )
    if values.ndim not in (2, 3) or (values.ndim == 3 and values.shape[2] not in (1, 3, 4)):
        raise MediaError(f"{source}: shape {values.shape} is not a picture; expected {_SHAPES}")
    if values.size == 0:
        raise MediaError(f"{source}: shape {values.shape} has no pixels")
    return _as_rgb(_as_uint8(values, source))


def _as_uint8(values: NDArray[Any], source: str) -> NDArray[np.uint8]:
    if values.dtype == np.uint8:
        return values
    if np.issubdtype(values.dtype, np.uint16):
        # 65535 / 255 = 257, so this is rounding to the nearest of 256 levels
        return ((values.astype(np.uint32) + 128) // 257).astype(np.uint8)
    if not np.issubdtype(values.dtype, np.floating):
        raise MediaError(
            f"{source}: pixels are {values.dtype}; give uint8 0..255 (array.astype(np.uint8)), "
            "uint16 0..65535 or floats 0..1"
        )
    bad = np.count_nonzero(~np.isfinite(values))
    if bad:
        raise MediaError(
            f"{source}: {bad} of {values.size} pixel values are NaN or infinite; "
            "mend them first, for instance with np.nan_to_num"
        )
    low, high = float(values.min()), float(values.max())
    if low < 0.0 or high > 1.0:
        raise MediaError(
            f"{source}: float pixels lie in {low:g}..{high:g}, expected 0..1; "
            "divide by the highest possible value, or give uint8"
        )
    return np.asarray(np.rint(values.astype(np.float32) * 255.0), dtype=np.uint8)


def _as_rgb(values: NDArray[np.uint8]) -> Picture:
    if values.ndim == 2:
        values = values[..., None]
    if values.shape[2] == 1:
        return np.repeat(values, 3, axis=2)
    if values.shape[2] == 3:
        return values
    colour, alpha = values[..., :3].astype(np.uint16), values[..., 3:].astype(np.uint16)
    return ((colour * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)
