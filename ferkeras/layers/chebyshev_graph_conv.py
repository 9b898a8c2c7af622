"""Convolution by a Chebyshev polynomial of a graph's Laplacian."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from ferkeras.layers._graph_layer import (
    GraphConvolution,
    as_list,
    check_nodes,
    check_square,
    node_mask,
    zero_padding,
)
from ferkeras.layers._neighbours import (
    add_table,
    batch_first,
    nodes_first,
    sum_neighbours,
    table_shape,
)


@keras.saving.register_keras_serializable("ferkeras")
class ChebyshevGraphConv(GraphConvolution):
    """``y_j = h(sum_k sum_i theta_kij T_k(L~) x_i + b_j)``, k = 0..order: Defferrard et al. 2016.

    Their Eq. 4 with the recursion of Eq. 5: ``T_0 = 1``, ``T_1 = L~``,
    ``T_k = 2 L~ T_(k-1) - T_(k-2)``. ``L~ = 2 L / lambda_max - 1`` is the scaled Laplacian, whose
    spectrum lies in [-1, 1]. The filter reaches ``order`` edges far, needs no eigenvectors, and
    costs time and memory in proportion to the edges: the choice for large graphs.

    ``order`` is the degree of the polynomial, which has ``order + 1`` terms (the paper's and
    PyTorch Geometric's K is the number of terms). The recursion runs in float32.

    Args:
        filters: output channels.
        order: degree of the polynomial, 0 or more.
        neighbours: int ``(nodes, places)``, L~ of one graph as a table: the columns of the entries
            of each row, the diagonal among them; saved with the layer. Or only its shape, to be
            loaded. None: each sample brings its L~.
        edge_weights: float ``(nodes, places)``: these entries of L~; 0 where a place is not used.
        activation: h, such as ``"relu"``; None: linear.
        use_bias: whether b is there.

    Input shape: ``(batch, nodes, channels)``; without ``neighbours`` a list of that and of L~,
    ``(batch, nodes, nodes)``.
    Output shape: ``(batch, nodes, filters)``.

    A mask ``(batch, nodes)``, by ``mask=`` or from Keras, marks nodes that are real: the others
    count as 0 in every term and give 0.

    Raises:
        ValueError: tables or inputs that do not fit together.
    """

    def __init__(
        self,
        filters: int,
        order: int,
        neighbours: Any = None,
        edge_weights: Any = None,
        activation: Any = None,
        use_bias: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(filters, activation, use_bias, **kwargs)
        if order < 0:
            raise ValueError(f"order must be 0 or more, got {order}")
        self.order = order
        self.neighbours = self.edge_weights = None
        if neighbours is not None:
            self.neighbours, self.edge_weights = add_table(self, neighbours, edge_weights)

    def build(self, input_shape: Any) -> None:
        """Make ``kernel``: (order + 1, channels, filters)."""
        if self.neighbours is not None:
            (shape,) = self._take_shapes(input_shape, "nodes")
            channels = check_nodes(self.name, shape, self.neighbours.shape[0])
        else:
            shape, laplacian = self._take_shapes(input_shape, "nodes", "Laplacian")
            channels = check_nodes(self.name, shape)
            check_square(f"{self.name}: expected a Laplacian", laplacian, shape[1])
        terms = self.order + 1
        self._add_weights((terms, channels, self.filters), terms * channels, self.filters)

    def call(self, inputs: Any, mask: Any = None) -> Any:
        """Sum the terms."""
        nodes, *own = as_list(inputs)
        channels = nodes.shape[-1]
        mask = node_mask(mask, nodes.shape)
        nodes = ops.cast(zero_padding(nodes, mask), "float32")
        if own:
            laplacian = ops.cast(own[0], "float32")
            terms = self._terms(nodes, lambda x: zero_padding(ops.matmul(laplacian, x), mask))
            return self._finish(self._mix(terms), mask)

        def apply(rows: Any) -> Any:
            rows = sum_neighbours(rows, self.neighbours, self.edge_weights)
            if mask is None:
                return rows
            return nodes_first(zero_padding(batch_first(rows, channels), mask))

        terms = self._terms(nodes_first(nodes), apply)
        terms = [ops.reshape(rows, (rows.shape[0], -1, channels)) for rows in terms]
        return self._finish(ops.transpose(self._mix(terms), (1, 0, 2)), mask)

    def _terms(self, first: Any, apply: Any) -> list[Any]:
        """``T_k(L~) x`` for k = 0..order."""
        terms = [first]
        for number in range(1, self.order + 1):
            following = apply(terms[-1])
            terms.append(following if number == 1 else 2.0 * following - terms[-2])
        return terms

    def _mix(self, terms: list[Any]) -> Any:
        """All terms and channels into the filters, as one product."""
        joined = ops.cast(ops.concatenate(terms, axis=-1), self.compute_dtype)
        kernel = ops.reshape(self.kernel, (-1, self.filters))
        return ops.matmul(joined, ops.cast(kernel, joined.dtype))

    def get_config(self) -> dict[str, Any]:
        """Constructor arguments; of the table only its shape."""
        return {
            **super().get_config(),
            "order": self.order,
            "neighbours": table_shape(self.neighbours),
            "edge_weights": None,
        }
