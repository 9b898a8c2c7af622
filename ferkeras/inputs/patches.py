"""Square crops of pictures of any size, at random; order and crops depend on seed and epoch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from ferkeras.errors import DatasetError
from ferkeras.types import Picture


def patch_steps(pictures: int, batch_size: int, per_picture: int = 1) -> int:
    """Batches in one pass of `patch_batches`."""
    return -(-pictures * per_picture // batch_size)


def patch_batches(
    pictures: Sequence[Picture],
    side: int,
    batch_size: int,
    *,
    per_picture: int = 1,
    flip: bool = True,
    seed: int = 0,
    first_epoch: int = 0,
    epochs: int = 1,
) -> tf.data.Dataset:
    """Passes over shuffled pictures, ``per_picture`` crops of each.

    Every batch is full, so that one traced step and one mean over the batch serve all: the last of
    a pass is filled up with more crops of its first pictures.

    Args:
        pictures: uint8 ``(height, width, channels)`` each, sides of at least ``side``.
        side: of a crop, in pixels.
        batch_size: crops a batch.
        per_picture: crops of each picture in a pass.
        flip: mirror half of them.
        seed: seed of order, places and mirroring.
        first_epoch: number of the first pass. Two passes of the same number are equal to the bit.
        epochs: how many passes.

    Returns:
        uint8 batches ``(batch_size, side, side, channels)``, `patch_steps` a pass.

    Raises:
        DatasetError: no picture, or one that is too small.
    """
    if not pictures:
        raise DatasetError("no pictures to take crops of")
    small = [picture.shape for picture in pictures if min(picture.shape[:2]) < side]
    if small:
        raise DatasetError(
            f"a picture of {small[0]} is too small for crops of {side}x{side} pixels"
        )
    steps = patch_steps(len(pictures), batch_size, per_picture)

    def crops() -> Iterator[NDArray[np.uint8]]:
        for epoch in range(first_epoch, first_epoch + epochs):
            rng = np.random.default_rng([seed, epoch])
            order = np.tile(np.arange(len(pictures)), per_picture)
            order = np.resize(rng.permutation(order), steps * batch_size)
            for step in range(steps):
                rows = order[step * batch_size : (step + 1) * batch_size]
                yield np.stack([_crop(pictures[row], side, flip, rng) for row in rows])

    shape = (batch_size, side, side, pictures[0].shape[-1])
    data = tf.data.Dataset.from_generator(crops, output_signature=tf.TensorSpec(shape, tf.uint8))
    data = data.apply(tf.data.experimental.assert_cardinality(epochs * steps)).prefetch(4)
    options = tf.data.Options()
    options.autotune.enabled = False  # there is nothing to tune
    return data.with_options(options)


def _crop(picture: Picture, side: int, flip: bool, rng: np.random.Generator) -> Picture:
    top = rng.integers(picture.shape[0] - side + 1)
    left = rng.integers(picture.shape[1] - side + 1)
    part = picture[top : top + side, left : left + side]
    mirrored = rng.random() < 0.5  # drawn in any case, so that flip changes no place
    return part[:, ::-1] if flip and mirrored else part
