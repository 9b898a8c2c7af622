"""Pixels or landmarks -> a `ferkeras.types.Graph`, and what graph networks need to know about it.

The walk: positions (`random_pixels`, or landmarks), `knn_graph`, then either `laplacian` and its
`eigenbasis` for spectral convolution, or `neighbour_table` and `coarsen` for spatial convolution
and pooling. NumPy and SciPy only.
"""

from __future__ import annotations

from ferkeras.graphs.adjacency import adjacency, graph_from_edges
from ferkeras.graphs.coarsen import Coarsening, coarsen
from ferkeras.graphs.directions import direction_table
from ferkeras.graphs.eigenbasis import LARGEST_DENSE, EigenBasis, eigenbasis
from ferkeras.graphs.graph_records import read_graphs, write_graphs
from ferkeras.graphs.graph_tensor import from_graph_tensor, graph_schema, to_graph_tensor
from ferkeras.graphs.laplacian import laplacian, scaled_laplacian
from ferkeras.graphs.neighbours import knn_graph, neighbour_table
from ferkeras.graphs.nodes import node_values, random_pixels, regular_pixels
from ferkeras.types import Graph

__all__ = [
    "LARGEST_DENSE",
    "Coarsening",
    "EigenBasis",
    "Graph",
    "adjacency",
    "coarsen",
    "direction_table",
    "eigenbasis",
    "from_graph_tensor",
    "graph_from_edges",
    "graph_schema",
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
