"""What the random layers share: a source of random numbers, and checks of their settings."""

from __future__ import annotations

import math
import numbers
from typing import Any

import keras


class RandomLayer(keras.layers.Layer):
    """Base of the layers that change a batch at random while training, and keep its shape.

    Inputs stay in the type they have (no autocast), and so do outputs: half precision would round
    places and movements in 0..255 before they are used.

    Args:
        seed: an integer, a `keras.random.SeedGenerator`, or None.
    """

    def __init__(self, seed: Any = None, **kwargs: Any) -> None:
        super().__init__(autocast=False, **kwargs)
        self.seed = seed
        given = isinstance(seed, keras.random.SeedGenerator)
        self.generator = seed if given else keras.random.SeedGenerator(seed)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """The input's shape."""
        return input_shape

    def compute_output_spec(self, inputs: Any, training: bool = False) -> Any:
        """The input's shape and type."""
        return keras.KerasTensor(inputs.shape, dtype=inputs.dtype)

    def get_config(self) -> dict[str, Any]:
        """Constructor arguments that all have."""
        return {**super().get_config(), "seed": self.seed}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """A layer with these settings; a saved `SeedGenerator` is made anew from its own."""
        seed = config.get("seed")
        if isinstance(seed, dict):
            seed = keras.saving.deserialize_keras_object(seed)
        return cls(**{**config, "seed": seed})


def check_share(name: str, value: Any) -> None:
    """Raise ValueError unless ``value`` is a number in 0..1."""
    if not _finite(value) or not 0.0 <= value <= 1.0:
        raise ValueError(f"{name} is {value!r}, expected a share in 0..1")


def check_finite(name: str, value: Any) -> None:
    """Raise ValueError unless ``value`` is a finite number."""
    if not _finite(value):
        raise ValueError(f"{name} is {value!r}, expected a finite number")


def check_scale(value: Any) -> tuple[float, float]:
    """``value`` as a pair of zoom factors.

    Raises:
        ValueError: it is not two finite numbers with ``0 < smallest <= largest``.
    """
    pair = tuple(value) if isinstance(value, (tuple, list)) else ()
    if len(pair) != 2 or not all(map(_finite, pair)) or not 0.0 < pair[0] <= pair[1]:
        raise ValueError(
            f"scale is {value!r}, expected (smallest, largest), 0 < smallest <= largest"
        )
    return pair


def _finite(value: Any) -> bool:
    real = isinstance(value, numbers.Real) and not isinstance(value, bool)
    return real and math.isfinite(value)
