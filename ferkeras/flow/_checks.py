"""Whether arrays are what the functions on movements need."""

from __future__ import annotations

import inspect
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ferkeras.errors import FlowError
from ferkeras.types import FloatArray, Flow, Picture

SMALLEST = 16
"""Side in pixels below which no optical flow is computed."""


def grey_picture(picture: Picture | NDArray[np.uint8], what: str) -> NDArray[np.uint8]:
    """A uint8 RGB ``(H, W, 3)`` or grey ``(H, W)`` picture as grey (luma, ITU-R BT.601).

    Args:
        picture: at least 16x16 pixels.
        what: name in messages, such as ``"onset"``.

    Raises:
        FlowError: another kind of array, or a smaller one.
    """
    array = np.asarray(picture)
    if array.dtype != np.uint8:
        raise FlowError(f"{what} has values of type {array.dtype}, expected uint8 of 0..255")
    if not (array.ndim == 2 or (array.ndim == 3 and array.shape[2] == 3)):
        raise FlowError(f"{what} has shape {array.shape}, expected (H, W, 3) RGB or (H, W) grey")
    if min(array.shape[:2]) < SMALLEST:
        raise FlowError(
            f"{what} has {array.shape[1]}x{array.shape[0]} pixels; optical flow needs "
            f"{SMALLEST}x{SMALLEST} or more"
        )
    if array.ndim == 3:
        return np.asarray(cv2.cvtColor(array, cv2.COLOR_RGB2GRAY), np.uint8)
    return array


def check_flow(flow: Flow | NDArray[Any], smallest: int = 1) -> Flow:
    """A flow as float32 ``(H, W, 2)``.

    Raises:
        FlowError: another shape, fewer pixels than ``smallest`` a side, or NaN.
    """
    return _checked(flow, 2, smallest, "flow", "(H, W, 2): u and v in pixels")


def check_channels(channels: FloatArray | NDArray[Any]) -> FloatArray:
    """Channels of a movement as float32 ``(H, W, 3)``.

    Raises:
        FlowError: another shape, or NaN.
    """
    return _checked(channels, 3, 1, "channels", "(H, W, 3): u, v and strain")


def _checked(values: NDArray[Any], depth: int, smallest: int, what: str, wanted: str) -> FloatArray:
    array = np.asarray(values)
    if array.ndim != 3 or array.shape[2] != depth or array.dtype.kind not in "fiu":
        raise FlowError(f"{what} has shape {array.shape} of {array.dtype}, expected {wanted}")
    if min(array.shape[:2]) < smallest:
        raise FlowError(
            f"{what} has {array.shape[1]}x{array.shape[0]} pixels, expected {smallest} or more "
            "a side"
        )
    array = array.astype(np.float32, copy=False)
    if not np.isfinite(array).all():
        raise FlowError(f"{what} holds NaN or infinity")
    return array


def check_settings(what: str, function: Any, given: int, settings: dict[str, Any]) -> None:
    """Whether a file's function takes all settings.

    Args:
        what: name in the message.
        function: its first ``given`` arguments are no settings.
        given: see there.
        settings: as the user wrote them.

    Raises:
        FlowError: a setting it does not know.
    """
    known = list(inspect.signature(function).parameters)[given:]
    unknown = sorted(set(settings) - set(known))
    if unknown:
        raise FlowError(f"{what} has no setting {unknown[0]!r}; known: {', '.join(known)}")
