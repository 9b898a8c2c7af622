"""OpenCV's two ways of resizing that `ferkeras.prepare` uses, inside a TensorFlow graph."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

_A = -0.75  # OpenCV's; Keys 1981 and `tf.image.resize` have -0.5


def resized(pixels: Any, height: int, width: int) -> Any:
    """As `ferkeras.prepare.face_crop` resizes: mean of the area where smaller, cubic where larger.

    Args:
        pixels: uint8 ``(rows, columns, channels)``; not larger one way and smaller the other.
        height, width: of the result.

    Returns:
        float32 ``(height, width, channels)``, whole values 0..255; of the same size the pixels as
        they are. Apart from OpenCV by 1 at most, where a value lies between two whole ones.
    """
    rows, columns = tf.shape(pixels)[0], tf.shape(pixels)[1]
    result = tf.cond(
        (rows > height) | (columns > width),
        lambda: _area(pixels, height, width),
        lambda: _cubic(pixels, height, width),
    )
    return tf.ensure_shape(result, (height, width, pixels.shape[2]))


def _area(pixels: Any, height: int, width: int) -> Any:
    """Mean of what a pixel of the result covers, parts of pixels by their share."""
    mean = tf.image.resize(pixels, (height, width), tf.image.ResizeMethod.AREA)
    halved = tf.reduce_all(tf.shape(pixels)[:2] == (2 * height, 2 * width))
    return tf.where(halved, tf.floor(mean + 0.5), tf.round(mean))  # 2x2 pixels: halves go up


def _cubic(pixels: Any, height: int, width: int) -> Any:
    """Cubic convolution by 4x4 pixels; the border repeats itself (Keys 1981, a = -0.75)."""
    down, across = (
        _cubic_weights(tf.shape(pixels)[0], height),
        _cubic_weights(tf.shape(pixels)[1], width),
    )
    values = tf.cast(pixels, tf.float32)
    values = tf.einsum("hr,rcn->hcn", down, values)
    values = tf.einsum("wc,hcn->hwn", across, values)
    return tf.clip_by_value(tf.round(values), 0.0, 255.0)


def _cubic_weights(count: Any, wanted: int) -> Any:
    """float32 ``(wanted, count)``: what each of ``count`` pixels gives to each wanted one."""
    scale = tf.cast(count, tf.float64) / wanted
    places = (tf.range(wanted, dtype=tf.float64) + 0.5) * scale - 0.5  # from centre to centre
    first = tf.floor(places)
    part = tf.cast(places - first, tf.float32)

    def near(x: Any) -> Any:  # up to 1 pixel away
        return ((_A + 2) * x - (_A + 3)) * x * x + 1

    def far(x: Any) -> Any:  # 1 to 2 pixels away
        return ((_A * x - 5 * _A) * x + 8 * _A) * x - 4 * _A

    weights = (far(1 + part), near(part), near(1 - part), far(2 - part))
    matrix = tf.zeros((wanted, count))
    for step, weight in enumerate(weights, start=-1):
        place = tf.clip_by_value(tf.cast(first, tf.int32) + step, 0, count - 1)
        matrix += weight[:, None] * tf.one_hot(place, count)
    return matrix
