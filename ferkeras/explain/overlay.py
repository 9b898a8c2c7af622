"""Lay a heat map over a picture."""

from __future__ import annotations

import cv2
import numpy as np

from ferkeras.errors import FerkerasError
from ferkeras.types import FloatArray, Picture

# Share of the heat's colour; the rest is the picture.
STRENGTH = 0.45


def overlay(picture: Picture, heat: FloatArray) -> Picture:
    """Colour a picture by heat: cold is blue, warm is red ("turbo").

    Args:
        picture: uint8 RGB ``(height, width, 3)``.
        heat: ``(h, w)``, 0..1; enlarged to the picture.

    Returns:
        uint8 RGB of the picture's size.

    Raises:
        FerkerasError: heat outside 0..1 or not two-dimensional.
    """
    if heat.ndim != 2 or not (heat.min() >= 0 and heat.max() <= 1):
        raise FerkerasError(f"heat map {heat.shape}: expected (height, width) of values in 0..1")
    height, width = picture.shape[:2]
    full = cv2.resize(heat.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    levels = np.rint(full * 255).astype(np.uint8)
    colours = cv2.cvtColor(cv2.applyColorMap(levels, cv2.COLORMAP_TURBO), cv2.COLOR_BGR2RGB)
    return np.asarray(cv2.addWeighted(colours, STRENGTH, picture, 1 - STRENGTH, 0), np.uint8)
