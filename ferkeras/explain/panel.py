"""A picture with its title, and a face crop as such a picture."""

from __future__ import annotations

import cv2
import numpy as np

from ferkeras.media import as_picture
from ferkeras.types import FloatArray, Picture

Panel = tuple[str, Picture]
_SIDE = 360  # pixels of a panel's longer side, at least


def enlarged(crop: FloatArray | Picture) -> Picture:
    """A prepared crop as a picture, a whole number of times as large."""
    picture = as_picture(np.clip(np.rint(crop), 0, 255).astype(np.uint8))
    height, width = picture.shape[:2]
    zoom = max(1, -(-_SIDE // max(height, width)))
    size = (width * zoom, height * zoom)
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC), np.uint8)


def note(heat: FloatArray) -> str:
    """What a title says where there is nothing to see."""
    return "" if heat.any() else ": nothing speaks for it"
