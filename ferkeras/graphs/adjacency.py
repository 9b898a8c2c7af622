"""Edges and adjacency matrices."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from ferkeras.errors import GraphError
from ferkeras.types import FloatArray, Graph


def adjacency(graph: Graph) -> sparse.csr_array:
    """The symmetric matrix A ``(N, N)`` of edge weights, float64: A[i, j] = weight of edge i-j."""
    count = len(graph.nodes)
    source, target = graph.edges
    starts = np.zeros(count + 1, np.int32)
    np.cumsum(np.bincount(source, minlength=count), out=starts[1:])
    # edges are sorted as CSR wants them, so nothing has to be sorted here
    weights = graph.weights.astype(np.float64)
    return sparse.csr_array((weights, target.copy(), starts), shape=(count, count))


def graph_from_edges(
    nodes: ArrayLike,
    pairs: ArrayLike,
    weights: ArrayLike | None = None,
    positions: FloatArray | None = None,
) -> Graph:
    """A `Graph` from pairs of nodes in any order, each given once or both ways.

    Args:
        nodes: ``(N, F)`` node features; F may be 0.
        pairs: ``(E, 2)`` node numbers; a pair that comes again (either way round) counts once.
        weights: ``(E,)`` above 0; None: all 1.
        positions: ``(N, 2)``, (x, y) in pixels.

    Raises:
        GraphError: a node joined to itself, a number outside 0..N-1, weights that differ for one
            pair, wrong shapes.
    """
    features = np.asarray(nodes, np.float32)
    joined = np.asarray(pairs)
    if joined.size == 0:
        joined = np.zeros((0, 2), np.int64)
    if joined.ndim != 2 or joined.shape[1] != 2 or joined.dtype.kind not in "iu":
        raise GraphError(
            f"pairs are {joined.dtype} of shape {joined.shape}, expected integers (E, 2)"
        )
    given = np.ones(len(joined)) if weights is None else np.asarray(weights)
    if given.shape != (len(joined),):
        raise GraphError(f"weights have shape {given.shape}, expected ({len(joined)},)")
    count = features.shape[0] if features.ndim == 2 else 0
    if joined.size and not (joined.min() >= 0 and joined.max() < count):
        raise GraphError(f"a pair leads to a node outside 0..{count - 1}")
    both = np.concatenate([joined, joined[:, ::-1]]).astype(np.int64)
    keys, doubled = both[:, 0] * count + both[:, 1], np.concatenate([given, given])
    order = np.argsort(keys, kind="stable")
    keys, doubled = keys[order], doubled[order]
    again = keys[1:] == keys[:-1]
    if (again & (doubled[1:] != doubled[:-1])).any():
        raise GraphError("a pair of nodes is given twice with different weights")
    first = np.append(True, ~again)[: len(keys)]
    edges = np.stack([keys // max(1, count), keys % max(1, count)])
    return Graph(features, edges[:, first], doubled[first], positions=positions)
