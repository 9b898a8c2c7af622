"""The graph of an image, its Laplacian, eigenvectors and coarsening.

python benchmarks/graphs.py [--solvers] [--repeats 5] [--json]

40 % of the pixels of 100x100, that is 4,000 nodes, each joined to its 8 nearest. With ``--solvers``
the 256 lowest eigenvectors by each solver that SciPy has, and all 4,000 of them, once each on one
thread (some minutes), with the largest residual ``|L v - lambda v|``.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

from measuring import Figure, in_turn
from reporting import report

SIDE, SHARE, NEIGHBOURS, MODES = 100, 0.4, 8, 256


def build() -> Any:
    from ferkeras.graphs import knn_graph, laplacian, random_pixels

    graph = knn_graph(random_pixels(SIDE, SIDE, SHARE), NEIGHBOURS)
    return graph, laplacian(graph)


def measure(repeats: int) -> list[Figure]:
    """The graph of 40 % of an image of 100x100 and what is computed once from it."""
    from ferkeras.graphs import coarsen, eigenbasis, neighbour_table

    graph, matrix = build()
    with tempfile.TemporaryDirectory() as cache:
        quick = in_turn(
            {
                "built": build,
                "neighbour table": lambda: neighbour_table(graph),
                "4 levels of coarsening": lambda: coarsen(graph, 4),
                "256 modes from the cache": lambda: eigenbasis(matrix, MODES, cache=cache),
            },
            repeats,
        )
        found = coarsen(graph, 4)
        slow = in_turn({"256 modes": lambda: eigenbasis(matrix, MODES)}, max(1, repeats // 2))
    limits = {"built": 50.0, "256 modes": 5000.0}
    figures = [
        timings.figure(f"4,000 nodes: {name}", limit=limits.get(name))
        for name, timings in {**quick, **slow}.items()
    ]
    fakes = 100 * (len(found.permutation) / len(graph.nodes) - 1)
    return [*figures, Figure("4,000 nodes: filled in by 4 levels of coarsening", fakes, "%")]


def solvers(_: int) -> list[Figure]:
    """The same eigenvectors by each solver, once, on one thread."""
    import numpy as np
    from scipy import linalg as dense
    from scipy import sparse
    from scipy.sparse import linalg
    from threadpoolctl import threadpool_limits

    from ferkeras.graphs import eigenbasis
    from ferkeras.graphs._eigen import lowest_modes

    _, matrix = build()
    count, full = matrix.shape[0], matrix.toarray()
    start = np.random.default_rng(0).normal(size=(count, MODES))

    def lobpcg() -> Any:
        shifted = (matrix + 0.1 * sparse.eye_array(count)).tocsc()
        solve = linalg.splu(shifted, permc_spec="MMD_AT_PLUS_A").solve
        inverse = linalg.LinearOperator((count, count), matvec=solve, matmat=solve, dtype=float)
        return linalg.lobpcg(matrix, start, M=inverse, largest=False, tol=1e-5, maxiter=40)

    runs: dict[str, Callable[[], Any]] = {
        "256 modes, shift-invert Lanczos (ours)": lambda: lowest_modes(matrix, MODES),
        "256 modes, dense, subset_by_index": lambda: dense.eigh(
            full, subset_by_index=(0, MODES - 1)
        ),
        "256 modes, LOBPCG with LU": lobpcg,
        "all modes, dense, divide and conquer (ours)": lambda: eigenbasis(matrix),
    }
    figures = []
    for name, run in runs.items():
        with threadpool_limits(1):
            wall, cpu = time.perf_counter(), time.process_time()
            found = run()
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        values, vectors = (found.values, found.vectors) if hasattr(found, "values") else found
        residual = np.linalg.norm(matrix @ vectors - vectors * values, axis=0).max()
        figures.append(Figure(name, wall, "s", cpu=cpu))
        figures.append(Figure(f"{name}: largest residual", float(residual), "1"))
        print(f"{name}: {wall:.1f} s, CPU {cpu:.1f} s, residual {residual:.1e}", file=sys.stderr)
    return figures


def main() -> dict[str, Any]:
    if "--solvers" in sys.argv:
        sys.argv.remove("--solvers")
        return report(solvers, repeats=1)
    return report(measure, repeats=5)


if __name__ == "__main__":
    main()
