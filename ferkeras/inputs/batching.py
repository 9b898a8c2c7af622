"""`tf.data` batches whose order and augmentation depend on seed and epoch alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from ferkeras.inputs.augment import Augmentation, Augmenter, check_augmentation
from ferkeras.inputs.graph_batches import in_windows_of_size, node_counts, with_graphs
from ferkeras.types import InputSpec


def batches(
    pictures: NDArray[Any],
    targets: NDArray[np.float32],
    batch_size: int,
    *,
    weights: NDArray[np.float32] | None = None,
    augmentation: Augmentation | None = None,
    spec: InputSpec | None = None,
    seed: int = 0,
    first_epoch: int = 0,
    epochs: int = 1,
) -> tf.data.Dataset:
    """Passes over shuffled, augmented training pictures, one after the other.

    All passes come from one iterator: making one costs more than a pass over a small data set.

    Args:
        pictures: uint8 ``(samples, height, width, channels)``, or float32 landmarks ``(samples,
            points, 2)``; prepared.
        targets: ``(samples, classes)`` float32.
        batch_size: pictures a batch; the last, smaller batch is kept.
        weights: ``(samples,)`` loss weights.
        augmentation: None for no change.
        spec: where its ``graph`` is set, batches hold the graphs of the changed pictures too, see
            `ferkeras.prepare.model_inputs`, and pictures with graphs of like size.
        seed: seed of order and augmentation.
        first_epoch: number of the first pass. Two passes of the same number are equal to the bit,
            whatever ran before.
        epochs: how many passes. A batch never holds samples of two of them.

    Returns:
        Batches ``(pictures float32 0..255, targets[, weights])``, ``ceil(samples / batch_size)`` a
        pass; with graphs a dict of image, nodes and edges in the place of the pictures.

    Raises:
        RecipeError: an augmentation that means nothing for this input.
    """
    count = len(pictures)
    augmentation = augmentation or Augmentation()
    check_augmentation(augmentation, pictures.shape[1:])
    augmenter = Augmenter(augmentation, pictures.shape[1:])
    parts = [pictures, targets] + ([] if weights is None else [weights])
    stored = [tf.constant(part) for part in parts]
    graph = None if spec is None else spec.graph
    sizes = None if graph is None else tf.constant(node_counts(pictures, graph))

    def order(epoch: tf.Tensor) -> tf.data.Dataset:
        key = tf.stack([tf.constant(seed, tf.int64), epoch])
        rows = tf.random.experimental.stateless_shuffle(tf.range(count, dtype=tf.int64), seed=key)
        if sizes is not None:
            rows = in_windows_of_size(rows, sizes, batch_size, key + 1)
        parts = tf.data.Dataset.from_tensor_slices(rows).batch(batch_size).enumerate()
        return parts.map(lambda step, rows: (epoch, step, rows))

    def load(epoch: tf.Tensor, step: tf.Tensor, rows: tf.Tensor) -> tuple[Any, ...]:
        key = tf.stack([seed * 1_000_003 + epoch, step])
        chosen = [tf.gather(part, rows) for part in stored]
        images = augmenter(tf.cast(chosen[0], tf.float32), tf.cast(key, tf.int32))
        batch: tuple[Any, ...] = (images, *chosen[1:])
        if augmentation.mixup:
            batch = mixup(list(batch), augmentation.mixup, key)
        if spec is not None and graph is not None:
            batch = (with_graphs(batch[0], spec), *batch[1:])
        return batch

    data = tf.data.Dataset.range(first_epoch, first_epoch + epochs).flat_map(order)
    data = data.map(load, num_parallel_calls=2, deterministic=True)
    steps = epochs * -(-count // batch_size)
    data = data.apply(tf.data.experimental.assert_cardinality(steps)).prefetch(4)
    options = tf.data.Options()
    # There is nothing to tune, and the end of a pass waits for the tuner's thread: up to 20 s seen.
    options.autotune.enabled = False
    return data.with_options(options)


def mixup(parts: list[tf.Tensor], alpha: float, seed: tf.Tensor) -> tuple[tf.Tensor, ...]:
    """Mix each picture, target and weight of a batch with those of its mirror place in the batch.

    Zhang et al. 2018: ``m a + (1 - m) b`` with m from Beta(alpha, alpha); here the larger of m and
    1 - m, so that each picture stays the main one of its pair.

    Args:
        parts: tensors with the same first size.
        alpha: parameter of the distribution, above 0.
        seed: integers ``(2,)``.
    """
    count = tf.shape(parts[0])[0]
    gammas = tf.random.stateless_gamma(
        [2, count], seed + tf.constant([1, 0], seed.dtype), alpha=alpha
    )
    share = gammas[0] / tf.maximum(gammas[0] + gammas[1], 1e-12)
    share = tf.maximum(share, 1.0 - share)

    def mix(part: tf.Tensor) -> tf.Tensor:
        kept = tf.reshape(share, [-1] + [1] * (len(part.shape) - 1))
        return kept * part + (1.0 - kept) * tf.reverse(part, [0])

    return tuple(mix(part) for part in parts)
