"""Heat maps of overlapping patches, side by side or put together on the face."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ferkeras.types import FloatArray, Picture


def patch_corners(height: int, width: int, size: int, stride: int) -> list[tuple[int, int]]:
    """``(top, left)`` of each patch, in the order of `ferkeras.layers.OverlappingPatches`."""
    return [
        (top, left)
        for top in range(0, height - size + 1, stride)
        for left in range(0, width - size + 1, stride)
    ]


def join_patches(heat: FloatArray, height: int, width: int, stride: int) -> FloatArray:
    """Put the heat of patches on the picture that they were cut from.

    Where patches overlap, their mean is taken; then all is divided by the largest value.

    Args:
        heat: float32 ``(patches, size, size)``, from 0.
        height, width: size of the picture.
        stride: step between neighbours in pixels.

    Returns:
        float32 ``(height, width)``, 0..1.
    """
    size = heat.shape[1]
    total, count = np.zeros((height, width)), np.zeros((height, width))
    for patch, (top, left) in zip(heat, patch_corners(height, width, size, stride), strict=True):
        total[top : top + size, left : left + size] += patch
        count[top : top + size, left : left + size] += 1
    mean = total / np.maximum(count, 1)
    return np.asarray(mean / (mean.max() or 1), np.float32)


def mosaic(patches: NDArray[np.uint8], columns: int, gap: int = 2) -> Picture:
    """Lay pictures of patches side by side on white, row by row.

    Args:
        patches: uint8 ``(patches, height, width, 3)``; a multiple of ``columns``.
        columns: how many stand in a row.
        gap: white pixels between neighbours.
    """
    count, height, width, _ = patches.shape
    rows = count // columns
    framed = np.full((count, height + gap, width + gap, 3), 255, np.uint8)
    framed[:, :height, :width] = patches
    tiles = framed.reshape(rows, columns, height + gap, width + gap, 3).swapaxes(1, 2)
    whole = tiles.reshape(rows * (height + gap), columns * (width + gap), 3)
    return whole[: whole.shape[0] - gap, : whole.shape[1] - gap]
