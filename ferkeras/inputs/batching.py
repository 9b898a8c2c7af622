"""`tf.data` batches whose order and augmentation depend on seed and epoch alone."""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from ferkeras.errors import RecipeError
from ferkeras.inputs.augment import Augmentation, Augmenter


def batches(
    pictures: NDArray[np.uint8],
    targets: NDArray[np.float32],
    batch_size: int,
    *,
    weights: NDArray[np.float32] | None = None,
    augmentation: Augmentation | None = None,
    seed: int = 0,
    epoch: tf.Variable | None = None,
) -> tf.data.Dataset:
    """One pass over shuffled, augmented training pictures; iterate again for the next epoch.

    Args:
        pictures: uint8 ``(samples, height, width, channels)``, prepared.
        targets: ``(samples, classes)`` float32.
        batch_size: pictures a batch; the last, smaller batch is kept.
        weights: ``(samples,)`` loss weights.
        augmentation: None for no change.
        seed: seed of order and augmentation.
        epoch: int64 scalar variable, read when a pass begins; the caller counts it up. Two passes
            at the same epoch are equal to the bit, whatever ran before.

    Returns:
        Batches ``(pictures float32 0..255, targets[, weights])``.

    Raises:
        RecipeError: ``hsv`` for pictures that are not RGB.
    """
    count = len(pictures)
    epoch = tf.Variable(0, dtype=tf.int64, trainable=False) if epoch is None else epoch
    augmentation = augmentation or Augmentation()
    if augmentation.hsv and pictures.shape[-1] != 3:
        raise RecipeError("augmentation.hsv needs RGB pictures: set input.channels=3")
    augmenter = Augmenter(augmentation)
    parts = [pictures, targets] + ([] if weights is None else [weights])
    stored = [tf.constant(part) for part in parts]

    def order(_: tf.Tensor) -> tf.data.Dataset:
        key = tf.stack([tf.constant(seed, tf.int64), epoch.read_value()])
        rows = tf.random.experimental.stateless_shuffle(tf.range(count, dtype=tf.int64), seed=key)
        return tf.data.Dataset.from_tensor_slices(rows)

    def load(step: tf.Tensor, rows: tf.Tensor) -> tuple[tf.Tensor, ...]:
        key = tf.stack([seed * 1_000_003 + epoch.read_value(), step])
        chosen = [tf.gather(part, rows) for part in stored]
        images = augmenter(tf.cast(chosen[0], tf.float32), tf.cast(key, tf.int32))
        if augmentation.mixup:
            return mixup([images, *chosen[1:]], augmentation.mixup, key)
        return (images, *chosen[1:])

    data = tf.data.Dataset.range(1).flat_map(order).batch(batch_size).enumerate()
    data = data.map(load, num_parallel_calls=2, deterministic=True)
    return data.apply(tf.data.experimental.assert_cardinality(-(-count // batch_size))).prefetch(4)


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
