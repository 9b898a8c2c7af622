"""The face alone, grey or RGB, at the model's size: `ferkeras.prepare.face_crop` in a graph.

OpenCV does the same in Python, for training and recognition; a graph has no OpenCV. That both give
the same, up to 1 grey level, is tested.
"""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from ferkeras.detect.crop import LARGEST, MOST_PIXELS
from ferkeras.export.serving.checks import require
from ferkeras.export.serving.resize import resized

_GREY = (9798, 19235, 3735)  # 0.299, 0.587, 0.114 (ITU-R BT.601) in parts of 2^15, as OpenCV's
_BITS = 15


def whole_picture(picture: Any, height: int, width: int, channels: int) -> Any:
    """A picture that is a face crop already: widened to the model's shape, and resized.

    Args:
        picture: uint8 ``(rows, columns, 3)``, RGB.
        height, width, channels: of the model's input; 1 channel is grey, 3 are RGB.

    Returns:
        float32 ``(height, width, channels)``, whole values 0..255.
    """
    rows, columns = (tf.cast(tf.shape(picture)[axis], tf.float64) for axis in (0, 1))
    box = tf.stack([tf.zeros_like(columns), tf.zeros_like(rows), columns, rows])
    return _scaled(_cut(picture, box, 0.0, width / height), height, width, channels)


def boxed_face(
    picture: Any, box: Any, margin: float, row: Any, height: int, width: int, channels: int
) -> Any:
    """The square around a face's box, with a margin; over the border, the edge is repeated.

    Args:
        picture: uint8 ``(rows, columns, 3)``, RGB.
        box: float32 ``(4,)``: x, y, width and height in pixels of the upright picture.
        margin: share of the square's side that is added at each side.
        row: its place in the batch, for messages.
        height, width, channels: of the model's input.

    Returns:
        float32 ``(height, width, channels)``, whole values 0..255.

    Raises:
        InvalidArgumentError: when it runs: a box that is not finite, below 1 pixel, outside the
            picture, or with its margin more than 4 times as large as the picture.
    """
    box = tf.cast(box, tf.float64)
    with tf.control_dependencies(_box_checks(picture, box, margin, row)):
        part = _cut(picture, tf.identity(box), margin, width / height)
    return _scaled(part, height, width, channels)


def as_it_is(
    picture: Any, row: Any, name: str, height: int | None, width: int | None, channels: int
) -> Any:
    """A picture that has the model's size already.

    Args:
        picture: uint8 ``(rows, columns, 3)``, RGB.
        row: its place in the batch, for messages.
        name: of the input, for messages.
        height, width, channels: of the model's input; None: any.

    Returns:
        uint8 ``(rows, columns, channels)``.

    Raises:
        InvalidArgumentError: when it runs: a picture of another size.
    """
    rows, columns = tf.shape(picture)[0], tf.shape(picture)[1]
    fits = require(
        (rows == (rows if height is None else height))
        & (columns == (columns if width is None else width)),
        f"{name}: picture {{}} has {{}} rows and {{}} columns, the model takes "
        f"{height or 'any'} and {width or 'any'}",
        row,
        rows,
        columns,
    )
    with tf.control_dependencies([fits]):
        pixels = grey(picture) if channels == 1 else tf.identity(picture)
    pixels.set_shape((height, width, channels))
    return pixels


def grey(picture: Any) -> Any:
    """Luma of uint8 RGB, uint8 ``(rows, columns, 1)``, rounded as OpenCV rounds it."""
    parts = tf.reduce_sum(tf.cast(picture, tf.int32) * _GREY, axis=2, keepdims=True)
    return tf.cast(tf.bitwise.right_shift(parts + 2 ** (_BITS - 1), _BITS), tf.uint8)


def _box_checks(picture: Any, box: Any, margin: float, row: Any) -> list[Any]:
    rows, columns = (tf.cast(tf.shape(picture)[axis], tf.float64) for axis in (0, 1))
    x, y, width, height = tf.unstack(box)
    side = tf.maximum(width, height) * (1 + 2 * margin)
    seen = (x < columns) & (y < rows) & (x + width > 0) & (y + height > 0)
    of_picture = "the picture of {} rows and {} columns"
    size = tf.shape(picture)[0], tf.shape(picture)[1]
    what = "box: face box {} of picture {}"
    return [
        require(
            tf.reduce_all(tf.math.is_finite(box)) & (width >= 1) & (height >= 1),
            f"{what} is not finite, or smaller than 1 pixel; give x, y, width and height in pixels",
            box,
            row,
        ),
        require(seen, f"{what} lies outside {of_picture}", box, row, *size),
        require(
            side <= LARGEST * tf.maximum(rows, columns),
            f"{what} with margin {margin:g} is more than {LARGEST:g} times as large as "
            f"{of_picture}",
            box,
            row,
            *size,
        ),
    ]


def _cut(picture: Any, box: Any, margin: float, aspect: float) -> Any:
    """As `ferkeras.detect.crop.crop`; ``box`` float64 ``(4,)``."""
    x, y, width, height = tf.unstack(box)
    side = tf.maximum(width, height) * (1 + 2 * margin)
    left, right = _span(x + width / 2, side * max(1.0, aspect))
    top, bottom = _span(y + height / 2, side * max(1.0, 1 / aspect))
    rows, columns = tf.shape(picture)[0], tf.shape(picture)[1]

    def repeated() -> Any:
        down = tf.clip_by_value(tf.range(top, bottom), 0, rows - 1)
        across = tf.clip_by_value(tf.range(left, right), 0, columns - 1)
        return tf.gather(tf.gather(picture, down, axis=0), across, axis=1)

    count = tf.cast(bottom - top, tf.int64) * tf.cast(right - left, tf.int64)
    few = require(
        count <= MOST_PIXELS,
        f"a picture of {{}} rows and {{}} columns would be widened to more than {MOST_PIXELS} "
        "pixels; cut it closer to the face first",
        rows,
        columns,
    )
    inside = (top >= 0) & (left >= 0) & (bottom <= rows) & (right <= columns)
    with tf.control_dependencies([few]):
        return tf.cond(inside, lambda: picture[top:bottom, left:right], repeated)


def _span(centre: Any, length: Any) -> tuple[Any, Any]:
    """First pixel of a stretch, and the one behind its last."""
    count = tf.maximum(tf.round(length), 1.0)
    first = tf.cast(tf.round(centre - count / 2), tf.int32)
    return first, first + tf.cast(count, tf.int32)


def _scaled(part: Any, height: int, width: int, channels: int) -> Any:
    return resized(grey(part) if channels == 1 else part, height, width)
