"""What average and maximum pooling over clusters of nodes share."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

from ferkeras.layers._constants import (
    Shape,
    add_constant,
    array_or_shape,
    nan_if_unfilled,
    whole_numbers,
)
from ferkeras.layers._graph_layer import check_nodes, node_mask


class GraphPooling(keras.layers.Layer):
    """Base: brings the nodes into the order of the clusters, and knows which places are filled."""

    def __init__(self, pool_size: int, order: Any = None, **kwargs: Any) -> None:
        super().__init__(autocast=False, **kwargs)
        if pool_size < 1:
            raise ValueError(f"pool_size must be at least 1, got {pool_size}")
        self.pool_size = pool_size
        self.order, self._last = None, -1
        if order is None:
            return
        order = array_or_shape("order", order, 1)
        if not isinstance(order, tuple):
            order = whole_numbers("order", order, -1, len(order))
            self._last = int(order.max())
            used = np.sort(order[order >= 0])
            if len(np.unique(used)) != len(used):
                raise ValueError("order: a node stands in it twice")
        places = order[0] if isinstance(order, tuple) else len(order)
        if places % pool_size:
            raise ValueError(f"order has {places} places, no multiple of pool_size {pool_size}")
        self.order = add_constant(self, "order", order, "int32")

    def build(self, input_shape: Shape) -> None:
        """Check the number of nodes; there is nothing to learn."""
        check_nodes(self.name, input_shape)
        nodes = input_shape[1]
        if self.order is None:
            if nodes is None or nodes % self.pool_size:
                raise ValueError(
                    f"{self.name}: {nodes} nodes are no multiple of pool_size {self.pool_size}; "
                    "give an order with -1 where a cluster is not full"
                )
        elif nodes is None or self._last >= nodes:
            raise ValueError(f"{self.name}: order names node {self._last}, the input has {nodes}")
        self.input_spec = keras.layers.InputSpec(shape=(None, *input_shape[1:]))

    def _clusters(self, nodes: Any, mask: Any) -> tuple[Any, Any]:
        """Nodes ``(batch, clusters, pool_size, channels)``, and which are there.

        The second is bool ``(batch or 1, clusters, pool_size, 1)``, or None where all are.
        """
        mask = node_mask(mask, nodes.shape)
        channels = nodes.shape[-1]
        there = None
        if self.order is not None:
            order = ops.convert_to_tensor(self.order)
            there = ops.expand_dims(order >= 0, 0)
            order = ops.maximum(order, 0)
            nodes = ops.take(nodes, order, axis=1)
            mask = None if mask is None else ops.take(mask, order, axis=1)
        if mask is not None:
            there = mask if there is None else ops.logical_and(there, mask)
        clusters = nodes.shape[1] // self.pool_size
        if there is not None:
            there = ops.reshape(there, (-1, clusters, self.pool_size, 1))
        return ops.reshape(nodes, (-1, clusters, self.pool_size, channels)), there

    def _finish(self, pooled: Any) -> Any:
        """In the compute type; NaN as long as no order is loaded."""
        pooled = ops.cast(pooled, self.compute_dtype)
        if self.order is None:
            return pooled
        return pooled * ops.cast(nan_if_unfilled(self.order), pooled.dtype)

    def coarse_order(self) -> Any:
        """The ``order`` for pooling this layer's output again: its clusters, -1 for empty ones.

        Raises:
            ValueError: the layer has no order.
        """
        if self.order is None:
            raise ValueError(f"{self.name}: without an order no cluster is empty; none is needed")
        order = ops.convert_to_numpy(self.order).reshape(-1, self.pool_size)
        return np.where((order >= 0).any(axis=1), np.arange(len(order)), -1).astype(np.int32)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """A cluster is real where any of its nodes is."""
        if previous_mask is None:
            return None
        _, there = self._clusters(inputs, previous_mask)
        return ops.any(there, axis=(2, 3))

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """``(batch, clusters, channels)``."""
        places = input_shape[1] if self.order is None else self.order.shape[0]
        return (input_shape[0], places // self.pool_size, input_shape[2])

    def get_config(self) -> dict[str, Any]:
        """Constructor arguments; of the order only its length."""
        order = None if self.order is None else self.order.shape[0]
        return {**super().get_config(), "pool_size": self.pool_size, "order": order}
