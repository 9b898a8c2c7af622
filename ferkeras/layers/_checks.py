"""Checks of constructor arguments and input shapes that several layers share."""

from __future__ import annotations

import math
import numbers
from typing import Any


def check_count(name: str, value: Any) -> None:
    """Raise ValueError unless ``value`` is a whole number of 1 or more."""
    whole = isinstance(value, numbers.Integral) and not isinstance(value, bool)
    if not whole or value < 1:
        raise ValueError(f"{name} is {value!r}, expected a whole number of 1 or more")


def check_rate(name: str, value: Any) -> None:
    """Raise ValueError unless ``value`` is a dropout rate: a number of 0 or more, below 1.

    Keras' own `Dropout` also takes 1, which lets nothing through, so that nothing learns.
    """
    number = isinstance(value, numbers.Real) and not isinstance(value, bool)
    if not number or not 0 <= value < 1:
        raise ValueError(f"{name} is {value!r}, expected a rate of 0 or more, below 1")


def check_positive(name: str, value: Any) -> None:
    """Raise ValueError unless ``value`` is a finite number above 0."""
    number = isinstance(value, numbers.Real) and not isinstance(value, bool)
    if not number or not 0 < value < math.inf:
        raise ValueError(f"{name} is {value!r}, expected a number above 0")


def known_channels(layer: Any, input_shape: tuple[int | None, ...]) -> int:
    """Channels of pictures or feature maps ``(batch, height, width, channels)``.

    Raises:
        ValueError: another number of axes, or channels that are not known.
    """
    if len(input_shape) != 4 or input_shape[-1] is None:
        raise ValueError(
            f"{layer.name}: expected (batch, height, width, channels) of known channels, got "
            f"{tuple(input_shape)}"
        )
    return input_shape[-1]
