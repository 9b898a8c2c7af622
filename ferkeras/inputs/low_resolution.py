"""Prepared faces made small, and large again: Mariyathas et al. 2025, "Image degradation"."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ferkeras.media import degrade, resample

SCALE = 4
"""How many times smaller the paper's pictures become: 128x128 to 32x32."""


def low_resolution(
    pictures: NDArray[np.uint8], recordings: Sequence[str], *, scale: int = SCALE, seed: int = 0
) -> NDArray[np.uint8]:
    """Each picture shrunk and blurred by `ferkeras.media.degrade` with its own settings.

    Whether the median is applied is drawn once for each recording, as the paper draws it for each
    folder of frames; a picture's draw does not depend on the others.

    Args:
        pictures: uint8 ``(samples, height, width, 3)``, both sides multiples of ``scale``.
        recordings: ``(samples,)``: names, equal for pictures of one recording.
        scale: how many times smaller.
        seed: of the draws.

    Raises:
        MediaError: sides that are no multiples of ``scale``.
    """
    return np.stack(
        [
            degrade(picture, scale=scale, seed=_seed(seed, name))
            for picture, name in zip(pictures, recordings, strict=True)
        ]
    )


def enlarged(
    pictures: NDArray[np.uint8], *, scale: int = SCALE, method: str = "bicubic"
) -> NDArray[np.uint8]:
    """Each picture ``scale`` times as large, by `ferkeras.media.resample`."""
    height, width = pictures.shape[1:3]
    return np.stack(
        [resample(picture, height * scale, width * scale, method) for picture in pictures]
    )


def _seed(seed: int, name: Any) -> int:
    return int.from_bytes(hashlib.sha256(f"{seed} {name}".encode()).digest()[:8], "big")
