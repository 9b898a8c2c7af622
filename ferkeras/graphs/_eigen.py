"""The lowest eigenpairs of a symmetric matrix without negative eigenvalues."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import linalg as dense
from scipy import sparse
from scipy.sparse import linalg
from threadpoolctl import threadpool_limits

from ferkeras.errors import GraphError
from ferkeras.graphs.laplacian import Matrix

Array = NDArray[np.float64]
Pair = tuple[Array, Array]

LARGEST_DENSE = 4000
"""Nodes up to which all eigenvectors are computed, by a dense solver."""

_ALWAYS_DENSE = 200  # nodes
_SHARE = 4  # Lanczos is faster up to a quarter of the modes
_SHIFT = 0.01  # below 0, as a share of the mean diagonal
_EDGE = 1e-6  # what lies this near to the highest mode, relatively, may be exchanged with it
_TINY = 1e-9  # of the mean diagonal: what is 0 for the count of pivots
_ROUNDS = 100


def lowest_modes(matrix: Matrix, wanted: int) -> Pair:
    """Ascending eigenvalues ``(wanted,)`` and eigenvectors ``(N, wanted)``, float64.

    Values that are zero but for rounding become 0.

    Raises:
        GraphError: a negative eigenvalue; too many modes for Lanczos, too many nodes for LAPACK.
    """
    count = matrix.shape[0]
    if count <= _ALWAYS_DENSE or wanted > count // _SHARE:
        if count > LARGEST_DENSE:
            raise GraphError(
                f"{wanted} modes of {count} connected nodes: Lanczos takes at most a quarter of "
                f"them, {count // _SHARE}; or take a Chebyshev filter, which needs none"
            )
        values, vectors = _dense(matrix, wanted)
    else:
        values, vectors = _lanczos(matrix, wanted)
    noise = 1e-13 * count**0.5 * max(1.0, abs(matrix).sum(axis=1).max())
    if values[0] < -1e3 * noise:
        raise GraphError(f"the matrix has an eigenvalue of {values[0]:.3g}: it is no Laplacian")
    return np.where(abs(values) <= noise, 0.0, values), vectors


def _dense(matrix: Matrix, wanted: int) -> Pair:
    full, count = matrix.toarray(), matrix.shape[0]
    if wanted < count:
        values, vectors = dense.eigh(full, subset_by_index=(0, wanted - 1), overwrite_a=True)
    else:
        values, vectors = dense.eigh(full, driver="evd", overwrite_a=True)
    return values, vectors


def _lanczos(matrix: Matrix, wanted: int) -> Pair:
    """Lanczos iterations with (L - shift I)^-1, until no mode below the highest is missing.

    They start from one vector, so they may see a repeated eigenvalue fewer times than it is there.
    The number of negative pivots of L - mu I tells how many eigenvalues lie below mu (Sylvester's
    law of inertia; Parlett: The symmetric eigenvalue problem, section 3.3). While there are more
    than were found, the iterations go on orthogonally to what was found.
    """
    count = matrix.shape[0]
    shift = -_SHIFT * float(matrix.diagonal().mean())
    factor, below = _factorised(matrix, shift)
    if below:
        raise GraphError(f"the matrix has an eigenvalue below {shift:.3g}: it is no Laplacian")
    rng = np.random.default_rng(0)  # the same start in every run
    values, vectors = np.zeros(0), np.zeros((count, 0))
    missing = wanted
    # matrices with few columns: threads would wait for each other more than they work
    with threadpool_limits(1, user_api="blas"):
        for _ in range(_ROUNDS):
            more, found = _outside(matrix, factor, shift, vectors, missing, rng)
            values, vectors = np.append(values, more), np.hstack([vectors, found])
            kept = np.argsort(values, kind="stable")[:wanted]
            values, vectors = values[kept], vectors[:, kept]
            edge = (1 - _EDGE) * values[-1] + _TINY / _SHIFT * shift
            missing = _factorised(matrix, edge)[1] - int((values < edge).sum())
            if missing <= 0:
                return values, vectors
    raise GraphError(f"Lanczos found no complete set of {wanted} modes; take fewer or more")


def _outside(
    matrix: Matrix, factor: Any, shift: float, known: Array, wanted: int, rng: np.random.Generator
) -> Pair:
    """The lowest eigenpairs among vectors orthogonal to the known ones."""
    count = matrix.shape[0]

    def inverse(vector: Array) -> Array:
        vector = vector.ravel()
        solved = factor.solve(vector - known @ (known.T @ vector))
        return np.asarray(solved - known @ (known.T @ solved))

    operator = linalg.LinearOperator((count, count), matvec=inverse, dtype=np.float64)
    wanted = min(wanted, count - known.shape[1] - 1)
    start = rng.normal(size=count)
    start -= known @ (known.T @ start)
    inverted, vectors = linalg.eigsh(operator, wanted, which="LA", v0=start, tol=1e-10)
    return shift + 1 / inverted, vectors


def _factorised(matrix: Matrix, shift: float) -> tuple[Any, int]:
    """A sparse LU of L - shift I with pivots on the diagonal, and how many are negative.

    SuperLU leaves the diagonal, or gives up, for a pivot of exactly 0; then a shift a little lower
    is taken.
    """
    unit = sparse.eye_array(matrix.shape[0])
    lower = _TINY * float(matrix.diagonal().mean())
    for step in range(_ROUNDS):
        try:
            factor = linalg.splu(
                (matrix - (shift - step * lower) * unit).tocsc(),
                permc_spec="MMD_AT_PLUS_A",
                diag_pivot_thresh=0.0,
                options={"SymmetricMode": True},
            )
        except RuntimeError:  # exactly singular
            continue
        if np.array_equal(factor.perm_r, factor.perm_c):
            return factor, int((factor.U.diagonal() < 0).sum())
    raise GraphError(f"the matrix could not be factorised at {shift:.3g}; take other modes")
