"""Pixels or landmarks -> a `ferkeras.types.Graph`, and what graph networks need to know about it.

The walk: positions (`random_pixels`, or landmarks), `knn_graph`, then either `laplacian` and its
`eigenbasis` for spectral convolution, or `neighbour_table` and `coarsen` for spatial convolution
and pooling. Or `granular_balls`, a picture's regions and which of them overlap. NumPy and SciPy;
and numba for granular balls, which is imported with their first use.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from ferkeras.graphs.adjacency import adjacency, graph_from_edges
from ferkeras.graphs.ball_borders import ball_borders
from ferkeras.graphs.ball_columns import (
    BALL_COLOUR_EDGE_FEATURES,
    BALL_COLOUR_FEATURES,
    BALL_EDGE_FEATURES,
    BALL_FEATURES,
)
from ferkeras.graphs.coarsen import Coarsening, coarsen
from ferkeras.graphs.directions import direction_table
from ferkeras.graphs.eigenbasis import LARGEST_DENSE, EigenBasis, eigenbasis
from ferkeras.graphs.graph_records import read_graphs, write_graphs
from ferkeras.graphs.graph_schema import graph_schema
from ferkeras.graphs.graph_tensor import from_graph_tensor, to_graph_tensor
from ferkeras.graphs.laplacian import laplacian, scaled_laplacian
from ferkeras.graphs.neighbours import knn_graph, neighbour_table
from ferkeras.graphs.nodes import node_values, random_pixels, regular_pixels
from ferkeras.types import Graph

if TYPE_CHECKING:
    from ferkeras.graphs.granular_ball import granular_balls
    from ferkeras.graphs.granular_ball_batch import granular_ball_graphs

__all__ = [
    "BALL_COLOUR_EDGE_FEATURES",
    "BALL_COLOUR_FEATURES",
    "BALL_EDGE_FEATURES",
    "BALL_FEATURES",
    "LARGEST_DENSE",
    "Coarsening",
    "EigenBasis",
    "Graph",
    "adjacency",
    "ball_borders",
    "coarsen",
    "direction_table",
    "eigenbasis",
    "from_graph_tensor",
    "graph_from_edges",
    "graph_schema",
    "granular_ball_graphs",
    "granular_balls",
    "knn_graph",
    "laplacian",
    "neighbour_table",
    "node_values",
    "random_pixels",
    "read_graphs",
    "regular_pixels",
    "scaled_laplacian",
    "to_graph_tensor",
    "write_graphs",
]
_OF_BALLS = {
    "granular_ball_graphs": "granular_ball_batch",
    "granular_balls": "granular_ball",
}


def __getattr__(name: str) -> Any:
    if name not in _OF_BALLS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_OF_BALLS[name]}"), name)
