"""Random flip, rotation, scale and shift of pictures in one resampling."""

from __future__ import annotations

import math
from typing import Any

import keras
from keras import ops

from ferkeras.layers._random_layer import RandomLayer, check_finite, check_scale, check_share


@keras.saving.register_keras_serializable("ferkeras")
class RandomAffine(RandomLayer):
    """Flip, rotate, scale and shift each picture of a batch at random, while training.

    One bilinear resampling for all four, where a chain of layers would blur four times. What lies
    outside the picture is filled by reflection. Every picture of the batch gets its own draw;
    without ``training=True`` the input passes unchanged.

    Args:
        flip: share of pictures mirrored left to right, 0..1.
        rotation: largest angle in degrees, either way (uniform).
        scale: ``(smallest, largest)`` zoom factor; drawn log-uniformly, so that shrinking and
            growing are alike. 1 leaves the size, 2 shows everything twice as large.
        shift: largest shift as a share of the side, each way and axis (uniform).
        seed: an integer, or a `keras.random.SeedGenerator`.

    Input and output shape: ``(batch, height, width, channels)``, any value range.

    Raises:
        ValueError: a share outside 0..1, a scale that is not ``0 < smallest <= largest``, or NaN or
            infinity anywhere.
    """

    def __init__(
        self,
        flip: float = 0.5,
        rotation: float = 10.0,
        scale: tuple[float, float] = (1.0, 1.0),
        shift: float = 0.0,
        seed: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(seed, **kwargs)
        check_share("flip", flip)
        check_finite("rotation", rotation)
        zoom = check_scale(scale)
        check_share("shift", shift)
        self.flip = flip
        self.rotation = rotation
        self.scale = zoom
        self.shift = shift

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Transform the batch."""
        if not training:
            return inputs
        height, width = inputs.shape[1], inputs.shape[2]
        shape = (ops.shape(inputs)[0],)

        def draw(low: float, high: float) -> Any:
            return keras.random.uniform(shape, low, high, dtype="float32", seed=self.generator)

        mirror = ops.where(draw(0.0, 1.0) < self.flip, -1.0, 1.0)
        angle = draw(-1.0, 1.0) * math.radians(self.rotation)
        zoom = ops.exp(draw(math.log(self.scale[0]), math.log(self.scale[1]) + 1e-9))
        right = draw(-1.0, 1.0) * self.shift * width
        down = draw(-1.0, 1.0) * self.shift * height
        # Keras wants the map from output to input positions: rotate and scale about the centre.
        cosine, sine = ops.cos(angle) / zoom, ops.sin(angle) / zoom
        a, b, c, d = cosine * mirror, -sine, sine * mirror, cosine
        centre_x, centre_y = (width - 1) / 2, (height - 1) / 2
        zero = ops.zeros_like(a)
        transform = ops.stack(
            [
                a,
                b,
                centre_x - a * centre_x - b * centre_y + right,
                c,
                d,
                centre_y - c * centre_x - d * centre_y + down,
                zero,
                zero,
            ],
            axis=1,
        )
        moved = ops.image.affine_transform(
            ops.cast(inputs, "float32"),
            transform,
            interpolation="bilinear",
            fill_mode="reflect",
            data_format="channels_last",
        )
        return ops.cast(moved, inputs.dtype)

    def get_config(self) -> dict[str, Any]:
        """Constructor arguments."""
        return {
            **super().get_config(),
            "flip": self.flip,
            "rotation": self.rotation,
            "scale": self.scale,
            "shift": self.shift,
        }
