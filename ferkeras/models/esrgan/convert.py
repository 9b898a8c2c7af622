"""The weights of the public PyTorch generators -> ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import keras
import numpy as np

from ferkeras.errors import ModelFileError
from ferkeras.models._state_dict import read_state_dict
from ferkeras.models._torch_weights import (
    TorchWeight,
    assign_weights,
    check_state_dict,
    conv_weights,
)
from ferkeras.models.esrgan.model import ESRGANGenerator

__all__ = ["config_of", "from_torch", "read_state_dict"]
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
        config: arguments of `ESRGANGenerator`; upsampling is ``"nearest"``. Without a ``variant``,
            sizes that are not given are those of the weights, see `config_of`.

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
    found = {} if "variant" in config else config_of(state_dict)
    model = ESRGANGenerator(**{**found, **config, "upsampling": "nearest"})
    assign_weights(_weights(model, _names_in(state_dict)), state_dict, _HINT)
    return model


def config_of(state_dict: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of `ESRGANGenerator` that give a network for these weights.

    Args:
        state_dict: as for `from_torch`, by either scheme of names.

    Returns:
        ``input_shape``, ``features``, ``blocks``, ``growth`` and ``scale``: found out by the shapes
        of three weights, and by how many blocks and enlargements there are.

    Raises:
        ModelFileError: no state dict, one of these weights is missing or of another number of axes,
            or a network that folds the picture first.

    Example:
        >>> config_of(read_state_dict("RealESRGAN_x4plus.pth"))["blocks"]
        23
    """
    check_state_dict(state_dict)
    names = _names_in(state_dict)
    features, channels = _kernel_shape(state_dict, "conv_first")[:2]
    last = _kernel_shape(state_dict, "conv_last")[0]
    if channels != last:
        raise ModelFileError(
            f"the network takes {channels} channels and gives {last}: it folds its picture first, "
            "as RealESRGAN_x2plus does, which is not supported; take weights for x4"
        )
    growth = _kernel_shape(state_dict, names.dense.format(0, 1, 1))[0]
    return {
        "input_shape": (None, None, channels),
        "features": features,
        "blocks": _count(state_dict, 0, lambda n: names.dense.format(n, 1, 1)),
        "growth": growth,
        "scale": 2 ** _count(state_dict, 1, names.up.format),
    }


def _names_in(state_dict: Any) -> _Names:
    return _NEW if "conv_body.weight" in state_dict else _OLD


def _kernel_shape(state_dict: Mapping[str, Any], name: str) -> tuple[int, ...]:
    """``(filters, channels, rows, columns)`` of a convolution."""
    weight = state_dict.get(f"{name}.weight")
    try:
        shape = tuple(np.shape(weight)) if weight is not None else ()
    except ValueError:  # rows of several lengths
        shape = ()
    if len(shape) != 4:
        what = f"has shape {shape}" if weight is not None else "is missing"
        raise ModelFileError(
            f"weight {f'{name}.weight'!r} {what}, so these are no weights of an ESRGAN generator "
            "(RRDBNet); the state dict begins with "
            f"{', '.join(map(repr, list(state_dict)[:2])) or 'nothing'}"
        )
    return shape


def _count(state_dict: Mapping[str, Any], first: int, name: Callable[[int], str]) -> int:
    """How many of the convolutions ``name(first)``, ``name(first + 1)`` ... are there."""
    count = 0
    while f"{name(first + count)}.weight" in state_dict:
        count += 1
    return count


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
