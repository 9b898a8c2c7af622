"""A face at low resolution: made small and blurred, then enlarged again.

Mariyathas et al. 2025, "Micro facial expression recognition using generative adversarial network
generated super resolution images", section "Image degradation"; see `ResolutionSpec`.
"""

from __future__ import annotations

import hashlib

import numpy as np

from ferkeras.media import degrade, resample
from ferkeras.prepare._restorer import FACTOR, enlarged_by
from ferkeras.types import Picture, ResolutionSpec


def sharp_size(low: ResolutionSpec, height: int, width: int) -> tuple[int, int]:
    """Height and width of the sharp picture of which the small one is made.

    Args:
        low: its side is that of the small picture's shorter side.
        height, width: any size of the same shape, such as the model's.
    """
    shorter = min(height, width)
    small = (round(low.side * length / shorter) for length in (height, width))
    high, wide = (FACTOR * length for length in small)
    return high, wide


def draw_of(face: Picture, low: ResolutionSpec) -> int:
    """The seed of a face's draw, by its own pixels: equal faces draw alike, wherever they are."""
    head = f"{low.seed} {face.shape} ".encode()
    digest = hashlib.sha256(head + np.ascontiguousarray(face).tobytes())
    return int.from_bytes(digest.digest()[:8], "big")


def made_small(face: Picture, size: tuple[int, int], low: ResolutionSpec, draw: int) -> Picture:
    """The face at a quarter of the sharp picture's size.

    Args:
        face: uint8 RGB of any size.
        size: of the sharp picture, see `sharp_size`.
        low: ``blur`` is used.
        draw: see `draw_of`.
    """
    sharp = face if face.shape[:2] == size else resample(face, *size)
    window = 3 if low.blur else 0
    small = degrade(sharp, scale=FACTOR, gaussian=window, median=window, seed=draw)
    return np.asarray(small, np.uint8)


def enlarged(small: Picture, restore: str) -> Picture:
    """A small face four times larger; with ``"none"`` as it is. See `ResolutionSpec.restore`.

    Raises:
        ModelFileError, FaceError: see `ferkeras.prepare._restorer.enlarged_by`.
    """
    if restore == "none":
        return small
    if restore == "bicubic":
        height, width = small.shape[:2]
        large = resample(small, FACTOR * height, FACTOR * width, "bicubic")
        return np.asarray(large, np.uint8)
    return enlarged_by(restore, small)
