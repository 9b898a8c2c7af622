"""Maximum of the nodes of each cluster."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from ferkeras.layers._graph_pooling import GraphPooling


@keras.saving.register_keras_serializable("ferkeras")
class GraphMaxPooling(GraphPooling):
    """The largest feature of each cluster of nodes, channel by channel: Defferrard et al. 2016.

    Clusters, arguments, shapes, mask and errors are those of `GraphAveragePooling`: places that
    were filled in and nodes that a mask leaves out do not count, and a cluster without any node
    gives 0.

    Args:
        pool_size: places of a cluster.
        order: int: the number of the node at each place, or -1; or only its length; or None.

    Input shape: ``(batch, nodes, channels)``.
    Output shape: ``(batch, places // pool_size, channels)``.

    Raises:
        ValueError: an order that does not fit ``pool_size`` or the input.
    """

    def call(self, inputs: Any, mask: Any = None) -> Any:
        """Take the maximum over each cluster."""
        nodes, there = self._clusters(inputs, mask)
        nodes = ops.cast(nodes, self.compute_dtype)
        if there is None:
            return self._finish(ops.max(nodes, axis=2))
        # Not minus infinity, which becomes NaN in ONNX.
        lowest = -65504.0 if self.compute_dtype == "float16" else -3.38e38
        largest = ops.max(ops.where(there, nodes, ops.full_like(nodes, lowest)), axis=2)
        some = ops.any(there, axis=2)
        return self._finish(ops.where(some, largest, ops.zeros_like(largest)))
