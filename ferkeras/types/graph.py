"""A graph of points, such as pixels or landmarks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ferkeras.errors import GraphError
from ferkeras.types.arrays import FloatArray


@dataclass(frozen=True, eq=False)
class Graph:
    """An undirected graph on parts of a face: pixels, landmarks or regions.

    Made by `ferkeras.graphs.knn_graph` or `ferkeras.graphs.graph_from_edges`. Arrays are turned
    into the types below and checked; anything else about them is an error.

    Attributes:
        nodes: float32 ``(N, F)`` features of each node; F may be 0.
        edges: int32 ``(2, E)``: source and target. Each edge is stored both ways; sorted by
            (source, target), none twice, none from a node to itself.
        weights: float32 ``(E,)``, above 0, the same both ways; None becomes 1 for every edge.
        edge_features: float32 ``(E, D)``, which may differ between both ways; None if there are
            none.
        positions: float32 ``(N, 2)``, (x, y) in pixels; None where nodes have no place.
    """

    nodes: FloatArray
    edges: NDArray[np.int32]
    weights: FloatArray = None  # type: ignore[assignment]  # replaced below, never None outside
    edge_features: FloatArray | None = None
    positions: FloatArray | None = None

    @classmethod
    def trusted(
        cls,
        nodes: FloatArray,
        edges: NDArray[np.int32],
        edge_features: FloatArray | None = None,
        positions: FloatArray | None = None,
    ) -> Graph:
        """A graph of weight 1 without a check, for makers whose tests prove what is said above.

        Args:
            nodes, edges, edge_features, positions: of exactly these types and shapes, in C order.
        """
        graph = object.__new__(cls)
        vars(graph).update(
            nodes=nodes,
            edges=edges,
            weights=np.ones(edges.shape[1], np.float32),
            edge_features=edge_features,
            positions=positions,
        )
        return graph

    def __post_init__(self) -> None:
        edges = np.asarray(self.edges)
        if edges.ndim != 2 or len(edges) != 2 or edges.dtype.kind not in "iu":
            raise GraphError(
                f"graph edges are {edges.dtype} of shape {edges.shape}, expected integers (2, E)"
            )
        count = edges.shape[1]
        weights = np.ones(count) if self.weights is None else self.weights
        self._keep("nodes", self.nodes, (None, None))
        self._keep("weights", weights, (count,))
        if self.edge_features is not None:
            self._keep("edge_features", self.edge_features, (count, None))
        if self.positions is not None:
            self._keep("positions", self.positions, (len(self.nodes), 2))
        self._check_edges(edges.astype(np.int64))
        object.__setattr__(self, "edges", np.ascontiguousarray(edges, np.int32))

    def _keep(self, name: str, values: Any, shape: tuple[int | None, ...]) -> None:
        """Store as float32 what has that shape (None: any length) and is finite."""
        array = np.asarray(values, np.float32)
        lengths = zip(array.shape, shape, strict=False)
        if array.ndim != len(shape) or any(b is not None and a != b for a, b in lengths):
            wanted = ", ".join("any" if length is None else str(length) for length in shape)
            raise GraphError(f"graph {name} have shape {array.shape}, expected ({wanted})")
        if not np.isfinite(array).all():
            raise GraphError(f"graph {name} hold NaN or infinity")
        object.__setattr__(self, name, np.ascontiguousarray(array))

    def _check_edges(self, edges: NDArray[np.int64]) -> None:
        count, (source, target) = len(self.nodes), edges
        if edges.size and not (edges.min() >= 0 and edges.max() < count):
            raise GraphError(f"a graph edge leads to a node outside 0..{count - 1}")
        if (source == target).any():
            raise GraphError("a graph edge leads from a node to itself")
        if (np.diff(source * count + target) <= 0).any():
            raise GraphError(
                "graph edges are not sorted by (source, target), or one is there twice; "
                "ferkeras.graphs.graph_from_edges puts them in order"
            )
        back = np.argsort(target * count + source)  # where each edge's other direction is
        if not np.array_equal(edges[:, back], edges[::-1]):
            raise GraphError("a graph edge is stored one way only, expected both ways")
        if not np.array_equal(self.weights, self.weights[back]):
            raise GraphError("a graph edge has another weight each way")
        if (self.weights <= 0).any():
            raise GraphError("graph weights are not above 0; leave such edges out")
