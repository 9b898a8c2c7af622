"""How much the skin is stretched and sheared at each point, inside a model."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from ferkeras.layers._planes import PlanarLayer, channel_planes, check_flow_shape

_NO_STRAIN = 1e-20  # squared: of which the root still has a gradient


@keras.saving.register_keras_serializable("ferkeras")
class OpticalStrain(PlanarLayer):
    """Magnitude of the optical strain, the symmetric part of the flow's gradient.

    Shreve et al. 2011, "Macro- and micro-expression spotting in long videos using spatio-temporal
    strain"; as `ferkeras.flow.optical_strain`:

        |e| = sqrt((du/dx)^2 + (dv/dy)^2 + 1/2 (du/dy + dv/dx)^2)

    Derivatives are central differences, at the border one-sided ones of three points.

    Input shape: ``(batch, height, width, 2)``, u and v in pixels, 3x3 or more. Output shape:
    float32 ``(batch, height, width, 1)``, without unit, 0 or more.

    Raises:
        ValueError: another shape, or too small for a derivative.
    """

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Check the shape; there are no weights to learn."""
        self.compute_output_shape(input_shape)

    def call(self, inputs: Any) -> Any:
        """Compute the strain."""
        u, v = channel_planes(self.exact(inputs))
        shear = _down(u) + _across(v)
        squared = _across(u) ** 2 + _down(v) ** 2 + 0.5 * shear**2
        return ops.expand_dims(ops.sqrt(ops.maximum(squared, _NO_STRAIN)), -1)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """``(batch, height, width, 1)``."""
        check_flow_shape(self.name, input_shape, smallest=3)
        return (*input_shape[:3], 1)


def _across(plane: Any) -> Any:
    first = -1.5 * plane[:, :, :1] + 2.0 * plane[:, :, 1:2] - 0.5 * plane[:, :, 2:3]
    last = 1.5 * plane[:, :, -1:] - 2.0 * plane[:, :, -2:-1] + 0.5 * plane[:, :, -3:-2]
    return ops.concatenate([first, 0.5 * (plane[:, :, 2:] - plane[:, :, :-2]), last], axis=2)


def _down(plane: Any) -> Any:
    first = -1.5 * plane[:, :1] + 2.0 * plane[:, 1:2] - 0.5 * plane[:, 2:3]
    last = 1.5 * plane[:, -1:] - 2.0 * plane[:, -2:-1] + 0.5 * plane[:, -3:-2]
    return ops.concatenate([first, 0.5 * (plane[:, 2:] - plane[:, :-2]), last], axis=1)
