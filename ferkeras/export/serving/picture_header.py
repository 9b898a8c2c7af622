"""What the first bytes of an encoded picture say, inside a TensorFlow graph."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

JPEG, PNG, GIF, BMP = range(4)
_BEGINNINGS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"BM")  # in this order
_GREY_PALETTE = [value for level in range(256) for value in (level, level, level, 0)]
_BMP_PALETTE = 54  # where it begins, behind the usual header of 14 + 40 bytes


def first_bytes(content: Any, count: int) -> Any:
    """int32 ``(count,)``, 0..255, with zeros behind the end of ``content``."""
    values = tf.io.decode_raw(tf.strings.substr(content, 0, count), tf.uint8)
    padded = tf.pad(values, [[0, count - tf.size(values)]])
    return tf.cast(tf.reshape(padded, (count,)), tf.int32)


def format_number(content: Any) -> Any:
    """`JPEG`, `PNG`, `GIF`, `BMP`, or -1 of anything else."""
    head = first_bytes(content, max(map(len, _BEGINNINGS)))
    number = tf.constant(-1)
    for place, beginning in enumerate(_BEGINNINGS):
        same = tf.reduce_all(head[: len(beginning)] == list(beginning))
        number = tf.where(same, place, number)
    return number


def png_size(content: Any) -> Any:
    """Height and width, int64 ``(2,)`` (PNG specification, section 11.2.2, IHDR); zeros where
    another chunk stands before IHDR, behind which the decoder would find another size."""
    head = first_bytes(content, 24)
    first = tf.reduce_all(head[12:16] == list(b"IHDR"))
    size = tf.stack([_number(head[20:24][::-1]), _number(head[16:20][::-1])])
    return tf.where(first, size, tf.zeros_like(size))


def png_is_low_grey(content: Any) -> Any:
    """Whether a PNG holds grey levels of 1, 2 or 4 bits (IHDR: depth, then colour type)."""
    head = first_bytes(content, 26)
    return (head[25] == 0) & (head[24] < 8)


def bmp_size(content: Any) -> Any:
    """Height and width, int64 ``(2,)`` (BITMAPINFOHEADER, where a height below 0 means that rows
    run from the top)."""
    head = first_bytes(content, 26)
    high = _number(head[22:26])
    return tf.stack([tf.minimum(high, 2**32 - high), _number(head[18:22])])


def bmp_is_plain(content: Any) -> Any:
    """Whether a BMP is not compressed and holds colours, or grey levels, not numbers of colours."""
    head = first_bytes(content, _BMP_PALETTE + len(_GREY_PALETTE))
    bits, compression = _number(head[28:30]), _number(head[30:34])
    colour = (bits == 24) | (bits == 32)
    ramp = tf.reduce_all(head[_BMP_PALETTE:] == _GREY_PALETTE)
    grey = (bits == 8) & (_number(head[14:18]) == 40) & ramp
    return (compression == 0) & (colour | grey)


def _number(digits: Any) -> Any:
    """int64 of bytes, the lowest first."""
    powers = tf.constant([256**place for place in range(digits.shape[0])], tf.int64)
    return tf.reduce_sum(tf.cast(digits, tf.int64) * powers)
