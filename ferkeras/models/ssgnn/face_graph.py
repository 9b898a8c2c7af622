"""The one graph of a model: which nodes it takes and how they are joined, made once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ferkeras.detect.point_schemes import schemes
from ferkeras.graphs import (
    Graph,
    direction_table,
    eigenbasis,
    knn_graph,
    laplacian,
    neighbour_table,
    random_pixels,
    regular_pixels,
    scaled_laplacian,
)

_SAMPLING = ("random", "regular")


def face_graph(
    input_shape: Sequence[int],
    nodes: float,
    sampling: str,
    neighbours: int,
    seed: int,
    positions: Any = None,
) -> Graph:
    """Nodes of an image, or the landmarks at ``positions``, joined to their nearest.

    Args:
        input_shape: ``(height, width, channels)``, or ``(points, 2)`` for landmarks.
        nodes: number of pixels, or their share.
        sampling: ``"random"`` or ``"regular"`` pixels.
        neighbours: K.
        seed: of random pixels.
        positions: ``(points, 2)``, given instead of drawn; for 68 or 5 landmarks None takes those
            of the standard face, see `ferkeras.detect.point_schemes`.

    Raises:
        ValueError: an unknown sampling, or another number of landmarks without positions.
        GraphError: a graph that is not possible.
    """
    if positions is not None:
        found = np.asarray(positions, np.float32)
    elif len(input_shape) == 2 and input_shape[0] in schemes():
        found = schemes()[input_shape[0]].positions
    elif len(input_shape) == 2:
        known = " or ".join(str(points) for points in sorted(schemes()))
        raise ValueError(
            f"input_shape {tuple(input_shape)} means landmarks, and a standard face has {known} of "
            "them; this graph needs positions=, for example the mean landmarks of some faces"
        )
    elif sampling not in _SAMPLING:
        raise ValueError(f"sampling is {sampling!r}, expected one of {', '.join(_SAMPLING)}")
    else:
        height, width = input_shape[:2]
        found = (
            random_pixels(height, width, nodes, seed)
            if sampling == "random"
            else regular_pixels(height, width, nodes)
        )
    return knn_graph(found, neighbours)


def plain_table(graph: Graph, kernel_per: str) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """A `neighbour_table` in which every edge weighs 1; or a `direction_table`."""
    if kernel_per == "direction":
        return direction_table(graph)
    numbers, weights = neighbour_table(graph)
    return numbers, (weights > 0).astype(np.float32)


def basis_of(graph: Graph, modes: int | None) -> NDArray[np.float32]:
    """Eigenvectors of D - A, ``(nodes, modes)``; all of them where there are fewer nodes."""
    wanted = None if modes is None else min(modes, len(graph.nodes))
    return eigenbasis(laplacian(graph), wanted).vectors.astype(np.float32)


def chebyshev_table(graph: Graph) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """The scaled symmetric Laplacian as a table, its diagonal first."""
    return neighbour_table(scaled_laplacian(laplacian(graph, "symmetric"), largest=2.0))
