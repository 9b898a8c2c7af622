"""Fuse the visual features of components by how well their spatial features agree with them."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from ferkeras.layers._graph_layer import as_list, shape_list


@keras.saving.register_keras_serializable("ferkeras")
class BootstrapFusion(keras.layers.Layer):
    """``F = sum_k W_k V_k`` with ``W = softmax_k <V_k, S_k>``: Liu et al. 2025, Eq. 6 and 7.

    V are the visual and S the spatial features of K components. Products, softmax and W are
    computed in float32, whatever the layer computes in: products of 128 values in 0..1 are too
    large for a softmax in half precision.

    Args:
        return_weights: give ``[F, W]``, as `BootstrapAlignmentLoss` needs W.

    Input: ``[visual, spatial]``, both ``(batch, components, units)``.
    Output shape: ``(batch, units)``; with ``return_weights`` also ``(batch, components)``, float32,
    which sum to one.

    Raises:
        ValueError: inputs of other shapes.
    """

    def __init__(self, return_weights: bool = False, **kwargs: Any) -> None:
        super().__init__(autocast=False, **kwargs)
        self.return_weights = return_weights

    def build(self, input_shape: Any) -> None:
        """Check the shapes; there are no weights to learn."""
        shapes = shape_list(input_shape)
        if len(shapes) != 2 or len(shapes[0]) != 3 or shapes[0][1:] != shapes[1][1:]:
            raise ValueError(
                f"{self.name}: expected [visual, spatial], both (batch, components, units), "
                f"got {shapes}"
            )

    def call(self, inputs: Any) -> Any:
        """Weigh the components and add them."""
        visual, spatial = (ops.cast(one, "float32") for one in as_list(inputs))
        agreement = ops.sum(visual * spatial, axis=-1)
        # Of one component Keras would warn that its softmax is 1.
        alone = agreement.shape[-1] == 1
        weights = ops.ones_like(agreement) if alone else ops.softmax(agreement, axis=-1)
        fused = ops.sum(ops.expand_dims(weights, -1) * visual, axis=1)
        fused = ops.cast(fused, self.compute_dtype)
        return [fused, weights] if self.return_weights else fused

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Of F, or of F and W."""
        batch, components, units = shape_list(input_shape)[0]
        fused = (batch, units)
        return [fused, (batch, components)] if self.return_weights else fused

    def compute_output_spec(self, inputs: Any) -> Any:
        """As `compute_output_shape`; W is float32."""
        shapes = self.compute_output_shape([one.shape for one in as_list(inputs)])
        if not self.return_weights:
            return keras.KerasTensor(shapes, self.compute_dtype)
        fused, weights = shapes
        return [keras.KerasTensor(fused, self.compute_dtype), keras.KerasTensor(weights, "float32")]

    def get_config(self) -> dict[str, Any]:
        """Constructor arguments."""
        return {**super().get_config(), "return_weights": self.return_weights}
