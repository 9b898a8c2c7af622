"""Picture files in, larger PNG files out, inside a TensorFlow graph."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import tensorflow as tf

from ferkeras.export.export_source import ExportSource
from ferkeras.export.serving.face_crop import as_it_is
from ferkeras.export.serving.picture_bytes import decoded
from ferkeras.export.serving.picture_inputs import bytes_name
from ferkeras.runtime.named_inputs import INPUT
from ferkeras.runtime.output_form import PICTURE

MOST_PIXELS = 512 * 512
"""Of a small picture: a generator holds tens of values of four bytes for each larger pixel."""


def restored_png(
    given: Mapping[str, Any], source: ExportSource, run: Callable[..., Any]
) -> dict[str, Any]:
    """Each picture enlarged by itself, whole (not in tiles, as `ferkeras.Restorer` does).

    Args:
        given: ``input_bytes``: strings ``(n,)``; the pictures may be of any sizes, up to
            `MOST_PIXELS`, or have the model's own size where that is fixed.
        source: of a restorer.
        run: the model, by its input's name.

    Returns:
        ``picture_bytes``: strings ``(n,)``, PNG, values rounded and clipped to 0..255.

    Raises:
        InvalidArgumentError: when it runs: as `decoded`, or another size than the model takes.
    """
    name = bytes_name(INPUT)
    shape = source.model.input_shape[1:]

    def one(each: tuple[Any, Any]) -> Any:
        content, row = each
        pixels = as_it_is(decoded(content, row, name, MOST_PIXELS), row, name, *shape)
        large = run(**{INPUT: tf.cast(pixels, tf.float32)[None]})[PICTURE][0]
        whole = tf.clip_by_value(tf.round(large), 0.0, 255.0)
        return tf.io.encode_png(tf.cast(whole, tf.uint8))

    files = given[name]
    elements = (files, tf.range(tf.shape(files)[0]))
    large = tf.map_fn(one, elements, fn_output_signature=tf.TensorSpec((), tf.string))
    return {bytes_name(PICTURE): large}
