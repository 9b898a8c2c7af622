"""Mean of the nodes of each cluster."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from ferkeras.layers._graph_pooling import GraphPooling


@keras.saving.register_keras_serializable("ferkeras")
class GraphAveragePooling(GraphPooling):
    """The mean feature of each cluster of nodes: SSGNN's Eq. 13, after Bruna et al. 2014.

    A cluster is ``pool_size`` places in a row of ``order``, as a multilevel coarsening gives them
    (Defferrard et al. 2016, section 2.3); so pooling is one gather and one reshape. Places that
    were filled in (-1), and nodes that a mask leaves out, do not count; a cluster without any node
    gives 0. To pool a second time take this layer's `coarse_order()` as the order of the next, so
    that empty clusters do not count there either. The mean is taken in float32.

    Args:
        pool_size: places of a cluster.
        order: int, length a multiple of ``pool_size``: the number of the node at each place, each
            at most once, or -1; saved with the layer. Or only its length, to be loaded. None: the
            nodes as they come.

    Input shape: ``(batch, nodes, channels)``.
    Output shape: ``(batch, places // pool_size, channels)``.

    A mask ``(batch, nodes)``, by ``mask=`` or from Keras, marks nodes that are real; the mask of
    the clusters goes on to the next layer.

    Raises:
        ValueError: an order that does not fit ``pool_size`` or the input.
    """

    def call(self, inputs: Any, mask: Any = None) -> Any:
        """Average over each cluster."""
        nodes, there = self._clusters(inputs, mask)
        nodes = ops.cast(nodes, "float32")
        if there is None:
            return self._finish(ops.mean(nodes, axis=2))
        if mask is None:  # a product has an integer form in TFLite, a choice has none
            nodes = nodes * ops.cast(there, "float32")
        else:  # nodes that a mask leaves out may be NaN
            nodes = ops.where(there, nodes, ops.zeros_like(nodes))
        total = ops.sum(nodes, axis=2)
        count = ops.sum(ops.cast(there, "float32"), axis=2)
        return self._finish(total / ops.maximum(count, 1.0))
