"""Five convolutions, each of which sees all before it, added to their input."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from ferkeras.layers._checks import check_count, check_positive, known_channels

NEGATIVE_SLOPE = 0.2  # of every LeakyReLU of ESRGAN
_CONVOLUTIONS = 5


@keras.saving.register_keras_serializable("ferkeras")
class ResidualDenseBlock(keras.layers.Layer):
    """``y = x + b F([x, h_1 ... h_4])``, ``h_i = LeakyReLU(conv([x, h_1 ... h_(i-1)]))``.

    Wang et al. 2018 (ESRGAN, ECCV workshops), section 3.1 and Fig. 4: a dense block of 3x3
    convolutions without batch normalisation; F is the fifth one and b, the residual scaling, keeps
    a deep network stable. The kernels begin small for the same reason: He et al. 2015, times 0.1.

    Args:
        growth: channels of each h_i; the paper's public program has 32.
        residual_scale: b, above 0; the paper's is 0.2.
        initial_scale: factor on the kernels' first values, above 0.

    Input and output shape: ``(batch, height, width, channels)``, any height and width. In mixed
    precision F is computed in half precision; the sum and the output have the weights' float32, as
    a deep network would round its one signal in each of many blocks.

    Raises:
        ValueError: a number out of range, or channels that are not known.
    """

    def __init__(
        self,
        growth: int = 32,
        residual_scale: float = 0.2,
        initial_scale: float = 0.1,
        **kwargs: Any,
    ) -> None:
        super().__init__(autocast=False, **kwargs)
        check_count("growth", growth)
        check_positive("residual_scale", residual_scale)
        check_positive("initial_scale", initial_scale)
        self.growth = growth
        self.residual_scale = residual_scale
        self.initial_scale = initial_scale

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make the convolutions, ``conv1`` to ``conv5``."""
        channels = known_channels(self, input_shape)
        self.convolutions = []
        for number in range(1, _CONVOLUTIONS + 1):
            conv = keras.layers.Conv2D(
                channels if number == _CONVOLUTIONS else self.growth,
                3,
                padding="same",
                data_format="channels_last",
                kernel_initializer=keras.initializers.VarianceScaling(
                    2.0 * self.initial_scale**2, "fan_in", "untruncated_normal"
                ),
                dtype=self.dtype_policy,
                name=f"conv{number}",
            )
            conv.build((*input_shape[:-1], channels + (number - 1) * self.growth))
            self.convolutions.append(conv)

    def call(self, inputs: Any) -> Any:
        """Add the block's answer to its input."""
        stream = ops.cast(inputs, self.variable_dtype)
        answer = ops.cast(self.convolutions[-1](self.joined(inputs)), stream.dtype)
        return stream + self.residual_scale * answer

    def joined(self, inputs: Any) -> Any:
        """``[x, h_1 ... h_4]``: ``(batch, height, width, channels + 4 growth)``."""
        seen = ops.cast(inputs, self.compute_dtype)
        for conv in self.convolutions[:-1]:
            hidden = ops.leaky_relu(conv(seen), NEGATIVE_SLOPE)
            seen = ops.concatenate([seen, hidden], axis=-1)
        return seen

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
            "residual_scale": self.residual_scale,
            "initial_scale": self.initial_scale,
        }
