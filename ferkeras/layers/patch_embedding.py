"""Square patches of a picture as vectors."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from ferkeras.layers._checks import check_count


@keras.saving.register_keras_serializable("ferkeras")
class PatchEmbedding(keras.layers.Layer):
    """One linear map of each non-overlapping patch: ``token = patch W + b``.

    Wang et al. 2024 (HTNet), section 3.2, after Dosovitskiy et al. 2021. Nothing is normalised
    before the map. Written as a convolution whose stride is the side of its kernel; a row of the
    kernel is a row of the patch, the channel counts fastest.

    Args:
        patch_size: side of a patch in pixels.
        hidden_dim: length of a token.

    Input shape: ``(batch, height, width, channels)``.
    Output shape: ``(batch, height / patch_size, width / patch_size, hidden_dim)``.

    Raises:
        ValueError: a size that is no whole number of 1 or more, patches that do not cover the
            picture, or a picture of unknown size.

    Example:
        >>> PatchEmbedding(7, 256)(np.zeros((2, 28, 28, 3))).shape
        (2, 4, 4, 256)
    """

    def __init__(self, patch_size: int, hidden_dim: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        check_count("patch_size", patch_size)
        check_count("hidden_dim", hidden_dim)
        self.patch_size = patch_size
        self.hidden_dim = hidden_dim

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make the weights."""
        self.compute_output_shape(input_shape)
        shape = (self.patch_size, self.patch_size, input_shape[-1], self.hidden_dim)
        self.kernel = self.add_weight(shape=shape, initializer="glorot_uniform", name="kernel")
        self.bias = self.add_weight(shape=(self.hidden_dim,), initializer="zeros", name="bias")

    def call(self, inputs: Any) -> Any:
        """Map the patches."""
        tokens = ops.conv(inputs, self.kernel, strides=self.patch_size, data_format="channels_last")
        return tokens + self.bias

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """``(batch, rows, columns, hidden_dim)``."""
        sides = input_shape[1:3]
        known = len(input_shape) == 4 and None not in input_shape[1:]
        if not known or any(side is None or side % self.patch_size for side in sides):
            raise ValueError(
                f"patches of {self.patch_size}x{self.patch_size} pixels do not cover pictures of "
                f"shape {tuple(input_shape)}; expected (batch, height, width, channels) of known "
                f"size, with sides that are multiples of {self.patch_size}"
            )
        rows, columns = (side // self.patch_size for side in sides if side is not None)
        return (input_shape[0], rows, columns, self.hidden_dim)

    def get_config(self) -> dict[str, Any]:
        """Constructor arguments."""
        return {
            **super().get_config(),
            "patch_size": self.patch_size,
            "hidden_dim": self.hidden_dim,
        }
