"""The convolutions of VGG19, up to one of them, with the weights of keras.applications."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
from keras import layers, ops

from ferkeras.errors import ModelFileError

BLOCKS = {1: (64, 2), 2: (128, 2), 3: (256, 4), 4: (512, 4), 5: (512, 4)}
LAYERS = [f"conv{block}_{n}" for block, (_, count) in BLOCKS.items() for n in range(1, count + 1)]
MEAN = (123.68, 116.779, 103.939)  # of ImageNet's pictures, in RGB order


def vgg19_features(last: str, weights: str) -> keras.Model:
    """Pictures -> what the convolution ``last`` gives, before its ReLU.

    Simonyan and Zisserman 2015, configuration E, as ported to keras.applications: BGR order,
    ImageNet's mean subtracted, no division. That is done in here.

    Args:
        last: one of `LAYERS`.
        weights: ``"imagenet"``, ``"random"`` (the same in every run on one backend) or a path to
            weights that ``keras.applications.VGG19(include_top=False)`` takes.

    Returns:
        A frozen model: float32 ``(batch, height, width, 3)``, 0..255, RGB -> feature maps.

    Raises:
        ModelFileError: weights that cannot be had.
    """
    source = None if weights == "random" else _stored(weights)
    inputs = keras.Input((None, None, 3), dtype="float32")
    x = ops.flip(inputs - ops.convert_to_tensor(MEAN, "float32"), axis=-1)
    for number, name in enumerate(LAYERS):
        block, place = int(name[4]), int(name[6])
        if place == 1 and block > 1:
            x = layers.MaxPooling2D(2, data_format="channels_last", dtype="float32")(x)
        conv = layers.Conv2D(
            BLOCKS[block][0],
            3,
            padding="same",
            activation=None if name == last else "relu",
            data_format="channels_last",
            kernel_initializer=keras.initializers.HeNormal(seed=number),
            dtype="float32",
            name=f"block{block}_conv{place}",
        )
        x = conv(x)
        if source is not None:
            conv.set_weights(source.get_layer(conv.name).get_weights())
        if name == last:
            break
    model = keras.Model(inputs, x, name=f"vgg19_{last}")
    model.trainable = False
    return model


def _stored(weights: str) -> Any:
    if weights != "imagenet" and not Path(weights).is_file():
        raise ModelFileError(
            f"weights of VGG19: {weights}: no such file; give 'imagenet', 'random', or the path of "
            "vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5 of keras.applications"
        )
    try:
        return keras.applications.VGG19(include_top=False, weights=weights)
    except Exception as error:  # no network: a bare Exception; a bad file: OSError, ValueError, ...
        reason = (str(error).strip() or repr(error)).splitlines()[0]
        raise ModelFileError(
            f"weights of VGG19 cannot be had from {weights!r} ({reason}); without a network, give "
            "the path of vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5 of keras.applications, "
            "or fallback='pixels'"
        ) from error
