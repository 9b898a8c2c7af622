"""The neighbour table of a fixed graph: made into weights, and summed over."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

from ferkeras.layers._constants import Shape, add_constant, array_or_shape, whole_numbers


def add_table(layer: keras.layers.Layer, neighbours: Any, edge_weights: Any) -> tuple[Any, Any]:
    """The weights ``neighbours`` int32 and ``edge_weights`` float32, both ``(nodes, places)``.

    Args:
        layer: the layer they belong to.
        neighbours: node numbers. A place that is not used holds any node, with weight 0. Or only
            the shape of both.
        edge_weights: the weights of these edges; None with a shape.

    Raises:
        ValueError: tables that do not fit together, or a neighbour that is no node.
    """
    table = array_or_shape("neighbours", neighbours, 2)
    if isinstance(table, tuple):
        if edge_weights is not None:
            raise ValueError("edge_weights with neighbours given as a shape; give both as arrays")
        weights: Any = table
    else:
        table = whole_numbers("neighbours", table, 0, len(table))
        weights = None if edge_weights is None else np.asarray(edge_weights, np.float32)
        if weights is None or weights.shape != table.shape or not np.isfinite(weights).all():
            found = None if weights is None else weights.shape
            raise ValueError(
                f"edge_weights: expected finite numbers of shape {table.shape} like neighbours "
                f"(0 where a place is not used), got {found}"
            )
    return (
        add_constant(layer, "neighbours", table, "int32"),
        add_constant(layer, "edge_weights", weights),
    )


def nodes_first(nodes: Any) -> Any:
    """``(batch, nodes, channels)`` -> ``(nodes, batch x channels)``.

    A node is then one row, so that gathering it copies one piece of memory, and a product with a
    matrix over the nodes is a single matrix product for the whole batch.
    """
    return ops.reshape(ops.transpose(nodes, (1, 0, 2)), (nodes.shape[1], -1))


def batch_first(rows: Any, channels: int) -> Any:
    """Inverse of `nodes_first`."""
    return ops.transpose(ops.reshape(rows, (rows.shape[0], -1, channels)), (1, 0, 2))


def sum_neighbours(rows: Any, neighbours: Any, edge_weights: Any) -> Any:
    """``y[n] = sum_r edge_weights[n, r] rows[neighbours[n, r]]`` for rows ``(nodes, length)``."""
    gathered = ops.take(rows, neighbours, axis=0)
    return ops.squeeze(ops.matmul(ops.expand_dims(edge_weights, 1), gathered), 1)


def table_shape(neighbours: Any) -> Shape | None:
    """What ``get_config`` keeps of a table."""
    return None if neighbours is None else tuple(neighbours.shape)
