"""A batch of picture files -> a batch of a model's input, inside a TensorFlow graph."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import tensorflow as tf

from ferkeras.export.serving.checks import require
from ferkeras.export.serving.face_crop import as_it_is, boxed_face, whole_picture
from ferkeras.export.serving.picture_bytes import decoded
from ferkeras.export.serving.picture_inputs import FRAMES, bytes_name

BOX = "box"

Tensors = Mapping[str, Any]


def decoder(name: str) -> Any:
    """`decoded` for one input; a function of its own, which the signatures share."""
    kinds = [tf.TensorSpec((), tf.string), tf.TensorSpec((), tf.int32)]
    return tf.function(
        lambda content, row: decoded(content, row, name), input_signature=kinds, autograph=False
    )


def whole_pictures(given: Tensors, spec: Any, decode: Tensors) -> Any:
    """Files that are face crops, or registered frames, as the input ``spec``.

    Args:
        given: the signature's inputs; the files are strings ``(n,)``.
        spec: of the model's input, with its name.
        decode: a `decoder` by the name of each input of files.

    Returns:
        ``(n, height, width, channels)``.
    """
    name, shape = bytes_name(spec.name), spec.shape[1:]

    def one(each: tuple[Any, Any]) -> Any:
        picture, row = decode[name](*each), each[1]
        if spec.name in FRAMES:
            return tf.cast(as_it_is(picture, row, name, *shape), spec.dtype)
        return tf.cast(whole_picture(picture, *shape), spec.dtype)

    elements = (given[name], tf.range(tf.shape(given[name])[0]))
    return tf.map_fn(one, elements, fn_output_signature=tf.TensorSpec(shape, spec.dtype))


def boxed_faces(given: Tensors, spec: Any, decode: Tensors, margin: float) -> Any:
    """Files that are photographs, and in `BOX` the box of the face in each; as there."""
    name, shape = bytes_name(spec.name), spec.shape[1:]

    def one(each: tuple[Any, Any, Any]) -> Any:
        content, row, box = each
        picture = decode[name](content, row)
        return tf.cast(boxed_face(picture, box, margin, row, *shape), spec.dtype)

    elements = (given[name], tf.range(tf.shape(given[name])[0]), given[BOX])
    return tf.map_fn(one, elements, fn_output_signature=tf.TensorSpec(shape, spec.dtype))


def same_count(given: Tensors, files: str) -> list[Any]:
    """Checks that every input holds one sample for each picture file."""
    count = tf.shape(given[files])[0]
    return [
        require(
            tf.shape(given[name])[0] == count,
            f"{files} holds {{}} pictures and {name} {{}} rows; give one for each picture",
            count,
            tf.shape(given[name])[0],
        )
        for name in given
        if name != files
    ]
