"""The part of a picture that shows a face."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ferkeras.errors import FaceError
from ferkeras.types import Picture

MOST_PIXELS = 100_000_000  # of a part; as of a picture that is read
LARGEST = 4.0  # a part may be this many times the longer side of its picture


def crop(
    picture: Picture,
    box: tuple[float, float, float, float],
    margin: float = 0.0,
    aspect: float = 1.0,
) -> Picture:
    """Cut out the square around a box, or a rectangle; over the border, the edge is repeated.

    The square has the box's centre and its longer side, and grows by ``margin`` of that side at
    each of its four sides (shrinks where negative).

    Args:
        picture: uint8 RGB ``(height, width, 3)``.
        box: ``(x, y, width, height)`` in pixels, each side 1 pixel or more.
        margin: share of the square's side, above -0.5.
        aspect: width / height of the part that is cut out; other than 1, it is the smallest
            such rectangle that holds the square.

    Returns:
        uint8 RGB, at least 1x1, not scaled, rounded to whole pixels.

    Raises:
        FaceError: a box below 1 pixel, outside the picture, or far larger than the picture; or
            a part of more than 100 megapixels, as of a picture that is a line.
    """
    x, y, width, height = box
    if width < 1 or height < 1:
        raise FaceError(f"face box {width:g}x{height:g} is smaller than 1 pixel")
    rows, columns = picture.shape[:2]
    if x >= columns or y >= rows or x + width <= 0 or y + height <= 0:
        raise FaceError(
            f"face box {_text(box)} lies outside the picture of {columns}x{rows} pixels"
        )
    side = max(width, height) * (1 + 2 * margin)
    if side > LARGEST * max(rows, columns):
        raise FaceError(
            f"face box {_text(box)} with margin {margin:g} is more than {LARGEST:g} times as "
            f"large as the picture of {columns}x{rows} pixels"
        )
    cut_width, cut_height = side * max(1.0, aspect), side * max(1.0, 1 / aspect)
    if cut_width * cut_height > MOST_PIXELS:
        raise FaceError(
            f"a picture of {columns}x{rows} pixels would be widened to {cut_width:.0f}x"
            f"{cut_height:.0f}; cut it closer to the face first"
        )
    across = _span(x + width / 2, cut_width, columns)
    down = _span(y + height / 2, cut_height, rows)
    return np.asarray(picture[down[:, None], across], np.uint8)


def _span(centre: float, length: float, limit: int) -> NDArray[np.intp]:
    """Pixel numbers of a stretch; those over the border are the border's own."""
    count = max(1, round(length))
    first = round(centre - count / 2)
    return np.clip(np.arange(first, first + count), 0, limit - 1)


def _text(box: tuple[float, float, float, float]) -> str:
    return "({:.0f}, {:.0f}, {:.0f}, {:.0f})".format(*box)
