"""The weights of the public PyTorch generators -> ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import keras

from ferkeras.models._state_dict import read_state_dict
from ferkeras.models._torch_weights import TorchWeight, assign_weights, conv_weights
from ferkeras.models.esrgan.model import ESRGANGenerator

__all__ = ["from_torch", "read_state_dict"]
_HINT = "features=64, blocks=23, growth=32, scale=4"


class _Names(NamedTuple):
    """What a program calls its convolutions; numbers are put in."""

    dense: str
    trunk: str
    up: str
    large: str


_OLD = _Names("RRDB_trunk.{0}.RDB{1}.conv{2}", "trunk_conv", "upconv{0}", "HRconv")
_NEW = _Names("body.{0}.rdb{1}.conv{2}", "conv_body", "conv_up{0}", "conv_hr")


def from_torch(state_dict: Mapping[str, Any], **config: Any) -> keras.Model:
    """A generator with the weights of a public PyTorch one.

    Takes both schemes of names: that of the paper's program (``RRDB_trunk.0.RDB1.conv1.weight``,
    files such as ``RRDB_ESRGAN_x4.pth``) and that of its successor (``body.0.rdb1.conv1.weight``,
    such as ``ESRGAN_x4.pth`` and ``RealESRGAN_x4plus.pth``). Networks that fold the picture first
    (``RealESRGAN_x2plus.pth``) have 12 input channels and are refused.

    Args:
        state_dict: name -> torch tensor or NumPy array, see `read_state_dict`.
        config: arguments of `ESRGANGenerator`; upsampling is ``"nearest"``.

    Returns:
        The model. Its answer is 255 times that of the PyTorch program to ``picture / 255``, within
        float32's precision.

    Raises:
        ModelFileError: a weight that is missing, is no array of finite numbers, has another shape,
            or is left over.
        ValueError: upsampling that the published networks do not have; see also `ESRGANGenerator`.

    Example:
        >>> model = from_torch(read_state_dict("RRDB_ESRGAN_x4.pth"))
    """
    if config.get("upsampling", "nearest") != "nearest":
        raise ValueError('the published networks have upsampling="nearest"')
    model = ESRGANGenerator(**{**config, "upsampling": "nearest"})
    new = isinstance(state_dict, Mapping) and "conv_body.weight" in state_dict
    assign_weights(_weights(model, _NEW if new else _OLD), state_dict, _HINT)
    return model


def _weights(model: keras.Model, names: _Names) -> Iterator[TorchWeight]:
    """Every weight of the generator, as the published networks have it."""
    yield from conv_weights(model.get_layer("first_conv"), "conv_first")
    known = {layer.name: layer for layer in model.layers}
    number = 1
    while f"rrdb{number}" in known:
        for i, block in enumerate(known[f"rrdb{number}"].blocks, start=1):
            for j, conv in enumerate(block.convolutions, start=1):
                yield from conv_weights(conv, names.dense.format(number - 1, i, j))
        number += 1
    yield from conv_weights(known["trunk_conv"], names.trunk)
    number = 1
    while f"up{number}" in known:
        yield from conv_weights(known[f"up{number}"].conv, names.up.format(number))
        number += 1
    yield from conv_weights(known["large_conv"], names.large)
    yield from conv_weights(known["last_conv"], "conv_last")
