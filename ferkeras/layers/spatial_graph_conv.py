"""Convolution over the neighbours of each node of a fixed graph."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from ferkeras.layers._graph_layer import GraphConvolution, check_nodes, node_mask, zero_padding
from ferkeras.layers._neighbours import add_table, nodes_first, table_shape

KERNELS = ("edge", "rank")


@keras.saving.register_keras_serializable("ferkeras")
class SpatialGraphConv(GraphConvolution):
    """``y_jv = h(sum_i sum_u w_ijuv x_iu + b_j)``, u in the neighbourhood of v: SSGNN's Eq. 12.

    This is the spatial construction of Bruna et al. 2014, section 2. Every edge (u, v) has its own
    weights, so the layer is locally connected: ``nodes x (places + 1) x channels x filters``
    weights, which is much on a large graph. ``kernel_per="rank"`` shares them between the nodes:
    one kernel for all nodes themselves, one for all nearest neighbours, one for all second nearest
    and so on; then it is a convolution, and needs a table in order of distance.

    Args:
        filters: output channels.
        neighbours: int ``(nodes, places)``: the neighbours of each node, saved with the layer. Or
            only its shape, to be loaded.
        edge_weights: float ``(nodes, places)``: what each neighbour's features are multiplied with
            before; 1 for a plain edge, 0 where a place is not used (such a place of the kernel then
            has no effect and no gradient).
        kernel_per: ``"edge"`` or ``"rank"``.
        include_self: whether a node belongs to its own neighbourhood, as the sum of Eq. 9 has it;
            False: the neighbours alone.
        activation: h, such as ``"relu"``; None: linear.
        use_bias: whether b is there; the paper has none.

    Input shape: ``(batch, nodes, channels)``. Output shape: ``(batch, nodes, filters)``.

    A mask ``(batch, nodes)``, by ``mask=`` or from Keras, marks nodes that are real: the others
    count as 0 and give 0.

    Raises:
        ValueError: tables or an input that do not fit together.
    """

    def __init__(
        self,
        filters: int,
        neighbours: Any,
        edge_weights: Any = None,
        *,
        kernel_per: str = "edge",
        include_self: bool = True,
        activation: Any = None,
        use_bias: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(filters, activation, use_bias, **kwargs)
        if kernel_per not in KERNELS:
            raise ValueError(f"kernel_per is {kernel_per!r}, expected one of {KERNELS}")
        self.kernel_per = kernel_per
        self.include_self = include_self
        self.neighbours, self.edge_weights = add_table(self, neighbours, edge_weights)

    def build(self, input_shape: Any) -> None:
        """Make ``kernel``: ([nodes,] places, channels, filters), the node itself first."""
        nodes, places = self.neighbours.shape
        (shape,) = self._take_shapes(input_shape, "nodes")
        channels = check_nodes(self.name, shape, nodes)
        places += self.include_self
        kernel_shape: tuple[int, ...] = (places, channels, self.filters)
        if self.kernel_per == "edge":
            kernel_shape = (nodes, *kernel_shape)
        self._add_weights(kernel_shape, places * channels, self.filters)

    def call(self, inputs: Any, mask: Any = None) -> Any:
        """Gather each neighbourhood, then one product for each node, or one for all."""
        mask = node_mask(mask, inputs.shape)
        features = ops.cast(zero_padding(inputs, mask), self.compute_dtype)
        count, channels = inputs.shape[1:]
        neighbours = ops.convert_to_tensor(self.neighbours)
        weights = ops.cast(self.edge_weights, self.compute_dtype)
        if self.include_self:
            itself = ops.expand_dims(ops.arange(count, dtype="int32"), 1)
            neighbours = ops.concatenate([itself, neighbours], axis=1)
            weights = ops.concatenate([ops.ones((count, 1), weights.dtype), weights], axis=1)
        places = neighbours.shape[1]
        gathered = ops.take(nodes_first(features), neighbours, axis=0)
        gathered = gathered * ops.expand_dims(weights, -1)
        gathered = ops.reshape(gathered, (count, places, -1, channels))
        gathered = ops.reshape(
            ops.transpose(gathered, (0, 2, 1, 3)), (count, -1, places * channels)
        )
        kernel = ops.cast(self.kernel, self.compute_dtype)
        kernel = ops.reshape(kernel, (*kernel.shape[:-3], places * channels, self.filters))
        return self._finish(ops.transpose(ops.matmul(gathered, kernel), (1, 0, 2)), mask)

    def get_config(self) -> dict[str, Any]:
        """Constructor arguments; of the table only its shape."""
        return {
            **super().get_config(),
            "neighbours": table_shape(self.neighbours),
            "edge_weights": None,
            "kernel_per": self.kernel_per,
            "include_self": self.include_self,
        }
