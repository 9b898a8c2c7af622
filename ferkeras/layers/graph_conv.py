"""Graph convolution with the renormalised adjacency matrix."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
from keras import ops

from ferkeras.layers._graph_layer import (
    GraphConvolution,
    as_list,
    check_nodes,
    check_square,
    node_mask,
    shape_list,
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
class GraphConv(GraphConvolution):
    """``h(D^-1/2 (A + I) D^-1/2 X W + b)``: Kipf and Welling 2017, Eq. 2.

    D holds the degrees of A + I. A is given without self-loops, with weights of 0 or more; the
    layer adds I, so a node without neighbours keeps its own features and no degree is 0. The
    normalised matrix is never formed: X is scaled by ``D^-1/2`` before and after the product.
    Degrees and sums over nodes are computed in float32 whatever the layer computes in.

    Args:
        filters: output channels.
        neighbours: int ``(nodes, places)``, one graph for all samples, saved with the layer. Or
            only its shape, to be loaded. None: each sample brings its graph.
        edge_weights: float ``(nodes, places)``: A at these neighbours; 0 where a place is not used.
        activation: h, such as ``"relu"``; None: linear.
        use_bias: whether b is there; the paper has none.

    Input shape: ``(batch, nodes, channels)`` for one graph. For a graph a sample either
    ``[nodes, A]`` with A ``(batch, nodes, nodes)``; or, at a cost in proportion to the edges,
    ``[nodes, edges, weights]``: int ``(batch, 2, edges)`` with source and target of each (an
    undirected edge twice) and float ``(batch, edges)``, where edges that only pad have weight 0.
    Output shape: ``(batch, nodes, filters)``.

    A mask ``(batch, nodes)``, by ``mask=`` or from Keras, marks nodes that are real: the others
    count in no sum and no degree, and give 0.

    Raises:
        ValueError: tables or inputs that do not fit together, or edges that are not integers.
    """

    def __init__(
        self,
        filters: int,
        neighbours: Any = None,
        edge_weights: Any = None,
        activation: Any = None,
        use_bias: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(filters, activation, use_bias, **kwargs)
        self.neighbours = self.edge_weights = None
        if neighbours is not None:
            self.neighbours, self.edge_weights = add_table(self, neighbours, edge_weights)

    def build(self, input_shape: Any) -> None:
        """Make ``kernel``: (channels, filters)."""
        nodes = None if self.neighbours is None else self.neighbours.shape[0]
        if nodes is not None:
            names: tuple[str, ...] = ("nodes",)
        elif len(shape_list(input_shape)) == 3:
            names = ("nodes", "edges", "weights")
        else:
            names = ("nodes", "adjacency")
        shape, *graph = self._take_shapes(input_shape, *names)
        channels = check_nodes(self.name, shape, nodes)
        if len(graph) == 1:
            check_square(f"{self.name}: expected an adjacency matrix", graph[0], shape[1])
        elif graph:
            edges, weights = graph
            if len(edges) != 3 or edges[1] != 2 or len(weights) != 2 or weights[1] != edges[2]:
                raise ValueError(
                    f"{self.name}: expected edges (batch, 2, edges) and weights (batch, edges), "
                    f"got {edges} and {weights}"
                )
        self._add_weights((channels, self.filters), channels, self.filters)

    def call(self, inputs: Any, mask: Any = None) -> Any:
        """Mix the channels and the neighbours, whichever of both makes less of them first."""
        nodes, *graph = as_list(inputs)
        mask = node_mask(mask, nodes.shape)
        nodes = ops.cast(zero_padding(nodes, mask), self.compute_dtype)
        kernel = ops.cast(self.kernel, nodes.dtype)
        mix_first = nodes.shape[-1] > self.filters
        if mix_first:
            nodes = ops.matmul(nodes, kernel)
        nodes = ops.cast(nodes, "float32")
        spread = self._spread(nodes, graph)
        if mask is not None:
            real = ops.cast(ops.expand_dims(mask, -1), "float32")
        else:  # the degrees of one graph are the same for each sample
            real = ops.ones_like(nodes[..., :1]) if graph else ops.ones((1, nodes.shape[1], 1))
        scale = ops.rsqrt(spread(real) + 1.0)
        nodes = scale * nodes
        nodes = ops.cast(scale * (spread(nodes) + nodes), self.compute_dtype)
        return self._finish(nodes if mix_first else ops.matmul(nodes, kernel), mask)

    def _spread(self, nodes: Any, graph: list[Any]) -> Callable[[Any], Any]:
        """The function ``x -> A x``, in float32."""
        if not graph:
            return lambda x: batch_first(
                sum_neighbours(nodes_first(x), self.neighbours, self.edge_weights), x.shape[-1]
            )
        if len(graph) == 1:
            adjacency = ops.cast(graph[0], "float32")
            return lambda x: ops.matmul(adjacency, x)
        edges, weights = graph
        if "int" not in keras.backend.standardize_dtype(edges.dtype):
            raise ValueError(f"{self.name}: edges are node numbers, expected int32, got floats")
        batch, count = ops.shape(nodes)[:2]
        first = ops.reshape(ops.arange(batch, dtype="int32") * count, (-1, 1, 1))
        edges = ops.cast(edges, "int32") + first  # numbers among the nodes of the whole batch
        source, target = (ops.reshape(edges[:, row], (-1,)) for row in (0, 1))
        weights = ops.cast(ops.reshape(weights, (-1, 1)), "float32")

        def spread(x: Any) -> Any:
            channels = x.shape[-1]
            messages = weights * ops.take(ops.reshape(x, (-1, channels)), source, axis=0)
            sums = ops.segment_sum(messages, target, num_segments=batch * count)
            return ops.reshape(sums, (-1, count, channels))

        return spread

    def get_config(self) -> dict[str, Any]:
        """Constructor arguments; of the table only its shape."""
        return {
            **super().get_config(),
            "neighbours": table_shape(self.neighbours),
            "edge_weights": None,
        }
