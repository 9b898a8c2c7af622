"""Encoded pictures -> pixels, inside a TensorFlow graph."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from ferkeras.export.serving import picture_header
from ferkeras.export.serving.checks import require
from ferkeras.export.serving.exif_orientation import exif_orientation, upright

MOST_PIXELS = 100_000_000  # as `ferkeras.media.read_image`


def decoded(content: Any, row: Any, name: str, most_pixels: int = MOST_PIXELS) -> Any:
    """A JPEG, PNG or BMP file as `ferkeras.media.read_image` gives it.

    Upright by the EXIF orientation of a JPEG; what is transparent in a PNG lies on white; of 16
    bits a channel the upper 8 count. Its size is read, and checked, before it is decoded. A GIF is
    refused: its frames may be of any size, whatever its first bytes say.

    Args:
        content: the file's bytes, a scalar string.
        row: its place in the batch, for messages.
        name: of the input, for messages.
        most_pixels: larger pictures are refused.

    Returns:
        uint8 ``(height, width, 3)``, RGB.

    Raises:
        InvalidArgumentError: when it runs: no bytes, no such picture, one that is too large, cut
            off or damaged, a GIF, or a BMP that is compressed or has a palette.
    """
    kind = picture_header.format_number(content)
    what = f"{name}: picture {{}}"
    filled = require(
        tf.strings.length(content) > 0, f"{what} is empty; send the bytes of a picture file", row
    )
    with tf.control_dependencies([filled]):
        known = require(
            kind >= 0,
            f"{what} is no picture, it begins with the bytes {{}}; send a JPEG, PNG or BMP file "
            " (by REST in base64)",
            row,
            picture_header.first_bytes(content, 8),
        )

    def small(size: Any) -> Any:
        height, width = size[0], size[1]
        return require(
            (height > 0) & (width > 0) & (height <= most_pixels // tf.maximum(width, 1)),
            f"{what} has {{}} rows and {{}} columns, {most_pixels} pixels are allowed; make it "
            "smaller first",
            row,
            height,
            width,
        )

    def jpeg() -> Any:
        size = tf.cast(tf.image.extract_jpeg_shape(content)[:2], tf.int64)
        with tf.control_dependencies([small(size)]):
            pixels = tf.io.decode_jpeg(content, channels=3, dct_method="INTEGER_ACCURATE")
        return upright(pixels, exif_orientation(content))

    def png() -> Any:
        with tf.control_dependencies([small(picture_header.png_size(content))]):
            return tf.cond(
                picture_header.png_is_low_grey(content),  # by 4 channels its levels stay 0..15
                lambda: tf.io.decode_png(content, channels=3),
                lambda: _on_white(tf.io.decode_png(content, channels=4)),
            )

    def gif() -> Any:
        refused = require(tf.constant(False), f"{what} is a GIF; send it as PNG", row)
        with tf.control_dependencies([refused]):
            return tf.zeros((1, 1, 3), tf.uint8)

    def bmp() -> Any:
        plain = require(
            picture_header.bmp_is_plain(content),
            f"{what} is a BMP that is compressed or has a palette of colours; send it as PNG",
            row,
        )
        with tf.control_dependencies([plain, small(picture_header.bmp_size(content))]):
            pixels = tf.io.decode_bmp(content, channels=0)
        channels = tf.minimum([0, 1, 2], tf.shape(pixels)[2] - 1)  # grey: thrice the only one
        return tf.gather(pixels, channels, axis=2)

    # a decoder's own message names neither input nor trouble, but the place in the graph
    with tf.control_dependencies([known]), tf.name_scope(f"{name}_cut_off_or_damaged"):
        pixels = tf.switch_case(kind, [jpeg, png, gif, bmp])
    pixels.set_shape((None, None, 3))
    return pixels


def _on_white(pixels: Any) -> Any:
    """RGBA -> RGB; see-through parts show white, rounded as `ferkeras.media.as_picture` does."""
    colour, alpha = pixels[..., :3], pixels[..., 3:]

    def blended() -> Any:
        share = tf.cast(alpha, tf.int32)
        mixed = tf.cast(colour, tf.int32) * share + 255 * (255 - share) + 127
        return tf.cast(mixed // 255, tf.uint8)

    return tf.cond(tf.reduce_all(alpha == 255), lambda: colour, blended)
