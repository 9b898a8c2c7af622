"""Edges between each node and the ones nearest to it."""

from __future__ import annotations

import numbers
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from scipy.spatial import KDTree

from ferkeras.errors import GraphError
from ferkeras.types import FloatArray, Graph

Table = tuple[NDArray[np.int32], FloatArray]
_TIES = 4  # asked for beyond k, as pixels often lie at one distance from a pixel
_CHUNK = 2_000_000  # distances that are looked at together


def knn_graph(
    positions: ArrayLike,
    k: int = 8,
    *,
    nodes: ArrayLike | None = None,
    symmetric: str = "union",
) -> Graph:
    """Each node is joined to the ``k`` nearest others by Euclidean distance; all weights are 1.

    Of nodes at the same distance those higher up come first, then those further left, then lower
    numbers, so the result is the same everywhere and the order of the nodes does not change it. A
    node is never its own neighbour; another one in the same place is, at distance 0. All nodes in
    one place are an error: a detector that failed gives such landmarks, never a face.

    Args:
        positions: ``(N, 2)``, (x, y) in pixels.
        k: the paper's K, 8 to 24.
        nodes: ``(N, F)`` node features; None: F = 0.
        symmetric: ``"union"`` keeps an edge if either end is among the other's nearest (every
            node has at least k edges), ``"mutual"`` if both are (at most k; some may have none).

    Raises:
        GraphError: fewer than k + 1 nodes, a k that is no whole number, positions that are no
            finite real numbers or all the same, an unknown option.
    """
    points = _real_numbers("positions", positions)
    if points.ndim != 2 or points.shape[1] != 2:
        raise GraphError(f"positions have shape {points.shape}, expected (N, 2) of (x, y)")
    if not np.isfinite(points).all():
        raise GraphError("positions hold NaN or infinity")
    if symmetric not in ("union", "mutual"):
        raise GraphError(f"symmetric is {symmetric!r}, expected 'union' or 'mutual'")
    count = len(points)
    if isinstance(k, bool) or not isinstance(k, numbers.Integral):
        raise GraphError(f"k is {k!r}, expected a whole number of neighbours")
    k = int(k)
    if not 1 <= k < count:
        raise GraphError(
            f"k={k} neighbours of {count} nodes: expected k from 1 to {count - 1}, "
            "take fewer neighbours or more nodes"
        )
    if (points == points[0]).all():
        x, y = points[0]
        raise GraphError(
            f"all {count} nodes lie in one place, x={x:g}, y={y:g}; were the landmarks found?"
        )
    reading = np.lexsort(points.T)  # by y, then x, then number
    nearest = _nearest(points[reading].astype(np.float64), k)
    source, target = np.repeat(reading, k), reading[nearest.ravel()]
    both = np.sort(np.concatenate([source * count + target, target * count + source]))
    twice = both[1:] == both[:-1]  # either end is among the other's nearest
    kept = both[np.append(True, ~twice)] if symmetric == "union" else both[1:][twice]
    features = np.zeros((count, 0)) if nodes is None else _real_numbers("nodes", nodes)
    edges = np.stack([kept // count, kept % count])
    return Graph(features, edges, positions=points)


def _real_numbers(name: str, values: ArrayLike) -> FloatArray:
    """As float32; what is too large for it becomes infinite."""
    try:
        array = np.asarray(values)
    except ValueError as error:  # rows of different lengths
        raise GraphError(f"{name}: not an array of numbers ({error})") from error
    if array.dtype.kind not in "iuf":
        raise GraphError(f"{name} are of type {array.dtype}, expected real numbers")
    with np.errstate(over="ignore"):
        return array.astype(np.float32)


def _nearest(points: NDArray[np.float64], k: int) -> NDArray[np.int64]:
    """Numbers ``(N, k)`` of the nearest other points; at one distance lower numbers first."""
    tree, count = KDTree(points), len(points)
    found = np.empty((count, k), np.int64)
    rows, asked = np.arange(count), min(count, k + 1 + _TIES)
    while len(rows):
        step = max(1, _CHUNK // asked)
        undecided = []
        for part in (rows[at : at + step] for at in range(0, len(rows), step)):
            distance, number = tree.query(points[part], asked)
            distance = np.where(number == part[:, None], -1.0, distance)  # itself comes first
            order = np.argsort(number, axis=1)
            number = np.take_along_axis(number, order, 1)
            distance = np.take_along_axis(distance, order, 1)
            order = np.argsort(distance, axis=1, kind="stable")
            found[part] = np.take_along_axis(number, order, 1)[:, 1 : k + 1]
            last, kth = np.take_along_axis(distance, order[:, [-1, k]], 1).T
            # more points may lie at the distance of the k-th than were asked for
            undecided.append(part[last == kth] if asked < count else part[:0])
        rows, asked = np.concatenate(undecided), min(count, 2 * asked)
    return found


def neighbour_table(graph: Graph | sparse.sparray) -> Table:
    """Each node's neighbours as two tables, for layers that gather instead of multiplying.

    ``sum_r weights[i, r] * x[neighbours[i, r]]`` is row i of the matrix times x.

    Args:
        graph: its neighbours come nearest first where it has positions (at one distance higher up,
            then further left, then lower numbers first), so that a weight can belong to a rank;
            by number where it has none. Or any sparse matrix ``(N, N)``, for instance a scaled
            Laplacian: its stored entries by row, the diagonal first, then by column.

    Returns:
        neighbours: int32 ``(N, R)``, R = the largest number of neighbours, at least 1.
        weights: float32 ``(N, R)``. Unused places hold the node itself with weight 0.
    """
    if isinstance(graph, Graph):
        count, (source, target), weights = len(graph.nodes), graph.edges, graph.weights
        rank = [target]
        if graph.positions is not None:
            x, y = graph.positions[target].T
            apart = (graph.positions[target] - graph.positions[source]).astype(np.float64)
            rank = [target, x, y, (apart**2).sum(axis=1)]
    else:
        matrix: Any = sparse.coo_array(graph)
        matrix.sum_duplicates()
        count, source, target = matrix.shape[0], matrix.row, matrix.col
        weights, rank = matrix.data, [target, target != source]
    order = np.lexsort((*rank, source))
    source, target, weights = source[order], target[order], weights[order]
    degrees = np.bincount(source, minlength=count)
    most = max(1, int(degrees.max(initial=0)))
    place = np.arange(len(source)) - np.repeat(np.cumsum(degrees) - degrees, degrees)
    neighbours = np.repeat(np.arange(count, dtype=np.int32)[:, None], most, axis=1)
    table = np.zeros((count, most), np.float32)
    neighbours[source, place] = target
    table[source, place] = weights
    return neighbours, table
