"""Pictures through whatever enlarges them: a batch at once, or one of any size tile by tile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ferkeras.errors import FerkerasError, ModelFileError
from ferkeras.media.resample import as_levels
from ferkeras.types import FloatArray

Run = Callable[[FloatArray], Any]
"""float32 ``(n, height, width, channels)``, 0..255 -> the same, a whole number of times larger."""

Size = tuple[int | None, int | None]
"""Height and width that a network is fixed to; None: any."""

ANY_SIZE: Size = (None, None)


def enlarge(
    run: Run, pictures: NDArray[Any], *, size: Size = ANY_SIZE, name: str = "the network"
) -> NDArray[np.uint8]:
    """Enlarge a batch of pictures of one size, all at once.

    Args:
        run: the network.
        pictures: ``(n, height, width, channels)``, uint8 or floats, RGB, 0..255, n at least 1.
        size: what the network is fixed to. A side that is shorter is made up by repeating the
            border, and the answer is cut; none may be longer.
        name: of the network, for messages.

    Returns:
        uint8 ``(n, scale * height, scale * width, channels)``, RGB, rounded.

    Raises:
        ModelFileError: the network fails, or gives values that are not finite or pictures that are
            not a whole number of times as large.
    """
    batch = np.asarray(pictures, np.float32)
    height, width = batch.shape[1:3]
    full_height, full_width = size[0] or height, size[1] or width
    missing = [(0, 0), (0, full_height - height), (0, full_width - width), (0, 0)]
    if (full_height, full_width) != (height, width):
        batch = np.pad(batch, missing, mode="edge")
    try:
        large = np.asarray(run(batch))
    except FerkerasError:
        raise
    except Exception as error:  # each engine has errors of its own
        reason = (str(error).strip() or type(error).__name__).splitlines()[0][:200]
        raise ModelFileError(
            f"{name} fails on {len(batch)} pictures of {full_height}x{full_width}: {reason}"
        ) from error
    scale = large.shape[1] // full_height if large.ndim == 4 else 0
    wanted = (len(batch), scale * full_height, scale * full_width, batch.shape[3])
    if scale < 1 or large.shape != wanted:
        raise ModelFileError(
            f"{name} gives {large.shape} for pictures {batch.shape}, expected the same whole "
            "number of times both sides"
        )
    large = large[:, : scale * height, : scale * width]
    if not np.isfinite(large).all():
        raise ModelFileError(f"{name} gives values that are not finite; its weights are broken")
    return np.rint(np.clip(large, 0.0, 255.0)).astype(np.uint8)


def enlarge_in_tiles(
    run: Run,
    picture: NDArray[Any],
    *,
    tile: tuple[int, int] = (128, 128),
    overlap: int = 16,
    size: Size = ANY_SIZE,
    name: str = "the network",
) -> NDArray[np.uint8]:
    """Enlarge one picture of any size; memory for the network grows with the tile alone.

    Tiles overlap, and of each only the part at least ``overlap`` pixels from its inner edges is
    kept. With an overlap of how far the network looks (of an `ESRGANGenerator`
    `ferkeras.models.esrgan.upscale.reach`), the result is that of the whole picture at once; with
    less, pixels near the seams may differ a little. Picture borders are the same in any case.

    Args:
        run, size, name: see `enlarge`.
        picture: ``(height, width, channels)``, uint8 or floats, RGB, values 0..255.
        tile: height and width of a tile in pixels of the small picture; shorter sides of the
            picture are taken whole.
        overlap: pixels of the small picture, less than half of the tile's shorter side.

    Returns:
        uint8 ``(scale * height, scale * width, channels)``, RGB, rounded.

    Raises:
        MediaError: not such a picture.
        FerkerasError: tiles that do not fit.
        ModelFileError: as `enlarge`.
    """
    picture = as_levels(picture)
    numbers = (*tile, overlap)
    if any(isinstance(one, bool) or not isinstance(one, int) for one in numbers):
        raise FerkerasError(f"tile is {tile} and overlap {overlap!r}; expected whole numbers")
    if overlap < 0 or min(tile) <= 2 * overlap:
        raise FerkerasError(
            f"tile is {min(tile)} and overlap {overlap}; expected an overlap of 0 or more, below "
            "half of the tile"
        )
    height, width, channels = picture.shape
    columns = _spans(width, tile[1], overlap)
    result: NDArray[np.uint8] | None = None
    scale = 1
    for top, from_row, to_row in _spans(height, tile[0], overlap):
        for left, from_column, to_column in columns:
            part = picture[top : top + tile[0], left : left + tile[1]]
            # One tile at a time: memory is the aim here, and a tile fills a processor.
            large = enlarge(run, part[None], size=size, name=name)[0]
            if result is None:
                scale = large.shape[0] // part.shape[0]
                result = np.empty((scale * height, scale * width, channels), np.uint8)
            result[scale * from_row : scale * to_row, scale * from_column : scale * to_column] = (
                large[
                    scale * (from_row - top) : scale * (to_row - top),
                    scale * (from_column - left) : scale * (to_column - left),
                ]
            )
    assert result is not None
    return result


def _spans(side: int, tile: int, overlap: int) -> list[tuple[int, int, int]]:
    """(start of the tile, first kept pixel, end of the kept pixels) along one axis."""
    if side <= tile:
        return [(0, 0, side)]
    starts = [*range(0, side - tile, tile - 2 * overlap), side - tile]
    kept = [0, *(start + overlap for start in starts[1:]), side]
    return [(start, kept[i], kept[i + 1]) for i, start in enumerate(starts)]
