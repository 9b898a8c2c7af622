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

    Tiles overlap, and of each only the part at least ``overlap`` pixels from its inner edges is
    kept. With an overlap of `reach` or more, the result is that of the whole picture at once;
    with less, pixels near the seams may differ a little. Picture borders are the same in any case.

    Args:
        model: an `ESRGANGenerator` that takes any size, or ``tile`` x ``tile``.
        picture: ``(height, width, channels)``, uint8 or floats, RGB, values 0..255.
        tile: side of a tile in pixels of the small picture; smaller sides are taken whole.
        overlap: pixels of the small picture, less than half of ``tile``.

    Returns:
        uint8 ``(scale * height, scale * width, channels)``, RGB, rounded.

    Raises:
        ValueError: not such a picture, or tiles that do not fit.
    """
    picture = np.asarray(picture)
    if picture.ndim != 3 or not picture.size:
        raise ValueError(f"expected a picture (height, width, channels), got {picture.shape}")
    if overlap < 0 or tile <= 2 * overlap:
        raise ValueError(
            f"tile is {tile} and overlap {overlap}; expected an overlap of 0 or more, below half "
            "of the tile"
        )
    height, width, channels = picture.shape
    rows, columns = _spans(height, tile, overlap), _spans(width, tile, overlap)
    result: NDArray[np.uint8] | None = None
    scale = 1
    for top, from_row, to_row in rows:
        for left, from_column, to_column in columns:
            part = picture[top : top + tile, left : left + tile]
            # One tile at a time: memory is the aim here, and a tile fills a processor.
            large = np.asarray(model.predict_on_batch(part[None].astype(np.float32)))[0]
            scale = large.shape[0] // part.shape[0]
            if result is None:
                result = np.empty((scale * height, scale * width, channels), np.uint8)
            inner = large[
                scale * (from_row - top) : scale * (to_row - top),
                scale * (from_column - left) : scale * (to_column - left),
            ]
            result[scale * from_row : scale * to_row, scale * from_column : scale * to_column] = (
                np.rint(np.clip(inner, 0.0, 255.0))
            )
    assert result is not None
    return result


def reach(model: keras.Model) -> int:
    """How far, in pixels of the small picture, a pixel of an `ESRGANGenerator`'s answer looks.

    Each 3x3 convolution on the small picture adds 1; those behind the first enlargement add at most
    2 together. The paper's network reaches 349 pixels, though what is far away counts for little.
    """
    blocks = [layer for layer in model.layers if isinstance(layer, RRDB)]
    convolutions = 2 + sum(5 * block.dense_blocks for block in blocks)
    return convolutions + 2


def _spans(side: int, tile: int, overlap: int) -> list[tuple[int, int, int]]:
    """(start of the tile, first kept pixel, end of the kept pixels) along one axis."""
    if side <= tile:
        return [(0, 0, side)]
    starts = [*range(0, side - tile, tile - 2 * overlap), side - tile]
    kept = [0, *(start + overlap for start in starts[1:]), side]
    return [(start, kept[i], kept[i + 1]) for i, start in enumerate(starts)]
