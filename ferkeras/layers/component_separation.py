"""Separate the features of a whole face into features of its components."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from ferkeras.layers._checks import check_count


@keras.saving.register_keras_serializable("ferkeras")
class ComponentSeparation(keras.layers.Layer):
    """K small networks side by side, each with weights of its own: Liu et al. 2025, Eq. 5.

    Component k of a spatial feature (SRSN) is ``sigmoid(F W_k + b_k)``. With ``hidden_units``, as
    for visual features (VRSN), a layer with exact GELU comes first:
    ``sigmoid(gelu(F V_k + c_k) W_k + b_k)``. All K are one product each.

    Args:
        components: K; the paper's best is 9.
        units: size of one component's feature.
        hidden_units: size of the layer before, the visual form; None: the spatial form.

    Input shape: ``(batch, channels)``.
    Output shape: ``(batch, components, units)``, values 0..1.

    Raises:
        ValueError: a count that is not a whole number of 1 or more, or an input of other axes.
    """

    def __init__(
        self,
        components: int = 9,
        units: int = 128,
        hidden_units: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        check_count("components", components)
        check_count("units", units)
        if hidden_units is not None:
            check_count("hidden_units", hidden_units)
        self.components = components
        self.units = units
        self.hidden_units = hidden_units

    def build(self, input_shape: Any) -> None:
        """Make ``kernel`` (K, hidden or channels, units), ``bias``, and those of the layer before.

        Each component's kernel begins as that of a Dense layer of its size.
        """
        if len(input_shape) != 2 or input_shape[1] is None:
            raise ValueError(f"{self.name}: expected (batch, channels), got {tuple(input_shape)}")
        channels = input_shape[1]
        self.hidden_kernel = self.hidden_bias = None
        if self.hidden_units is not None:
            self.hidden_kernel, self.hidden_bias = self._dense(
                "hidden_", channels, self.hidden_units
            )
            channels = self.hidden_units
        self.kernel, self.bias = self._dense("", channels, self.units)

    def _dense(self, prefix: str, inputs: int, outputs: int) -> tuple[Any, Any]:
        limit = (6.0 / (inputs + outputs)) ** 0.5  # Glorot's, of one component
        kernel = self.add_weight(
            shape=(self.components, inputs, outputs),
            initializer=keras.initializers.RandomUniform(-limit, limit),
            name=f"{prefix}kernel",
        )
        bias = self.add_weight(
            shape=(self.components, outputs), initializer="zeros", name=f"{prefix}bias"
        )
        return kernel, bias

    def call(self, inputs: Any) -> Any:
        """Give each component its feature."""
        if self.hidden_kernel is None:
            features = ops.einsum("bi,kio->bko", inputs, self.kernel)
        else:
            hidden = ops.einsum("bi,kio->bko", inputs, self.hidden_kernel) + self.hidden_bias
            hidden = ops.gelu(hidden, approximate=False)
            features = ops.einsum("bki,kio->bko", hidden, self.kernel)
        return ops.sigmoid(features + self.bias)

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """``(batch, components, units)``."""
        return (input_shape[0], self.components, self.units)

    def get_config(self) -> dict[str, Any]:
        """Constructor arguments."""
        return {
            **super().get_config(),
            "components": self.components,
            "units": self.units,
            "hidden_units": self.hidden_units,
        }
