"""The generator of ESRGAN: a deep residual network without batch normalisation, then upsampling."""

from __future__ import annotations

import keras
from keras import layers

from ferkeras.layers._checks import check_count
from ferkeras.layers.residual_dense_block import NEGATIVE_SLOPE
from ferkeras.layers.rrdb import RRDB
from ferkeras.layers.upsample_conv import UpsampleConv
from ferkeras.models._weights import load_weights
from ferkeras.models.esrgan.variants import VARIANTS

_SCALES = (1, 2, 4, 8)


def ESRGANGenerator(
    input_shape: tuple[int | None, int | None, int] = (None, None, 3),
    weights: str | None = None,
    name: str = "esrgan",
    *,
    variant: str = "paper",
    features: int | None = None,
    blocks: int | None = None,
    growth: int | None = None,
    scale: int | None = None,
    upsampling: str | None = None,
) -> keras.Model:
    """RRDBNet of Wang et al. 2018 (ESRGAN, ECCV workshops), section 3.1.

    A convolution, ``blocks`` times `RRDB` and a convolution with a skip over all of them, on the
    small picture; then twice the side for each factor of 2, and two convolutions.

    Args:
        input_shape: ``(height, width, channels)``; sides of None take any size.
        weights: None (random), a released tag, or a path to a ``.keras`` or ``.weights.h5`` file.
            Weights of the public PyTorch programs: `ferkeras.models.esrgan.convert.from_torch`.
        name: the model's name.
        variant: a named setting of `VARIANTS`; each argument below that is not None overrides it.
        features: channels of the feature maps.
        blocks: how many `RRDB`.
        growth: channels that each convolution of a dense block adds.
        scale: how many times larger each side becomes: 1, 2, 4 or 8.
        upsampling: ``"nearest"`` or ``"pixel_shuffle"``, see `UpsampleConv`.

    Returns:
        A functional model. Input: float32 ``(batch, height, width, channels)``, RGB, values 0..255.
        Output: float32 ``(batch, scale * height, scale * width, channels)`` on the same scale. It
        is not clipped, so that training has a gradient everywhere: values a little outside 0..255
        occur. `upscale` gives whole numbers in 0..255.

    Raises:
        ValueError: an unknown variant, or a setting out of range.
    """
    if variant not in VARIANTS:
        raise ValueError(f"no variant {variant!r} of ESRGAN; known: {', '.join(VARIANTS)}")
    given = {
        "features": features,
        "blocks": blocks,
        "growth": growth,
        "scale": scale,
        "upsampling": upsampling,
    }
    setting = {**VARIANTS[variant], **{k: v for k, v in given.items() if v is not None}}
    if setting["scale"] not in _SCALES:
        raise ValueError(f"scale is {setting['scale']!r}, expected one of {_SCALES}")
    if len(input_shape) != 3 or not input_shape[2]:
        raise ValueError(f"input_shape is {input_shape}, expected (height, width, channels)")
    for argument in ("features", "blocks", "growth"):
        check_count(argument, setting[argument])

    # === Layers ===
    def conv(filters: int, label: str, dtype: str | None = None) -> layers.Conv2D:
        return layers.Conv2D(
            filters, 3, padding="same", data_format="channels_last", dtype=dtype, name=label
        )

    # === Functional model ===
    inputs = keras.Input(input_shape, name="input")
    x = layers.Rescaling(1 / 255, name="scale")(inputs)
    first = x = conv(setting["features"], "first_conv")(x)
    for number in range(1, setting["blocks"] + 1):
        x = RRDB(setting["growth"], name=f"rrdb{number}")(x)
    x = layers.Add(name="trunk")([first, conv(setting["features"], "trunk_conv")(x)])
    for number in range(1, setting["scale"].bit_length()):
        x = UpsampleConv(method=setting["upsampling"], name=f"up{number}")(x)
    x = conv(setting["features"], "large_conv")(x)
    x = layers.LeakyReLU(NEGATIVE_SLOPE, name="large")(x)
    x = conv(input_shape[2], "last_conv", "float32")(x)
    outputs = layers.Rescaling(255.0, dtype="float32", name="picture")(x)
    model = keras.Model(inputs, outputs, name=name)

    # === Weights ===
    load_weights(model, weights, system="esrgan")
    return model
