"""Enlarge feature maps and convolve them."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from ferkeras.layers._checks import check_count, known_channels
from ferkeras.layers.residual_dense_block import NEGATIVE_SLOPE

_METHODS = ("nearest", "pixel_shuffle")


@keras.saving.register_keras_serializable("ferkeras")
class UpsampleConv(keras.layers.Layer):
    """Feature maps of twice the side: ``LeakyReLU(conv(enlarge(x)))``.

    ``"nearest"`` repeats each pixel and then convolves (3x3), as the public program of Wang et al.
    2018 (ESRGAN) does: no checkerboard. ``"pixel_shuffle"`` convolves first, to ``factor ** 2``
    times the channels, and lays these out as pixels (Shi et al. 2016, Eq. 3), in the order of
    TensorFlow's ``depth_to_space``: input channel ``(row * factor + column) * filters + channel``.
    It needs ``factor ** 2`` times the weights for the same work.

    Args:
        filters: channels of the output; None: those of the input.
        factor: how many times larger each side becomes.
        method: ``"nearest"`` or ``"pixel_shuffle"``.

    Input shape: ``(batch, height, width, channels)``, any height and width.
    Output shape: ``(batch, factor height, factor width, filters)``.

    Raises:
        ValueError: an unknown method, a number out of range, or channels that are not known.
    """

    def __init__(
        self,
        filters: int | None = None,
        factor: int = 2,
        method: str = "nearest",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if filters is not None:
            check_count("filters", filters)
        check_count("factor", factor)
        if method not in _METHODS:
            raise ValueError(f"method is {method!r}, expected one of {_METHODS}")
        self.filters = filters
        self.factor = factor
        self.method = method

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make the convolution."""
        filters = self.filters or known_channels(self, input_shape)
        shuffled = self.method == "pixel_shuffle"
        self.conv = keras.layers.Conv2D(
            filters * self.factor**2 if shuffled else filters,
            3,
            padding="same",
            data_format="channels_last",
            dtype=self.dtype_policy,
            name="conv",
        )
        self.conv.build(input_shape if shuffled else self._enlarged(input_shape))

    def call(self, inputs: Any) -> Any:
        """Enlarge the feature maps."""
        if self.method == "pixel_shuffle":
            larger = _pixel_shuffle(self.conv(inputs), self.factor)
        else:
            larger = self.conv(_repeat_pixels(inputs, self.factor))
        return ops.leaky_relu(larger, NEGATIVE_SLOPE)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """``(batch, factor height, factor width, filters)``."""
        return (*self._enlarged(input_shape)[:3], self.filters or input_shape[-1])

    def _enlarged(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        sides = (None if side is None else side * self.factor for side in input_shape[1:3])
        return (input_shape[0], *sides, input_shape[-1])

    def get_config(self) -> dict[str, Any]:
        """Constructor arguments."""
        return {
            **super().get_config(),
            "filters": self.filters,
            "factor": self.factor,
            "method": self.method,
        }


def _repeat_pixels(maps: Any, factor: int) -> Any:
    """``(b, h, w, c)`` -> ``(b, factor * h, factor * w, c)``.

    By concatenation, after which a reshape has every value in its place: unlike `ops.repeat` it
    keeps the sizes known that TFLite needs.
    """
    _, height, width, _ = ops.shape(maps)
    size = (-1, height, width * factor, maps.shape[-1])
    wider = ops.reshape(ops.concatenate([maps] * factor, axis=3), size)
    size = (-1, height * factor, width * factor, maps.shape[-1])
    return ops.reshape(ops.concatenate([wider] * factor, axis=2), size)


def _pixel_shuffle(maps: Any, factor: int) -> Any:
    """``(b, h, w, factor ** 2 * c)`` -> ``(b, factor * h, factor * w, c)``."""
    _, height, width, _ = ops.shape(maps)
    channels = maps.shape[-1] // factor**2
    parts = ops.reshape(maps, (-1, height, width, factor, factor * channels))
    # A row of a small square is already in the order of its pixels: only rows change places.
    parts = ops.transpose(parts, (0, 1, 3, 2, 4))
    return ops.reshape(parts, (-1, height * factor, width * factor, channels))
