"""Convolution in the eigenbasis of a graph's Laplacian."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

from ferkeras.layers._constants import add_constant, array_or_shape
from ferkeras.layers._graph_layer import (
    GraphConvolution,
    as_list,
    check_nodes,
    node_mask,
    zero_padding,
)
from ferkeras.layers._neighbours import batch_first, nodes_first
from ferkeras.layers._splines import cubic_splines

MULTIPLIERS = ("full", "smooth")


@keras.saving.register_keras_serializable("ferkeras")
class SpectralGraphConv(GraphConvolution):
    """``y_j = h(sum_i V diag(theta_ij) V^T x_i + b_j)``: Bruna et al. 2014, section 3.

    These are Eqs. 6 and 7 of SSGNN's paper. ``V^T`` takes the features of the nodes to the modes of
    the graph, where each mode m has a multiplier ``theta[m, i, j]`` from channel i to j, and ``V``
    takes them back. With the d lowest modes alone V has d columns: the rest of the spectrum is cut
    off, and with it all detail that is finer. ``full``: every multiplier is a weight. ``smooth``:
    ``theta_ij = K alpha_ij`` with cubic B-splines K over the numbers of the modes, so that only
    ``knots`` weights a pair of channels are learnt and the filter is local on the graph.

    The basis of one graph is constant and saved with the layer; with ``basis=None`` each sample
    brings its own. The sign of a column of V does not matter. Computed in float32, as sums over
    thousands of nodes need; V is best orthonormal, as an eigenbasis of a symmetric matrix is.

    Args:
        filters: output channels.
        basis: V, float ``(nodes, modes)``; or only that shape, to be loaded; or None.
        multipliers: ``"full"`` or ``"smooth"``.
        knots: coefficients of a smooth filter, from 4 to the number of modes.
        activation: h, such as ``"relu"``; None: linear.
        use_bias: whether b is there; the paper has none.

    Input shape: ``(batch, nodes, channels)``; with ``basis=None`` a list of that and of V,
    ``(batch, nodes, modes)``, where a graph of fewer modes has columns of zeros.
    Output shape: ``(batch, nodes, filters)``.

    A mask ``(batch, nodes)``, by ``mask=`` or from Keras, marks nodes that are real: the others
    count as 0 and give 0.

    Raises:
        ValueError: a basis, input or number of knots that does not fit.
    """

    def __init__(
        self,
        filters: int,
        basis: Any = None,
        *,
        multipliers: str = "full",
        knots: int = 16,
        activation: Any = None,
        use_bias: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(filters, activation, use_bias, **kwargs)
        if multipliers not in MULTIPLIERS:
            raise ValueError(f"multipliers is {multipliers!r}, expected one of {MULTIPLIERS}")
        self.multipliers = multipliers
        self.knots = knots
        self.basis = None
        if basis is not None:
            basis = array_or_shape("basis", basis, 2)
            if not isinstance(basis, tuple) and not np.isfinite(basis).all():
                raise ValueError("basis: expected finite numbers")
            self.basis = add_constant(self, "basis", basis)

    def build(self, input_shape: Any) -> None:
        """Make ``kernel``: (modes, channels, filters), or (knots, channels, filters)."""
        if self.basis is not None:
            (shape,) = self._take_shapes(input_shape, "nodes")
            nodes, self._modes = self.basis.shape
            channels = check_nodes(self.name, shape, nodes)
        else:
            shape, basis = self._take_shapes(input_shape, "nodes", "basis")
            channels = check_nodes(self.name, shape)
            self._modes = check_nodes(f"{self.name}, basis", basis, shape[1])
        rows = self._modes
        if self.multipliers == "smooth":
            if not 4 <= self.knots <= self._modes:
                raise ValueError(
                    f"{self.name}: knots is {self.knots}, expected 4 to {self._modes} (the modes)"
                )
            self._splines = cubic_splines(self._modes, self.knots)
            rows = self.knots
        self._add_weights((rows, channels, self.filters), channels, self.filters)

    def theta(self) -> Any:
        """The multipliers ``(modes, channels, filters)``."""
        if self.multipliers == "full":
            return ops.convert_to_tensor(self.kernel)
        coefficients = ops.reshape(self.kernel, (self.knots, -1))
        return ops.reshape(ops.matmul(self._splines, coefficients), (self._modes, -1, self.filters))

    def bases(self) -> tuple[Any, Any]:
        """V for the way to the modes and V for the way back: twice the layer's own."""
        basis = ops.convert_to_tensor(self.basis)
        return basis, basis

    def call(self, inputs: Any, mask: Any = None) -> Any:
        """Filter the spectrum."""
        nodes, *own = as_list(inputs)
        mask = node_mask(mask, nodes.shape)
        nodes = ops.cast(zero_padding(nodes, mask), "float32")
        theta = ops.cast(self.theta(), "float32")
        if own:
            basis = zero_padding(ops.cast(own[0], "float32"), mask)
            spectrum = ops.matmul(ops.transpose(basis, (0, 2, 1)), nodes)
            spectrum = ops.matmul(ops.transpose(spectrum, (1, 0, 2)), theta)
            return self._finish(ops.matmul(basis, ops.transpose(spectrum, (1, 0, 2))), mask)
        there, back = self.bases()
        spectrum = ops.matmul(ops.transpose(there), nodes_first(nodes))
        spectrum = ops.reshape(spectrum, (self._modes, -1, nodes.shape[-1]))
        spectrum = ops.reshape(ops.matmul(spectrum, theta), (1, self._modes, -1))
        # As a batch of one: TFLite's converter makes a file that does not load of a plain product
        # whose result is reshaped and transposed.
        filtered = ops.squeeze(ops.matmul(ops.expand_dims(back, 0), spectrum), 0)
        filtered = batch_first(filtered, self.filters)
        return self._finish(filtered, mask)

    def get_config(self) -> dict[str, Any]:
        """Constructor arguments; of the basis only its shape."""
        return {
            **super().get_config(),
            "basis": None if self.basis is None else tuple(self.basis.shape),
            "multipliers": self.multipliers,
            "knots": self.knots,
        }
