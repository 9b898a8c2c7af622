"""The floor that a trained network must beat: bicubic interpolation."""

from __future__ import annotations

from typing import Any

import numpy as np

from ferkeras.media import resample
from ferkeras.types import FloatArray

NAME = "bicubic"
ENGINE = "pillow"
SCALE = 4


def run(pictures: FloatArray) -> Any:
    """Pictures of `SCALE` times the side, see `ferkeras.media.resample`.

    Args:
        pictures: float32 ``(n, height, width, channels)``, 0..255.
    """
    height, width = (SCALE * side for side in pictures.shape[1:3])
    return np.stack([resample(picture, height, width, "bicubic") for picture in pictures])
