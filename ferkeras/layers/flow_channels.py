"""u, v and optical strain at the size and on the scale of a model's input, inside a model."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

from ferkeras.layers._checks import check_count, check_positive
from ferkeras.layers._graph_layer import as_list, shape_list
from ferkeras.layers._planes import PlanarLayer, along, channel_planes, whole_levels
from ferkeras.layers._resampling import resampling_weights

NORMALISATIONS = ("fixed", "minmax")
_FULL_STRAIN = 0.1  # mapped to 255 by "fixed": skin stretched by 10 %
_CONSTANT = 1e-6  # spread of a channel below which there is nothing but rounding to stretch


@keras.saving.register_keras_serializable("ferkeras")
class FlowChannels(PlanarLayer):
    """Average flow and strain down to a size and bring them to 0..255.

    As `ferkeras.flow.flow_channels`, an area resize and `ferkeras.flow.normalise` in a row; there
    the normalisations are described. Values are rounded to whole levels, as a model was trained on
    them; the gradient is that of the values before they are rounded.

    Args:
        height, width: size wanted in pixels, no larger than the flow.
        normalisation: ``"fixed"`` or ``"minmax"``.
        scale: for ``"fixed"``: movement in pixels at which u and v are full.

    Input shapes: flow ``(batch, height, width, 2)`` in pixels and strain ``(batch, height, width,
    1)``, of a known size. Output shape: float32 ``(batch, height, width, 3)``, 0..255.

    Raises:
        ValueError: a setting out of range, or inputs of other shapes.
    """

    def __init__(
        self,
        height: int,
        width: int,
        normalisation: str = "minmax",
        scale: float = 1.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        check_count("height", height)
        check_count("width", width)
        check_positive("scale", scale)
        if normalisation not in NORMALISATIONS:
            raise ValueError(
                f"normalisation is {normalisation!r}, expected one of {NORMALISATIONS}"
            )
        self.height = height
        self.width = width
        self.normalisation = normalisation
        self.scale = scale

    def build(self, input_shape: Any) -> None:
        """Check the shapes; there are no weights to learn."""
        self.compute_output_shape(input_shape)

    def call(self, inputs: Any) -> Any:
        """Resize and normalise."""
        flow, strain = (self.exact(one) for one in as_list(inputs))
        planes = ops.stack([*channel_planes(flow), ops.squeeze(strain, 3)], axis=1)
        rows = resampling_weights(planes.shape[2], self.height, "area")
        columns = resampling_weights(planes.shape[3], self.width, "area")
        small = along(self.exact(rows), planes, self.exact(columns.T))
        scaled = _stretched(small) if self.normalisation == "minmax" else self._fixed(small)
        return ops.transpose(whole_levels(ops.clip(scaled, 0.0, 255.0)), (0, 2, 3, 1))

    def _fixed(self, planes: Any) -> Any:
        factor = np.array([127.5 / self.scale, 127.5 / self.scale, 255.0 / _FULL_STRAIN])
        rest = np.array([127.5, 127.5, 0.0])
        return planes * self.exact(factor[:, None, None]) + self.exact(rest[:, None, None])

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """``(batch, height, width, 3)``."""
        shapes: list[Any] = shape_list(input_shape)
        fits = len(shapes) == 2 and all(len(one) == 4 and None not in one[1:] for one in shapes)
        if not fits or shapes[0][3] != 2 or shapes[1][1:] != (*shapes[0][1:3], 1):
            raise ValueError(
                f"{self.name}: expected flow (batch, height, width, 2) and strain (batch, height, "
                f"width, 1) of one known size, got {shapes}"
            )
        batch, height, width, _ = shapes[0]
        if self.height > height or self.width > width:
            raise ValueError(
                f"{self.name}: flow of {height}x{width} pixels is averaged down, and "
                f"{self.height}x{self.width} is larger"
            )
        return (batch, self.height, self.width, 3)

    def get_config(self) -> dict[str, Any]:
        """Constructor arguments."""
        names = ("height", "width", "normalisation", "scale")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}


def _stretched(planes: Any) -> Any:
    """Each plane from 0 to 255; one without any spread becomes 0."""
    low = ops.min(planes, axis=(2, 3), keepdims=True)
    spread = ops.max(planes, axis=(2, 3), keepdims=True) - low
    constant = spread < _CONSTANT
    factor = 255.0 / ops.where(constant, ops.ones_like(spread), spread)
    return (planes - low) * ops.where(constant, ops.zeros_like(spread), factor)
