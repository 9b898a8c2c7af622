"""The graph Fourier basis: eigenvectors of a Laplacian, lowest frequency first."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from ferkeras.errors import GraphError
from ferkeras.files import read_arrays, write_bytes
from ferkeras.graphs._eigen import LARGEST_DENSE, Pair, lowest_modes
from ferkeras.graphs.laplacian import Matrix
from ferkeras.types import FloatArray

__all__ = ["LARGEST_DENSE", "EigenBasis", "eigenbasis"]

_VERSION = 1  # of the numbers below: another one leaves old cache files alone
_TIED = 0.999


@dataclass(frozen=True, eq=False)
class EigenBasis:
    """Eigenvectors of a Laplacian: L v_i = lambda_i v_i.

    Attributes:
        values: float32 ``(d,)``, ascending; exactly 0 for each connected component.
        vectors: float32 ``(N, d)``, orthonormal columns. ``vectors.T @ x`` is the graph Fourier
            transform of a signal x on the nodes, ``vectors @`` its inverse.
    """

    values: FloatArray
    vectors: FloatArray


def eigenbasis(
    laplacian: Matrix, modes: int | None = None, *, cache: str | Path | None = None
) -> EigenBasis:
    """All eigenvectors of a Laplacian, or those of its ``modes`` lowest eigenvalues.

    J. Bruna, W. Zaremba, A. Szlam, Y. LeCun: Spectral networks and locally connected networks on
    graphs, ICLR 2014, section 3; equation 4 of the SSGNN paper.

    Each connected component is solved by itself, so a vector is 0 outside one component and no
    zero mode is missed. A few modes of many nodes are found by Lanczos iterations on the inverse
    (ARPACK with a sparse LU: for 256 of 4,000 nodes a fifth of a dense solver's time), the rest by
    LAPACK. Of the entries of a vector that are largest within 0.1 %, the first is made positive.
    Vectors of one repeated eigenvalue are an arbitrary basis of its eigenspace.

    Args:
        laplacian: sparse ``(N, N)``, symmetric and without negative eigenvalues: the
            combinatorial or the symmetric kind.
        modes: how many; None: all N, up to 4,000 nodes.
        cache: a folder where the result is kept under the sha256 of the matrix and ``modes``.

    Raises:
        GraphError: another matrix, ``modes`` out of range, too many nodes for what was asked.
        FerkerasError: a damaged cache file.
    """
    matrix = _checked(laplacian)
    count = matrix.shape[0]
    if modes is None and count > LARGEST_DENSE:
        raise GraphError(
            f"all {count} eigenvectors of {count} nodes are too many (limit {LARGEST_DENSE}): give "
            "modes=256 or so for the lowest ones by Lanczos, or take a Chebyshev filter, which "
            "needs none"
        )
    wanted = count if modes is None else modes
    if isinstance(wanted, bool) or not 1 <= wanted <= count:
        raise GraphError(f"modes is {modes}, expected 1..{count}, the number of nodes")
    if cache is None:
        return _compute(matrix, wanted)
    path = Path(cache) / f"eigenbasis-{_digest(matrix, wanted)}.npz"
    if path.is_file():
        arrays = read_arrays(path)
        return EigenBasis(arrays["values"], arrays["vectors"])
    basis = _compute(matrix, wanted)
    buffer = io.BytesIO()
    np.savez(buffer, values=basis.values, vectors=basis.vectors)  # noise: does not compress
    write_bytes(path, buffer.getvalue())
    return basis


def _checked(laplacian: Matrix) -> Matrix:
    if not sparse.issparse(laplacian) or laplacian.ndim != 2:
        raise GraphError("the Laplacian is not a sparse matrix; take ferkeras.graphs.laplacian")
    matrix: Any = sparse.csr_array(laplacian, dtype=np.float64, copy=True)
    matrix.sum_duplicates()
    if matrix.shape[0] != matrix.shape[1] or not matrix.shape[0]:
        raise GraphError(f"a Laplacian has shape (N, N) with N >= 1, this one {matrix.shape}")
    if not np.isfinite(matrix.data).all():
        raise GraphError("the Laplacian holds NaN or infinity")
    if abs(matrix - matrix.T).max() > 1e-9 * abs(matrix).max():
        raise GraphError(
            "the Laplacian is not symmetric; take kind='symmetric': D^-1/2 times its "
            "eigenvectors are those of the random walk"
        )
    return sparse.csr_array(matrix)


def _compute(matrix: Matrix, wanted: int) -> EigenBasis:
    """The lowest modes of all components together."""
    count = matrix.shape[0]
    _, component = csgraph.connected_components(matrix, directed=False)
    order = np.argsort(component, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(component[order])) + 1)
    found: list[Pair] = []
    for part in parts:
        found.append(lowest_modes(matrix[part][:, part], min(wanted, len(part))))
    all_values = np.concatenate([values for values, _ in found])
    # stable: of equal values, those of the component with the lowest node number come first
    kept = np.argsort(all_values, kind="stable")[:wanted]
    column = np.full(len(all_values), -1)
    column[kept] = np.arange(wanted)
    vectors = np.zeros((count, wanted), np.float32)
    start = 0
    for part, (values, some) in zip(parts, found, strict=True):
        places = column[start : start + len(values)]
        vectors[np.ix_(part, places[places >= 0])] = _signed(some[:, places >= 0])
        start += len(values)
    return EigenBasis(all_values[kept].astype(np.float32), vectors)


def _signed(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Columns with the sign that makes the first of their largest entries positive."""
    if not vectors.size:
        return vectors
    size = abs(vectors)
    first = (size >= _TIED * size.max(axis=0)).argmax(axis=0)
    return np.asarray(vectors * np.sign(vectors[first, np.arange(vectors.shape[1])]))


def _digest(matrix: Matrix, wanted: int) -> str:
    digest = hashlib.sha256(f"{_VERSION} {matrix.shape[0]} {wanted}".encode())
    for array in (matrix.indptr, matrix.indices):
        digest.update(np.ascontiguousarray(array, np.int64).tobytes())
    digest.update(np.ascontiguousarray(matrix.data).tobytes())
    return digest.hexdigest()
