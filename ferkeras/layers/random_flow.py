"""Random mirror image and strength of optical flow."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from ferkeras.layers._checks import check_rate
from ferkeras.layers._random_layer import RandomLayer, check_share


@keras.saving.register_keras_serializable("ferkeras")
class RandomFlow(RandomLayer):
    """Show the movement of a mirrored face, or a stronger or weaker one, while training.

    A picture of flow is not mirrored by mirroring its pixels: movement to the left becomes
    movement to the right, so u changes its sign as well. That holds for the whole face and for
    HTNet's four regions alike, whose layout is symmetric.

    Args:
        flip: share of samples that are mirrored left to right, 0..1.
        gain: largest change of the movement's strength, as a share, 0..1 (below 1). Only sensible
            where the channels are normalised on a fixed scale: ``"minmax"`` has no strength.
        seed: an integer, or a `keras.random.SeedGenerator`.

    Input and output shape: ``(batch, height, width, 3)``: u, v and optical strain in 0..255, where
    127.5 is no movement in u and v, and 0 none in the strain. Every sample gets its own draw;
    without ``training=True`` the input passes unchanged. Stronger values are not clipped here.

    Raises:
        ValueError: a share out of range, or another number of channels.
    """

    def __init__(
        self, flip: float = 0.5, gain: float = 0.0, seed: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(seed, **kwargs)
        check_share("flip", flip)
        check_rate("gain", gain)
        self.flip = flip
        self.gain = gain

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Check the number of channels."""
        if input_shape[-1] != 3:
            raise ValueError(f"flow has 3 channels, u, v and strain; the input has {input_shape}")

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Change the batch."""
        if not training:
            return inputs
        shape = (ops.shape(inputs)[0], 1, 1, 1)
        rest = ops.convert_to_tensor([127.5, 127.5, 0.0])
        moving = ops.cast(inputs, "float32") - rest
        chosen = keras.random.uniform(shape, dtype="float32", seed=self.generator) < self.flip
        mirrored = ops.flip(moving, axis=2) * ops.convert_to_tensor([-1.0, 1.0, 1.0])
        moving = ops.where(chosen, mirrored, moving)
        if self.gain:
            low, high = 1.0 - self.gain, 1.0 + self.gain
            moving *= keras.random.uniform(shape, low, high, dtype="float32", seed=self.generator)
        return ops.cast(moving + rest, inputs.dtype)

    def get_config(self) -> dict[str, Any]:
        """Constructor arguments."""
        return {**super().get_config(), "flip": self.flip, "gain": self.gain}
