"""Batches of pictures with their graphs: graphs inside `tf.data`, and batches of like sizes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from ferkeras.prepare import face_graph, model_inputs
from ferkeras.types import GraphSpec, InputSpec

_WINDOW = 16  # batches at most whose pictures are put in order of size
_WINDOWS = 8  # at least, or else the order would be nearly the same in each pass
_NOISE = 0.1  # of a size


def with_graphs(images: tf.Tensor, spec: InputSpec) -> dict[str, tf.Tensor]:
    """`ferkeras.prepare.model_inputs` as a step of `tf.data`.

    The graphs are those of the pictures as they are now: a picture that was flipped, turned or
    shifted brings its graph along, to the pixel.

    Args:
        images: float32 ``(batch, height, width, channels)``, 0..255.
        spec: with a ``graph``.
    """
    assert spec.graph is not None
    shapes = spec.input_shapes

    def convert(pictures: NDArray[np.float32]) -> tuple[NDArray[Any], NDArray[Any]]:
        made = model_inputs(pictures, spec)
        assert isinstance(made, dict)
        return made["nodes"], made["edges"]

    nodes, edges = tf.numpy_function(convert, [images], [tf.float32, tf.int32], stateful=False)
    nodes.set_shape((None, *shapes["nodes"]))
    edges.set_shape((None, *shapes["edges"]))
    return {"image": images, "nodes": nodes, "edges": edges}


def node_counts(pictures: NDArray[Any], spec: GraphSpec, workers: int = 2) -> NDArray[np.int64]:
    """Number of nodes of each picture's graph."""
    with ThreadPoolExecutor(workers) as pool:
        counts = pool.map(lambda picture: len(face_graph(picture, spec).nodes), pictures)
        return np.fromiter(counts, np.int64, len(pictures))


def in_windows_of_size(
    rows: tf.Tensor, sizes: tf.Tensor, batch_size: int, seed: tf.Tensor
) -> tf.Tensor:
    """Row numbers in an order whose batches hold pictures of like size, so that few nodes only pad.

    The shuffled rows are cut into windows of up to 16 batches, at least 8 windows a pass; each is
    sorted by size, give or take a tenth of it at random, and then the batches are shuffled. So
    pictures meet others in each pass, and with fewer than 16 batches the order is a plain shuffle.
    A last, smaller batch is made of the first rows as they come, of any size.

    Args:
        rows: ``(count,)`` shuffled row numbers.
        sizes: ``(all rows,)``.
        batch_size: rows a batch.
        seed: integers ``(2,)``.
    """
    whole = tf.shape(rows, tf.int64)[0] // batch_size
    rest = tf.shape(rows, tf.int64)[0] - whole * batch_size
    kept, rows = rows[:rest], rows[rest:]
    together = tf.clip_by_value(whole // _WINDOWS, 1, _WINDOW)
    window = tf.range(whole * batch_size) // (together * batch_size)
    noise = tf.random.stateless_uniform(tf.shape(rows), seed + 2, 1 - _NOISE, 1 + _NOISE)
    size = tf.cast(tf.gather(sizes, rows), tf.float32) * noise
    by_size = tf.argsort(size, stable=True)
    by_window = tf.argsort(tf.gather(window, by_size), stable=True)
    order = tf.where(together > 1, tf.gather(by_size, by_window), tf.range(tf.size(rows)))
    batches = tf.reshape(tf.gather(rows, order), (whole, batch_size))
    places = tf.random.experimental.stateless_shuffle(tf.range(whole), seed=seed)
    return tf.concat([tf.reshape(tf.gather(batches, places), (-1,)), kept], 0)
