"""The one graph of a model: which nodes it takes and how they are joined, made once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ferkeras.graphs import (
    Graph,
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
        positions: ``(points, 2)``, given instead of drawn; landmarks need them.

    Raises:
        ValueError: an unknown sampling, or landmarks without positions.
        GraphError: a graph that is not possible.
    """
    if positions is not None:
        found = np.asarray(positions, np.float32)
    elif len(input_shape) == 2:
        raise ValueError(
            "input_shape (points, 2) means landmarks; their graph needs positions=, for example "
            "the mean landmarks of the training faces"
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


def plain_table(graph: Graph) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """A `neighbour_table` in which every edge weighs 1."""
    numbers, weights = neighbour_table(graph)
    return numbers, (weights > 0).astype(np.float32)


def basis_of(graph: Graph, modes: int | None) -> NDArray[np.float32]:
    """Eigenvectors of D - A, ``(nodes, modes)``; all of them where there are fewer nodes."""
    wanted = None if modes is None else min(modes, len(graph.nodes))
    return eigenbasis(laplacian(graph), wanted).vectors.astype(np.float32)


def chebyshev_table(graph: Graph) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """The scaled symmetric Laplacian as a table, its diagonal first."""
    return neighbour_table(scaled_laplacian(laplacian(graph, "symmetric"), largest=2.0))
