"""Large pictures through a generator, tile by tile."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from ferkeras.layers.rrdb import RRDB


def upscale(
    model: keras.Model, picture: NDArray[Any], *, tile: int = 128, overlap: int = 16
) -> NDArray[np.uint8]:
    """Enlarge one picture of any size; memory for the network grows with the tile alone.

    `ferkeras.Restorer` does the same with a file. With an overlap of `reach` or more, the result is
    that of the whole picture at once, see `ferkeras.restore.enlarge.enlarge_in_tiles`.

    Args:
        model: an `ESRGANGenerator` that takes any size, or ``tile`` x ``tile``.
        picture: ``(height, width, channels)``, uint8 or floats, RGB, values 0..255.
        tile: side of a tile in pixels of the small picture; smaller sides are taken whole.
        overlap: pixels of the small picture, less than half of ``tile``.

    Returns:
        uint8 ``(scale * height, scale * width, channels)``, RGB, rounded.

    Raises:
        FerkerasError: not such a picture, or tiles that do not fit; it is a ValueError too.
    """
    from ferkeras.restore.enlarge import enlarge_in_tiles  # its folder loads OpenCV

    return enlarge_in_tiles(
        model.predict_on_batch, picture, tile=(tile, tile), overlap=overlap, name=model.name
    )


def reach(model: keras.Model) -> int:
    """How far, in pixels of the small picture, a pixel of an `ESRGANGenerator`'s answer looks.

    Each 3x3 convolution on the small picture adds 1; those behind the first enlargement add at most
    2 together. The paper's network reaches 349 pixels, though what is far away counts for little.
    """
    blocks = [layer for layer in model.layers if isinstance(layer, RRDB)]
    convolutions = 2 + sum(5 * block.dense_blocks for block in blocks)
    return convolutions + 2
