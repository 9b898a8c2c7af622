"""A network between one trained for small errors and one trained to look real."""

from __future__ import annotations

import keras


def interpolate_networks(first: keras.Model, second: keras.Model, share: float) -> keras.Model:
    """``theta = (1 - share) theta_first + share theta_second``: Wang et al. 2018, Eq. 4.

    With the PSNR-trained network first and the GAN-trained one, which began as that one, second:
    fewer artefacts for less fine texture, with no new training. The paper likes 0.8.

    Args:
        first, second: models of the same structure, such as two `ESRGANGenerator`.
        share: 0..1, of the second.

    Returns:
        A new model with the structure and name of the first.

    Raises:
        ValueError: a share outside 0..1, or models of two structures.
    """
    if not 0.0 <= share <= 1.0:
        raise ValueError(f"share is {share}, expected 0..1")
    weights, others = first.get_weights(), second.get_weights()
    shapes, other_shapes = ([one.shape for one in part] for part in (weights, others))
    kinds, other_kinds = ([type(layer) for layer in one.layers] for one in (first, second))
    if shapes != other_shapes or kinds != other_kinds:
        sizes = [f"{sum(one.size for one in part):,}" for part in (weights, others)]
        raise ValueError(
            f"{first.name} ({sizes[0]} weights) and {second.name} ({sizes[1]}) differ in "
            "structure; give two models of one variant"
        )
    between = keras.models.clone_model(first)
    between.set_weights(
        [(1.0 - share) * one + share * other for one, other in zip(weights, others, strict=True)]
    )
    return between
