"""Clusters of nodes for pooling, level by level."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ferkeras.errors import GraphError
from ferkeras.graphs._matching import matched
from ferkeras.graphs.adjacency import adjacency, graph_from_edges
from ferkeras.graphs.laplacian import Matrix
from ferkeras.types import Graph

Array = NDArray[np.float64]
Numbers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Coarsening:
    """A graph and its ever coarser versions, ordered so that pooling is a reshape.

    Node p of level l + 1 stands for the nodes 2p and 2p + 1 of level l. They are neighbours in
    ``graphs[l]``, or one of them (or both, below a fake one) is **fake**: filled in without edges,
    with features 0, at its parent's position.

    Attributes:
        permutation: int32 ``(M,)``: which node of the graph stands at each place of level 0; -1
            for a fake one. M = ``2**levels`` times the nodes of the coarsest level.
        graphs: levels + 1 graphs, of M, M / 2, ... nodes. A coarser graph's edge weighs what all
            edges between both clusters weigh; features and positions are the means of the
            original nodes in the cluster. Edge features are left out.
        real: for each level, bool: not fake.
    """

    permutation: NDArray[np.int32]
    graphs: tuple[Graph, ...]
    real: tuple[NDArray[np.bool_], ...]

    def order(self, level: int = 0) -> NDArray[np.int32]:
        """What a pooling layer gathers at a level, so that clusters lie side by side.

        Level 0 takes the nodes of the original graph, every other the nodes of
        ``graphs[level]``; -1 marks fake nodes, which are left out of means and maxima.
        """
        if level == 0:
            return self.permutation
        real = self.real[level]
        return np.where(real, np.arange(len(real)), -1).astype(np.int32)


def coarsen(graph: Graph, levels: int) -> Coarsening:
    """Multilevel coarsening by greedy matching of neighbours for the normalised cut (Graclus).

    I. Dhillon, Y. Guan, B. Kulis: Weighted graph cuts without eigenvectors, IEEE TPAMI 29(11),
    2007, section 4.1: a node is matched with the unmatched neighbour j that has the largest
    ``w_ij (1 / d_i + 1 / d_j)``; the degree d of a cluster is the sum of its nodes'. Nodes with the
    fewest unmatched neighbours choose first, which leaves fewer of them alone. A node left alone
    gets a fake sibling: M. Defferrard, X. Bresson, P. Vandergheynst: Convolutional neural networks
    on graphs with fast localized spectral filtering, NIPS 2016, section 2.3.

    Args:
        graph: any; each component is coarsened by itself, and an isolated node stays alone.
        levels: how often nodes are matched: clusters have up to ``2**levels`` nodes.

    Raises:
        GraphError: ``levels`` is negative, or a level has no edge left to match.
    """
    if isinstance(levels, bool) or not isinstance(levels, int | np.integer) or levels < 0:
        raise GraphError(f"levels is {levels!r}, expected an int from 0")
    matrix = adjacency(graph)
    degrees = np.asarray(matrix.sum(axis=1), np.float64)
    matrices, parents = [matrix], list[Numbers]()
    for level in range(levels):
        if not matrix.nnz:
            raise GraphError(
                f"levels={levels}: after {level} no edge is left to match nodes by; "
                f"take levels={level} or a graph with more edges"
            )
        parent = matched(matrix, degrees)
        matrix = _merged(matrix, parent)
        degrees = np.asarray(np.bincount(parent, degrees), np.float64)
        matrices.append(matrix)
        parents.append(parent)
    orders = _orders(parents, matrix.shape[0])
    return _built(graph, matrices, orders)


def _merged(matrix: Matrix, parent: Numbers) -> Matrix:
    """Weights between clusters, without those inside one."""
    count = int(parent.max()) + 1
    edges = matrix.tocoo()
    source, target = parent[edges.row], parent[edges.col]
    between = source != target
    places = source[between], target[between]
    merged = sparse.coo_array((edges.data[between], places), shape=(count, count))
    # half of it added to its mirror image: sums in another order may differ in their last digit
    half = sparse.csr_array(merged) / 2
    return sparse.csr_array(half + half.T)


def _orders(parents: list[Numbers], coarsest: int) -> list[Numbers]:
    """For each level, the node at each place; -1 for fake ones."""
    orders = [np.arange(coarsest)]
    for parent in reversed(parents):
        by_parent = np.argsort(parent, kind="stable")
        size = np.bincount(parent)
        first = np.cumsum(size) - size
        above = orders[0]
        order = np.full((len(above), 2), -1)
        real = above >= 0
        order[real, 0] = by_parent[first[above[real]]]
        two = np.flatnonzero(real)[size[above[real]] == 2]
        order[two, 1] = by_parent[first[above[two]] + 1]
        orders.insert(0, order.ravel())
    return orders


def _built(graph: Graph, matrices: list[Matrix], orders: list[Numbers]) -> Coarsening:
    permutation = orders[0]
    masks = [order >= 0 for order in orders]
    features = _means(graph.nodes, permutation, len(orders))
    positions: list[Array] | list[None] = [None] * len(orders)
    if graph.positions is not None:
        positions = _means(graph.positions, permutation, len(orders))
        for level in range(len(orders) - 2, -1, -1):  # fakes stand where their parent stands
            parent = np.repeat(positions[level + 1], 2, axis=0)
            positions[level] = np.where(masks[level][:, None], positions[level], parent)
    graphs = []
    for matrix, order, some, places in zip(matrices, orders, features, positions, strict=True):
        place = np.empty(matrix.shape[0], np.int64)
        real = order >= 0
        place[order[real]] = np.flatnonzero(real)
        edges = sparse.triu(matrix).tocoo()
        pairs = np.stack([place[edges.row], place[edges.col]], axis=1)
        where = None if places is None else places.astype(np.float32)
        graphs.append(graph_from_edges(some, pairs, edges.data, where))
    return Coarsening(permutation.astype(np.int32), tuple(graphs), tuple(masks))


def _means(values: NDArray[np.float32], permutation: Numbers, levels: int) -> list[Array]:
    """Means over the original nodes of each cluster, level by level; 0 where there are none."""
    real = permutation >= 0
    total = np.where(real[:, None], values[permutation].astype(np.float64), 0.0)
    number = real.astype(np.float64)
    means = []
    for _ in range(levels):
        means.append(total / np.maximum(number, 1.0)[:, None])
        if len(means) < levels:
            total = total.reshape(len(total) // 2, 2, total.shape[1]).sum(axis=1)
            number = number.reshape(-1, 2).sum(axis=1)
    return means
