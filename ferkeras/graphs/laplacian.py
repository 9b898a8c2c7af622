"""Graph Laplacians."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import linalg

from ferkeras.errors import GraphError
from ferkeras.graphs.adjacency import adjacency
from ferkeras.types import Graph

Matrix: TypeAlias = sparse.csr_array
KINDS = ("combinatorial", "symmetric", "random_walk")
_SMALL = 64  # rows up to which a dense solver finds the largest eigenvalue


def laplacian(graph: Graph, kind: str = "combinatorial") -> Matrix:
    """The graph's Laplacian, with A the weights of edges and D = diag(sum_j A_ij) the degrees.

    ======================  =============================  ==============
    ``"combinatorial"``     L = D - A (the SSGNN paper's)  0 <= lambda
    ``"symmetric"``         I - D^-1/2 A D^-1/2            0 <= lambda <= 2
    ``"random_walk"``       I - D^-1 A, not symmetric      0 <= lambda <= 2
    ======================  =============================  ==============

    F. Chung: Spectral graph theory, 1997, chapter 1: a node without edges has a row of zeros in
    all three, so the eigenvalue 0 comes as often as there are connected components.

    Returns:
        float64 CSR matrix ``(N, N)``, with every diagonal entry stored.

    Raises:
        GraphError: an unknown kind.
    """
    if kind not in KINDS:
        raise GraphError(f"no Laplacian {kind!r}; known: {', '.join(KINDS)}")
    weights = adjacency(graph)
    degrees = np.asarray(weights.sum(axis=1), np.float64)
    if kind == "combinatorial":
        return _minus(degrees, weights)
    power = -0.5 if kind == "symmetric" else -1.0
    joined = degrees > 0
    factors = np.power(degrees, power, where=joined, out=np.zeros_like(degrees))
    source, target = graph.edges
    # the product of both factors first, so that rounding leaves the matrix symmetric
    weights.data *= factors[source] * (factors[target] if kind == "symmetric" else 1.0)
    return _minus(joined.astype(np.float64), weights)


def scaled_laplacian(matrix: Matrix, largest: float | None = None) -> Matrix:
    """2 L / lambda_max - I, whose eigenvalues lie in -1..1 as Chebyshev polynomials need it.

    M. Defferrard, X. Bresson, P. Vandergheynst: Convolutional neural networks on graphs with fast
    localized spectral filtering, NIPS 2016, below equation 4. A graph without edges gives -I.

    Args:
        matrix: a Laplacian.
        largest: its largest eigenvalue or a bound of it (2 for the normalised kinds); None:
            computed.

    Returns:
        float64 CSR matrix ``(N, N)``.

    Raises:
        GraphError: ``largest`` is not above 0.
    """
    if largest is not None and not 0 < largest < np.inf:
        raise GraphError(f"largest is {largest}, expected an eigenvalue above 0")
    bound = _largest_eigenvalue(matrix) if largest is None else largest
    # no edge: every eigenvalue is 0, which is mapped to -1 whatever the bound is
    scaled = matrix * (2 / bound if bound > 0 else 0.0)
    return sparse.csr_array(scaled - sparse.eye_array(matrix.shape[0]))


def _minus(diagonal: NDArray[np.float64], weights: Matrix) -> Matrix:
    """diag(diagonal) - weights, keeping zeros of the diagonal."""
    count = len(diagonal)
    each = np.arange(count, dtype=np.int32)
    rows = np.repeat(each, np.diff(weights.indptr))
    data = np.concatenate([diagonal, -weights.data])
    places = np.concatenate([each, rows]), np.concatenate([each, weights.indices])
    return sparse.csr_array(sparse.coo_array((data, places), shape=(count, count)))


def _largest_eigenvalue(matrix: Matrix) -> float:
    count = matrix.shape[0]
    if count <= _SMALL:
        return float(np.linalg.eigvals(matrix.toarray()).real.max(initial=0.0))
    size = float(abs(matrix).max())
    if not size:
        return 0.0
    start = np.random.default_rng(0).normal(size=count)  # the same in every run
    if abs(matrix - matrix.T).max() > 1e-9 * size:
        found = linalg.eigs(matrix, 1, which="LR", v0=start, return_eigenvectors=False)
    else:
        found = linalg.eigsh(matrix, 1, which="LA", v0=start, return_eigenvectors=False)
    return float(found[0].real)
