"""What sees the picture: networks of keras-hub, and a small one of our own."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras
from keras import layers, ops

from ferkeras.errors import FerkerasError

PRESETS = {
    "resnet50": "resnet_50_imagenet",
    "vgg16": "vgg_16_imagenet",
    "swin_base": "swin_base_patch4_window7_224",
    "swin_large": "swin_large_patch4_window7_224",
}
"""Backbones of Table 3 and the keras-hub presets that hold their ImageNet weights."""
NAMES = ("small", *PRESETS)
_RESNET50 = {
    "input_conv_filters": [64],
    "input_conv_kernel_sizes": [7],
    "stackwise_num_filters": [64, 128, 256, 512],
    "stackwise_num_blocks": [3, 4, 6, 3],
    "stackwise_num_strides": [1, 2, 2, 2],
    "block_type": "bottleneck_block",
}
_VGG = {
    "stackwise_num_repeats": [2, 2, 3, 3, 3],
    "stackwise_num_filters": [64, 128, 256, 512, 512],
}
_SWIN = {"depths": (2, 2, 18, 2), "window_size": 7}
_SETTINGS: dict[str, tuple[str, dict[str, Any]]] = {
    "resnet50": ("ResNetBackbone", _RESNET50),
    "vgg16": ("VGGBackbone", _VGG),
    "swin_base": (
        "SwinTransformerBackbone",
        {**_SWIN, "embed_dim": 128, "num_heads": (4, 8, 16, 32)},
    ),
    "swin_large": (
        "SwinTransformerBackbone",
        {**_SWIN, "embed_dim": 192, "num_heads": (6, 12, 24, 48)},
    ),
}
_SIDE = 224
_MEAN, _DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of ImageNet, in 0..1
_STAGES = (32, 64, 128, 256)


def visual_features(picture: Any, backbone: str, pretrained: bool) -> Any:
    """What a picture shows: the mean over all places of the feature maps, layer ``visual_maps``.

    Args:
        picture: ``(batch, height, width, 1 or 3)``, 0..255.
        backbone: one of `NAMES`.
        pretrained: take ImageNet weights.

    Returns:
        ``(batch, channels)``.

    Raises:
        ValueError: an unknown backbone, or ``pretrained`` of the small one.
        FerkerasError: keras-hub is not installed, or its weights cannot be had.
    """
    if backbone not in NAMES:
        raise ValueError(f"no backbone {backbone!r}; known: {', '.join(NAMES)}")
    if backbone == "small":
        if pretrained:
            raise ValueError("the small backbone has no pretrained weights; leave pretrained out")
        maps = _small(picture)
    else:
        maps = _of_hub(picture, backbone, pretrained)
    return layers.GlobalAveragePooling2D(name="visual_pool")(maps)


def _small(picture: Any) -> Any:
    """Four stages of two 3x3 convolutions with a shortcut; the first one halves the picture."""
    x = layers.Rescaling(1 / 127.5, offset=-1.0, name="scale")(picture)
    for number, filters in enumerate(_STAGES, start=1):
        x = layers.Conv2D(
            filters,
            3,
            1 if number > 1 else 2,
            padding="same",
            use_bias=False,
            name=f"conv{number}a",
        )(x)
        x = layers.BatchNormalization(momentum=0.9, name=f"bn{number}a")(x)
        y = layers.ReLU(name=f"relu{number}a")(x)
        y = layers.Conv2D(filters, 3, padding="same", use_bias=False, name=f"conv{number}b")(y)
        y = layers.BatchNormalization(momentum=0.9, name=f"bn{number}b")(y)
        x = layers.ReLU(name="visual_maps" if number == len(_STAGES) else f"relu{number}b")(x + y)
        if number < len(_STAGES):
            x = layers.MaxPooling2D(2, padding="same", name=f"pool{number}")(x)
    return x


def _of_hub(picture: Any, backbone: str, pretrained: bool) -> Any:
    """The picture at 224x224 in RGB, normalised as for ImageNet, through a keras-hub backbone."""
    channels = picture.shape[-1]
    if channels == 1:
        picture = layers.Concatenate(name="rgb")([picture] * 3)
    if tuple(picture.shape[1:3]) != (_SIDE, _SIDE):
        picture = layers.Resizing(_SIDE, _SIDE, interpolation="bilinear", name="resize")(picture)
    scale = [1 / (255 * deviation) for deviation in _DEVIATION]
    offset = [-mean / deviation for mean, deviation in zip(_MEAN, _DEVIATION, strict=True)]
    picture = layers.Rescaling(scale, offset, name="scale")(picture)
    with _no_mask_warning():
        maps = hub_backbone(backbone, pretrained)(picture)
    if len(maps.shape) == 3:  # Swin gives its places in a row
        side = _SIDE // 32
        maps = ops.reshape(maps, (-1, side, side, maps.shape[-1]))
    return layers.Identity(name="visual_maps")(maps)


def hub_backbone(backbone: str, pretrained: bool = False) -> keras.Model:
    """A keras-hub backbone for 224x224 pictures, with random or with ImageNet weights.

    Raises:
        FerkerasError: keras-hub is not installed, or its weights cannot be had.
    """
    try:
        import keras_hub
    except ImportError as error:
        raise FerkerasError(
            f"backbone {backbone!r} needs keras-hub; install it with pip install "
            "'ferkeras[backbones]' into this environment, or take the variant 'small' "
            "(--variant small)"
        ) from error
    name, settings = _SETTINGS[backbone]
    kind: Any = getattr(keras_hub.models, name)
    if not pretrained:
        with _no_mask_warning():
            return kind(**settings, image_shape=(_SIDE, _SIDE, 3), name=backbone)
    preset = PRESETS[backbone]
    try:
        return kind.from_preset(preset)
    except Exception as error:  # of the network, of the host's client, or of Keras
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        raise FerkerasError(
            f"the weights of keras-hub preset {preset!r} cannot be had here "
            f"({(lines or [type(error).__name__])[0][:160]}); connect to the network, or build "
            "with pretrained=False and load weights of your own"
        ) from error


@contextmanager
def _no_mask_warning() -> Iterator[None]:
    """Hold back what Keras says of Swin's attention: its windows carry a mask without use."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"Layer 'attn' \(of type WindowAttention\)")
        yield
