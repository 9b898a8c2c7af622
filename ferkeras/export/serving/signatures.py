"""The signatures of a SavedModel, as TensorFlow Serving calls them.

=================== ============================================ =================================
signature           inputs                                       made for
=================== ============================================ =================================
``serving_default`` the model's own, by their names              every model
``serving_bytes``   ``<name>_bytes`` in the place of each        models that take pictures, and
                    picture, the rest as they are                restorers
``serving_faces``   ``input_bytes`` and ``box``                  models that take one picture alone
=================== ============================================ =================================

A classifier gives ``probabilities`` and ``scores``, float32 ``(n, classes)`` and equal, and
``classes``, strings ``(n, classes)``: the labels in the same order. ``classes`` and ``scores`` are
the names that TensorFlow Serving's Classify calls have for them. A restorer gives ``picture``,
float32, and of bytes ``picture_bytes``, PNG files.

The server has undone base64 before a signature sees bytes. It tells bytes from text in its own JSON
answers by names that end in ``_bytes``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import tensorflow as tf

from ferkeras.export.export_source import ExportSource
from ferkeras.export.frozen import input_signature, serving_function
from ferkeras.export.serving.checks import require
from ferkeras.export.serving.picture_batches import (
    BOX,
    Tensors,
    boxed_faces,
    decoder,
    same_count,
    whole_pictures,
)
from ferkeras.export.serving.picture_inputs import bytes_name, picture_inputs, takes_boxes
from ferkeras.export.serving.restored_bytes import restored_png
from ferkeras.runtime.named_inputs import INPUT, LANDMARKS
from ferkeras.runtime.output_form import PICTURE, PROBABILITIES

DEFAULT, BYTES, FACES = "serving_default", "serving_bytes", "serving_faces"
CLASSES, SCORES = "classes", "scores"


def signatures(source: ExportSource) -> dict[str, Any]:
    """Concrete functions by the names of their signatures; which ones, see above.

    ``serving_bytes`` and ``serving_faces`` are left out where no picture file can become the input:
    of clips (save for models that take the frames themselves), of landmarks, and where faces are
    made small first (``InputSpec.resolution``), which is done by OpenCV and by another model.
    ``serving_faces`` is left out, too, where a face is aligned by its landmarks, and where other
    inputs are made of the face that is cut out (graphs).
    """
    specs = {one.name: one for one in input_signature(source.model)}
    run = serving_function(source.model, lambda inputs: source.model(inputs, training=False))

    def checked(arrays: Tensors) -> dict[str, Any]:
        shaped = {name: tf.ensure_shape(arrays[name], specs[name].shape) for name in specs}
        count = tf.shape(shaped[next(iter(specs))])[0]
        filled = require(count > 0, "the batch is empty; send one sample or more")
        checks = [filled, *_finite(shaped), *_inside(shaped, source)]
        with tf.control_dependencies(checks):
            answer = run(**{name: tf.identity(array) for name, array in shaped.items()})
        return _named_answer(answer, source.labels)

    functions = {DEFAULT: _traced(lambda **arrays: checked(arrays), specs)}
    pictures = picture_inputs(source)
    if not pictures:
        return functions
    files = {bytes_name(name): _files(bytes_name(name)) for name in pictures}
    decode = {name: decoder(name) for name in files}
    if not source.labels:
        functions[BYTES] = _traced(lambda **given: restored_png(given, source, run), files)
        return functions

    def of_files(**given: Any) -> dict[str, Any]:
        arrays = {name: given[name] for name in specs if name not in pictures}
        with tf.control_dependencies(same_count(given, next(iter(files)))):
            for name in pictures:
                arrays[name] = whole_pictures(given, specs[name], decode)
        return checked(arrays)

    rest = {name: spec for name, spec in specs.items() if name not in pictures}
    functions[BYTES] = _traced(of_files, {**files, **rest})
    if takes_boxes(source):
        boxes = {BOX: tf.TensorSpec((None, 4), tf.float32, name=BOX)}

        def of_faces(**given: Any) -> dict[str, Any]:
            with tf.control_dependencies(same_count(given, bytes_name(INPUT))):
                faces = boxed_faces(given, specs[INPUT], decode, source.spec.margin)
            return checked({INPUT: faces})

        functions[FACES] = _traced(of_faces, {**files, **boxes})
    return functions


def _finite(arrays: Tensors) -> list[Any]:
    """Fails on NaN and infinity, which some operators turn into plausible answers."""
    return [
        require(
            tf.reduce_all(tf.math.is_finite(array)),
            f"{name}: holds values that are not finite; send finite ones",
        )
        for name, array in arrays.items()
        if array.dtype.is_floating
    ]


def _inside(arrays: Tensors, source: ExportSource) -> list[Any]:
    """Fails on landmarks that no registered face has: nonsense would get an answer too."""
    if LANDMARKS not in arrays or source.spec.flow is None:
        return []
    places, side = arrays[LANDMARKS], float(source.spec.flow.face_size)
    near = tf.reduce_all((places > -side) & (places < 2 * side))  # false of NaN
    apart = tf.reduce_all(tf.abs(places[:, 1, 0] - places[:, 0, 0]) >= 1)  # the eyes
    return [
        require(
            near & apart,
            f"landmarks: expected (x, y) of five points in pixels of a face of {side:g}x{side:g}, "
            "got {}",
            places,
        )
    ]


def _traced(call: Callable[..., Any], specs: Mapping[str, Any]) -> Any:
    return tf.function(call, autograph=False).get_concrete_function(**specs)


def _files(name: str) -> Any:
    return tf.TensorSpec((None,), tf.string, name=name)


def _named_answer(answer: Tensors, labels: tuple[str, ...]) -> dict[str, Any]:
    """A classifier's answer with its labels."""
    if PICTURE in answer:
        return dict(answer)
    values = answer[PROBABILITIES]
    classes = tf.tile(tf.constant([labels]), (tf.shape(values)[0], 1))
    return {PROBABILITIES: values, CLASSES: classes, SCORES: tf.identity(values)}
