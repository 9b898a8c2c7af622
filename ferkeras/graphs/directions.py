"""The neighbours of each node by the direction in which they lie."""

from __future__ import annotations

import numpy as np

from ferkeras.errors import GraphError
from ferkeras.graphs.neighbours import Table
from ferkeras.types import Graph


def direction_table(graph: Graph, sectors: int = 8) -> Table:
    """A table of neighbours in which every place stands for one direction.

    Around each node the plane is cut into equal sectors; the first one looks along x, the next ones
    follow clockwise as the picture is seen (y points down). Of the neighbours in a sector the
    nearest counts (at one distance the lower number), the others are left out; neighbours in the
    same place as the node have no direction and are left out too. A weight that belongs to a place
    thus belongs to a direction, as in a convolution over pixels: on a full grid with 8 neighbours
    `ferkeras.layers.SpatialGraphConv` with this table and ``kernel_per="rank"`` is a 3x3
    convolution with zero padding.

    Args:
        graph: with positions.
        sectors: how many, from 1.

    Returns:
        neighbours: int32 ``(N, sectors)``.
        weights: float32 ``(N, sectors)``: 1, or 0 where no neighbour lies in the sector; such a
            place holds the node itself.

    Raises:
        GraphError: a graph without positions, or no sectors.
    """
    if graph.positions is None:
        raise GraphError("directions need a graph whose nodes have positions")
    if not isinstance(sectors, int | np.integer) or isinstance(sectors, bool) or sectors < 1:
        raise GraphError(f"sectors is {sectors!r}, expected a whole number from 1")
    source, target = graph.edges
    x, y = (graph.positions[target] - graph.positions[source]).astype(np.float64).T
    apart = np.hypot(x, y)
    sector = np.rint(np.arctan2(y, x) * sectors / (2 * np.pi)).astype(np.int64) % sectors
    # Farthest first, so that the nearest is written last into its place and stays.
    order = np.lexsort((-target, -apart))
    order = order[apart[order] > 0]
    neighbours = np.repeat(np.arange(len(graph.nodes), dtype=np.int32)[:, None], sectors, axis=1)
    weights = np.zeros(neighbours.shape, np.float32)
    neighbours[source[order], sector[order]] = target[order]
    weights[source[order], sector[order]] = 1.0
    return neighbours, weights
