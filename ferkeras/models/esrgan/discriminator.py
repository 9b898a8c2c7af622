"""The discriminators of ESRGAN: how real a picture looks, in one score or one for each pixel."""

from __future__ import annotations

from typing import Any

import keras
from keras import layers

from ferkeras.layers._checks import check_count
from ferkeras.layers.residual_dense_block import NEGATIVE_SLOPE
from ferkeras.models._weights import load_weights
from ferkeras.models.esrgan.variants import DISCRIMINATORS

_STAGES = 5  # of the VGG form: each halves the sides
_UNITS = 100
_LEVELS = 3  # of the U-Net form, likewise


def ESRGANDiscriminator(
    input_shape: tuple[int | None, int | None, int] | None = None,
    weights: str | None = None,
    name: str = "esrgan_discriminator",
    *,
    variant: str = "vgg",
    features: int | None = None,
    spectral_norm: bool | None = None,
) -> keras.Model:
    """The discriminator C of the relativistic average GAN: scores before any sigmoid.

    ``"vgg"``: the public program of Wang et al. 2018 (ESRGAN) for 128x128: ten convolutions, 3x3
    and 4x4 at stride 2 in turn, batch normalisation after all but the first, two dense layers.
    ``"unet"``: Wang et al. 2021 (Real-ESRGAN), section 3.2: three levels down and up again with
    skips that are added, spectral normalisation, a score for each pixel, pictures of any size.

    Args:
        input_shape: ``(height, width, channels)``; None takes the variant's. Sides of ``"vgg"``
            are known multiples of 32, those of ``"unet"`` multiples of 8 or None.
        weights: None (random), a released tag, or a path to a ``.keras`` or ``.weights.h5`` file.
        name: the model's name.
        variant: a named setting of `DISCRIMINATORS`; each argument that is not None overrides it.
        features: channels of the first convolution.
        spectral_norm: each kernel but the first's and the last's is divided by its largest singular
            value (Miyato et al. 2018), as `keras.layers.SpectralNormalization` does it.

    Returns:
        A functional model. Input: float32 ``(batch, height, width, channels)``, RGB, 0..255.
        Output: float32, ``"vgg"`` ``(batch, 1)``, ``"unet"`` ``(batch, height, width, 1)``.

    Raises:
        ValueError: an unknown variant, or a size or number out of range.
    """
    if variant not in DISCRIMINATORS:
        known = ", ".join(DISCRIMINATORS)
        raise ValueError(f"no variant {variant!r} of the discriminator; known: {known}")
    given = {"input_shape": input_shape, "features": features, "spectral_norm": spectral_norm}
    setting = {**DISCRIMINATORS[variant], **{k: v for k, v in given.items() if v is not None}}
    check_count("features", setting["features"])
    _check_sides(setting["input_shape"], variant)

    # === Layers ===
    def conv(x: Any, filters: int, label: str, *, first: bool = False, half: bool = False) -> Any:
        layer = layers.Conv2D(
            filters,
            4 if half else 3,
            strides=2 if half else 1,
            padding="same",
            use_bias=first,
            data_format="channels_last",
            name=label,
        )
        if setting["spectral_norm"] and not first:
            # In float32: half precision has no place for the small number that it divides by.
            layer = layers.SpectralNormalization(layer, dtype="float32", name=f"{label}_spectral")
        x = layer(x)
        if variant == "vgg" and not first:
            x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"{label}_norm")(x)
        return layers.LeakyReLU(NEGATIVE_SLOPE, name=f"{label}_activation")(x)

    def one_score(x: Any) -> Any:
        for stage in range(1, _STAGES + 1):
            filters = width * min(8, 2 ** (stage - 1))
            x = conv(x, filters, f"stage{stage}_conv1", first=stage == 1)
            x = conv(x, filters, f"stage{stage}_conv2", half=True)
        x = layers.Dense(_UNITS, name="hidden")(layers.Flatten(name="flat")(x))
        x = layers.LeakyReLU(NEGATIVE_SLOPE, name="hidden_activation")(x)
        return layers.Dense(1, dtype="float32", name="score")(x)

    def score_of_each_pixel(x: Any) -> Any:
        x = conv(x, width, "level0_conv", first=True)
        skips = [x]
        for level in range(1, _LEVELS + 1):
            x = conv(x, width * 2**level, f"level{level}_conv", half=True)
            skips.append(x)
        for level in range(_LEVELS - 1, -1, -1):
            x = layers.UpSampling2D(2, "channels_last", "bilinear", name=f"up{level}")(x)
            x = conv(x, width * 2**level, f"up{level}_conv")
            x = layers.Add(name=f"up{level}_sum")([x, skips[level]])
        for number in (1, 2):
            x = conv(x, width, f"head_conv{number}")
        return layers.Conv2D(
            1, 3, padding="same", data_format="channels_last", dtype="float32", name="score"
        )(x)

    # === Functional model ===
    width = setting["features"]
    inputs = keras.Input(setting["input_shape"], name="input")
    x = layers.Rescaling(1 / 255, name="scale")(inputs)
    model = keras.Model(
        inputs, one_score(x) if variant == "vgg" else score_of_each_pixel(x), name=name
    )

    # === Weights ===
    load_weights(model, weights, system="esrgan")
    return model


def _check_sides(input_shape: Any, variant: str) -> None:
    """Raise ValueError unless the sides can be halved as often as the variant does it."""
    factor = 2 ** (_STAGES if variant == "vgg" else _LEVELS)
    shape = tuple(input_shape)
    known = len(shape) == 3 and shape[2] is not None and (variant == "unet" or None not in shape)
    if not known or any(side is not None and (side < 1 or side % factor) for side in shape[:2]):
        raise ValueError(
            f"input_shape is {shape}, expected (height, width, channels), both sides multiples of "
            f"{factor}" + (" or None" if variant == "unet" else "")
        )
