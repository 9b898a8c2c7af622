"""Pairs of neighbours to merge."""

from __future__ import annotations

import heapq

import numpy as np
from numpy.typing import NDArray

from ferkeras.graphs.laplacian import Matrix


def matched(matrix: Matrix, degrees: NDArray[np.float64]) -> NDArray[np.int64]:
    """The cluster of each node: a maximal matching, chosen greedily for the normalised cut.

    The node with the fewest unmatched neighbours comes next (at equal numbers the one with the
    smaller degree, then the lower number); it takes the unmatched neighbour j with the largest
    ``w_ij (1 / d_i + 1 / d_j)``, at equal ones that with the fewest unmatched neighbours, then the
    lower number.

    Args:
        matrix: symmetric weights above 0, no diagonal.
        degrees: ``(N,)``.

    Returns:
        int64 ``(N,)``, clusters numbered by their lowest node.
    """
    count = len(degrees)
    starts, numbers = matrix.indptr.tolist(), matrix.indices.tolist()
    inverse = np.where(degrees > 0, 1 / np.maximum(degrees, np.finfo(float).tiny), 0.0)
    rows = np.repeat(np.arange(count), np.diff(matrix.indptr))
    gains = (matrix.data * (inverse[rows] + inverse[matrix.indices])).tolist()
    free = np.diff(matrix.indptr).tolist()
    size = degrees.tolist()
    mate = [-1] * count
    waiting = [(free[node], size[node], node) for node in range(count)]
    heapq.heapify(waiting)
    while waiting:
        known_free, _, node = heapq.heappop(waiting)
        if mate[node] >= 0 or known_free != free[node]:
            continue  # done already, or there is a newer entry
        best = node
        if free[node]:
            choices = [at for at in range(starts[node], starts[node + 1]) if mate[numbers[at]] < 0]
            at = min(choices, key=lambda at: (-gains[at], free[numbers[at]], numbers[at]))
            best = numbers[at]
        mate[node], mate[best] = best, node
        for end in {node, best}:
            for other in numbers[starts[end] : starts[end + 1]]:
                if mate[other] < 0:
                    free[other] -= 1
                    heapq.heappush(waiting, (free[other], size[other], other))
    lowest = np.minimum(np.arange(count), mate)
    return np.unique(lowest, return_inverse=True)[1]
