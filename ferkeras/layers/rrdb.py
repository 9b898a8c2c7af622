"""Residual in residual dense block."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from ferkeras.layers._checks import check_count, check_positive, known_channels
from ferkeras.layers.residual_dense_block import ResidualDenseBlock


@keras.saving.register_keras_serializable("ferkeras")
class RRDB(keras.layers.Layer):
    """``y = x + b D_3(D_2(D_1(x)))``, each D a `ResidualDenseBlock`.

    Wang et al. 2018 (ESRGAN, ECCV workshops), section 3.1 and Fig. 4.

    Args:
        growth: see `ResidualDenseBlock`.
        dense_blocks: how many D; the paper's are 3.
        residual_scale: b, above 0, the same inside each D; the paper's is 0.2.
        initial_scale: see `ResidualDenseBlock`.

    Input and output shape: ``(batch, height, width, channels)``, any height and width. Output type:
    that of `ResidualDenseBlock`.

    Raises:
        ValueError: a number out of range, or channels that are not known.
    """

    def __init__(
        self,
        growth: int = 32,
        dense_blocks: int = 3,
        residual_scale: float = 0.2,
        initial_scale: float = 0.1,
        **kwargs: Any,
    ) -> None:
        super().__init__(autocast=False, **kwargs)
        check_count("growth", growth)
        check_count("dense_blocks", dense_blocks)
        check_positive("residual_scale", residual_scale)
        check_positive("initial_scale", initial_scale)
        self.growth = growth
        self.dense_blocks = dense_blocks
        self.residual_scale = residual_scale
        self.initial_scale = initial_scale

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make the dense blocks, ``dense1`` and on."""
        known_channels(self, input_shape)
        self.blocks = []
        for number in range(1, self.dense_blocks + 1):
            block = ResidualDenseBlock(
                self.growth,
                self.residual_scale,
                self.initial_scale,
                dtype=self.dtype_policy,
                name=f"dense{number}",
            )
            block.build(input_shape)
            self.blocks.append(block)

    def call(self, inputs: Any) -> Any:
        """Add what the dense blocks found to their input."""
        stream = features = ops.cast(inputs, self.variable_dtype)
        for block in self.blocks:
            features = block(features)
        return stream + self.residual_scale * features

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """The input's shape."""
        return input_shape

    def compute_output_spec(self, inputs: Any) -> Any:
        """The input's shape, the weights' type."""
        return keras.KerasTensor(inputs.shape, self.variable_dtype)

    def get_config(self) -> dict[str, Any]:
        """Constructor arguments."""
        return {
            **super().get_config(),
            "growth": self.growth,
            "dense_blocks": self.dense_blocks,
            "residual_scale": self.residual_scale,
            "initial_scale": self.initial_scale,
        }
