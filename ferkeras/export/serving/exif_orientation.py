"""Turn a JPEG upright by its EXIF orientation, inside a TensorFlow graph.

EXIF 2.32 (CIPA DC-008), sections 4.5.2 to 4.6.4: the segment APP1 holds a TIFF header and a list of
entries of 12 bytes, of which tag 0x0112 is the orientation, 1..8.
"""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from ferkeras.export.serving.picture_header import first_bytes

_READ = 2**17  # APP1 is one of the first segments, each of 64 KiB at most
_MOST_SEGMENTS, _MOST_ENTRIES = 32, 256
_EXIF = [0xFF, 0xE1, *b"Exif\0\0"]
_SCAN, _TAG, _SHORT = 0xDA, 0x0112, 3


def exif_orientation(content: Any) -> Any:
    """1..8 of a JPEG, int32; 1 (upright) where there is none, or none that can be read."""
    data = first_bytes(content, _READ)

    def at(place: Any) -> Any:
        return tf.gather(data, tf.clip_by_value(place, 0, _READ - 1))

    def is_exif(place: Any) -> Any:
        return tf.reduce_all(at(place + tf.constant((0, 1, 4, 5, 6, 7, 8, 9))) == _EXIF)

    def goes_on(place: Any) -> Any:
        segment = (at(place) == 0xFF) & (at(place + 1) != _SCAN) & (place < _READ)
        return segment & ~is_exif(place)

    def behind(place: Any) -> Any:
        return (place + 2 + at(place + 2) * 256 + at(place + 3),)

    (start,) = tf.while_loop(goes_on, behind, (tf.constant(2),), maximum_iterations=_MOST_SEGMENTS)
    return tf.cond(is_exif(start), lambda: _tag_value(at, start + 10), lambda: tf.constant(1))


def upright(picture: Any, orientation: Any) -> Any:
    """Turn and mirror ``(height, width, channels)`` so that an orientation becomes 1."""

    def turned() -> Any:
        columns_first = tf.transpose(picture, (1, 0, 2))
        pixels = tf.cond(orientation >= 5, lambda: columns_first, lambda: picture)
        for axis, mirrored in ((1, (2, 3, 6, 7)), (0, (3, 4, 7, 8))):
            backwards = tf.reverse(pixels, (axis,))
            among = tf.reduce_any(orientation == mirrored)
            pixels = tf.cond(among, lambda b=backwards: b, lambda p=pixels: p)
        return pixels

    return tf.cond(orientation == 1, lambda: picture, turned)


def _tag_value(at: Any, header: Any) -> Any:
    """The orientation behind a TIFF header."""
    little = at(header) == ord("I")

    def number(place: Any, size: int) -> Any:
        digits = [at(place + step) for step in range(size)]
        low_first = sum(digit * 256**step for step, digit in enumerate(digits))
        high_first = sum(digit * 256**step for step, digit in enumerate(reversed(digits)))
        return tf.where(little, low_first, high_first)

    # A place behind what was read counts as its last byte, and finds no tag there.
    entries = header + tf.clip_by_value(number(header + 4, 4), 0, _READ)
    count = tf.minimum(number(entries, 2), _MOST_ENTRIES)
    places = entries + 2 + 12 * tf.range(count)
    known = (number(places, 2) == _TAG) & (number(places + 2, 2) == _SHORT)
    values = tf.boolean_mask(number(places + 8, 2), known)
    value = tf.concat([values, [1]], axis=0)[0]
    return tf.where((value >= 1) & (value <= 8), value, 1)
