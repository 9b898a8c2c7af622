"""Grey of RGB, in whole grey levels."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from ferkeras.layers._planes import PlanarLayer, channel_planes, whole_levels

_PARTS = (9798.0, 19235.0, 3735.0)  # of 2**15: 0.299, 0.587 and 0.114, as OpenCV has them


@keras.saving.register_keras_serializable("ferkeras")
class Luma(PlanarLayer):
    """Luma of RGB pictures, 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601), rounded to whole levels.

    Equal to OpenCV's ``cvtColor(..., COLOR_RGB2GRAY)`` of bytes, to the last bit and in every
    runtime: the sums are whole numbers that float32 holds exactly. The gradient is that of the luma
    before it is rounded.

    Input shape: ``(batch, height, width, 3)``, RGB in 0..255. Output shape: float32
    ``(batch, height, width, 1)``, 0..255.

    Raises:
        ValueError: another number of axes or channels.
    """

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Check the shape."""
        self.compute_output_shape(input_shape)

    def call(self, inputs: Any) -> Any:
        """Weigh the colours."""
        red, green, blue = channel_planes(self.exact(inputs))
        grey = (_PARTS[0] * red + _PARTS[1] * green + _PARTS[2] * blue) * 2.0**-15
        return ops.expand_dims(whole_levels(grey), -1)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """``(batch, height, width, 1)``."""
        if len(input_shape) != 4 or input_shape[3] != 3:
            raise ValueError(
                f"{self.name}: expected RGB pictures (batch, height, width, 3), got "
                f"{tuple(input_shape)}"
            )
        return (*input_shape[:3], 1)
