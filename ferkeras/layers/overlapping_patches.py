"""Cut a picture into overlapping square patches."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable("ferkeras")
class OverlappingPatches(keras.layers.Layer):
    """Square patches in row order, each ``stride`` pixels further than the last.

    Zou, Zhang and Lee 2021 (MFF-CNN), Eq. 2: N patches of side S overlap by one half on a picture
    of side L when ``S (sqrt(N) + 1) = 2 L``; then ``stride = S / 2``. A 60x60 face gives 16
    patches of 24x24.

    Args:
        size: side of a patch in pixels.
        stride: step between neighbours in pixels.

    Input shape: ``(batch, height, width, channels)``.
    Output shape: ``(batch, patches, size, size, channels)``; patch ``i * columns + j`` starts at
    row ``i * stride``, column ``j * stride``.

    Raises:
        ValueError: the patches do not end at the border, or a patch is larger than the picture.

    Example:
        >>> OverlappingPatches(24, 12)(np.zeros((2, 60, 60, 1))).shape
        (2, 16, 24, 24, 1)
    """

    def __init__(self, size: int, stride: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if size < 1 or stride < 1:
            raise ValueError(f"size and stride must be positive, got {size} and {stride}")
        self.size = size
        self.stride = stride

    def _steps(self, side: int | None) -> int:
        if side is None:
            raise ValueError("OverlappingPatches needs a known height and width")
        if side < self.size or (side - self.size) % self.stride:
            raise ValueError(
                f"patches of {self.size} at stride {self.stride} do not cover a side of {side} "
                f"pixels: ({side} - {self.size}) must be a multiple of {self.stride}"
            )
        return (side - self.size) // self.stride + 1

    def call(self, inputs: Any) -> Any:
        """Cut the patches."""
        rows, columns = self._steps(inputs.shape[1]), self._steps(inputs.shape[2])
        patches = [
            inputs[:, top : top + self.size, left : left + self.size, :]
            for top in range(0, rows * self.stride, self.stride)
            for left in range(0, columns * self.stride, self.stride)
        ]
        return ops.stack(patches, axis=1)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """``(batch, patches, size, size, channels)``."""
        batch, height, width, channels = input_shape
        return (batch, self._steps(height) * self._steps(width), self.size, self.size, channels)

    def get_config(self) -> dict[str, Any]:
        """Constructor arguments."""
        return {**super().get_config(), "size": self.size, "stride": self.stride}
