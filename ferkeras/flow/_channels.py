"""u, v and optical strain as one picture, and that on the scale 0..255 of a model's input."""

from __future__ import annotations

import numpy as np

from ferkeras.errors import FlowError
from ferkeras.flow._checks import check_channels, check_flow
from ferkeras.types import FloatArray, Flow

FULL_STRAIN = 0.1
"""Optical strain that ``normalise(..., "fixed", ...)`` maps to 255: skin stretched by 10 %."""

_CONSTANT = 1e-6  # spread of a channel below which there is nothing but rounding to stretch


def flow_channels(flow: Flow, strain: FloatArray) -> FloatArray:
    """Stack u, v and optical strain: the three channels of STSTNet and HTNet.

    Args:
        flow: ``(H, W, 2)`` in pixels.
        strain: ``(H, W)``, of `optical_strain`.

    Returns:
        float32 ``(H, W, 3)``.

    Raises:
        FlowError: shapes that do not fit together.
    """
    flow = check_flow(flow)
    if np.shape(strain) != flow.shape[:2]:
        raise FlowError(f"strain has shape {np.shape(strain)}, expected {flow.shape[:2]} as flow")
    return np.dstack([flow, np.asarray(strain, np.float32)])


def normalise(channels: FloatArray, normalisation: str, scale: float) -> FloatArray:
    """Bring u, v and strain to 0..255.

    ``"minmax"`` stretches each channel of this picture so that its lowest value becomes 0 and its
    highest 255, as in the public data of STSTNet and HTNet. Strength is lost, and so is where zero
    movement lies. A channel of one value becomes 0 everywhere, as ``cv2.normalize`` has it.

    ``"fixed"`` is the same map for all pictures: u and v become 127.5 + 127.5 value / ``scale``, so
    that no movement is 127.5, and strain becomes 255 value / 0.1; all are clipped to 0..255.

    Args:
        channels: ``(H, W, 3)``: u and v in pixels, strain without unit. Resizing this array
            changes no units: u and v still count in pixels of the face they were computed on.
        normalisation: ``"minmax"`` or ``"fixed"``.
        scale: movement at which u and v are full, in the pixels in which u and v count; used by
            ``"fixed"`` alone.

    Returns:
        float32 ``(H, W, 3)``, 0..255.

    Raises:
        FlowError: an unknown normalisation, a scale that is not positive, or NaN.
    """
    channels = check_channels(channels)
    if normalisation == "minmax":
        low, high = channels.min(axis=(0, 1)), channels.max(axis=(0, 1))
        spread = high - low
        constant = spread < _CONSTANT
        factor = np.where(constant, 0.0, 255.0 / np.where(constant, 1.0, spread))
        scaled = (channels - low) * factor
    elif normalisation == "fixed":
        if not scale > 0:
            raise FlowError(f"scale is {scale}, expected pixels above 0")
        factor = np.array([127.5 / scale, 127.5 / scale, 255.0 / FULL_STRAIN])
        scaled = channels * factor + np.array([127.5, 127.5, 0.0])
    else:
        raise FlowError(f"no normalisation {normalisation!r}; known: minmax, fixed")
    return np.clip(scaled, 0, 255).astype(np.float32)
