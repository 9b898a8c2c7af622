"""Two frames -> the movement between them, by a method that is one file."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path
from typing import Any

import numpy as np

from ferkeras.errors import FlowError
from ferkeras.flow._brightness import matched
from ferkeras.flow._checks import check_settings, grey_picture
from ferkeras.types import Flow, Picture


def available() -> list[str]:
    """Names of all methods of optical flow, in alphabetical order."""
    modules = pkgutil.iter_modules([str(Path(__file__).parent)])
    return sorted(m.name for m in modules if m.name[0] != "_" and not m.ispkg)


def optical_flow(
    onset: Picture,
    apex: Picture,
    method: str = "farneback",
    *,
    match_brightness: bool = True,
    **settings: Any,
) -> Flow:
    """Where each pixel of the onset frame went in the apex frame.

    Args:
        onset, apex: uint8 RGB ``(H, W, 3)`` or grey ``(H, W)``, of one size, 16x16 or more.
        method: ``"farneback"`` (fast, smooth) or ``"tvl1"`` (slower, keeps edges of movement).
        match_brightness: bring the apex frame to the brightness and contrast of the onset frame
            first. Both methods take a change of brightness for movement; lamps flicker by a few
            percent.
        settings: of the method, as the function ``flow`` of its file takes them.

    Returns:
        float32 ``(H, W, 2)``: u to the right, v down, in pixels, so that
        ``apex(x + u, y + v) ~ onset(x, y)``.

    Raises:
        FlowError: an unknown method or setting, or frames that are not of one size, not uint8 or
            too small.

    Example:
        >>> onset = np.zeros((64, 64), np.uint8)
        >>> optical_flow(onset, onset).shape
        (64, 64, 2)
    """
    if method not in available():
        raise FlowError(f"no optical flow {method!r}; known: {', '.join(available())}")
    function = importlib.import_module(f"ferkeras.flow.{method}").flow
    check_settings(f"optical flow {method}", function, 2, settings)
    before, after = grey_picture(onset, "onset"), grey_picture(apex, "apex")
    if before.shape != after.shape:
        (high, wide), (height, width) = before.shape, after.shape
        raise FlowError(
            f"onset has {wide}x{high} pixels, apex {width}x{height}; flow needs frames of one size"
        )
    first, second = before.astype(np.float32), after.astype(np.float32)
    if match_brightness:
        second = matched(first, second)
    return np.asarray(function(first, second, **settings), np.float32)
