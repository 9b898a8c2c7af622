"""`ferkeras.types.Graph` <-> the GraphTensor of TF-GNN.

TF-GNN (Ferludin et al. 2022, "TF-GNN: Graph Neural Networks in TensorFlow") keeps a graph as named
sets of nodes and edges with features. A face graph has one of each:

===================== ============================ ======================== =====================
feature               shape                        field of `Graph`         left out where
===================== ============================ ======================== =====================
node ``features``     float32 ``(N, F)``           ``nodes``                F is 0
node ``positions``    float32 ``(N, 2)``, pixels   ``positions``            None
edge ``weight``       float32 ``(E,)``             ``weights``              never
edge ``features``     float32 ``(E, D)``           ``edge_features``        None
edge source, target   int32 ``(E,)``               ``edges``                never
context               any, one value a graph       none: label, subject ... not given
===================== ============================ ======================== =====================

An undirected edge is stored both ways here as there. To make or read a GraphTensor needs the extra
``ferkeras[gnn]``, and ``TF_USE_LEGACY_KERAS=1`` in the environment before Python starts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ferkeras.errors import GraphError
from ferkeras.graphs import _tensorflow_gnn
from ferkeras.types import Graph

if TYPE_CHECKING:
    import tensorflow_gnn as tfgnn

CONTEXT, NODE_SET, EDGE_SET = "context", "node", "edge"


def to_graph_tensor(
    graph: Graph, context: Mapping[str, ArrayLike] | None = None
) -> tfgnn.GraphTensor:
    """One graph as a GraphTensor of rank 0 with one component.

    Args:
        graph: the graph.
        context: what belongs to the graph as a whole, such as ``{"label": 3, "subject": "S05"}``:
            numbers, texts, or arrays of them.

    Raises:
        GraphError: edge features without columns, a context that is neither numbers nor texts, or
            TF-GNN cannot be used here.
    """
    tf, gnn = _tensorflow_gnn.load()
    sets: dict[str, dict[str, Any]] = {CONTEXT: {}, NODE_SET: {}, EDGE_SET: {}}
    for (name, feature), values in fields(graph, context).items():
        sets[name][feature] = tf.constant(values)
    source, target = graph.edges
    return gnn.GraphTensor.from_pieces(
        context=gnn.Context.from_fields(features=sets[CONTEXT]) if sets[CONTEXT] else None,
        node_sets={
            NODE_SET: gnn.NodeSet.from_fields(sizes=[len(graph.nodes)], features=sets[NODE_SET])
        },
        edge_sets={
            EDGE_SET: gnn.EdgeSet.from_fields(
                sizes=[len(source)],
                features=sets[EDGE_SET],
                adjacency=gnn.Adjacency.from_indices((NODE_SET, source), (NODE_SET, target)),
            )
        },
    )


def from_graph_tensor(tensor: tfgnn.GraphTensor) -> Graph:
    """The graph of a GraphTensor laid out as above; its edges may come in any order.

    The context is not part of a `Graph`; `context_of` gives it.

    Raises:
        GraphError: a batch or several components, other sets or features than above, symbolic or
            ragged values, or edges that a `Graph` does not allow (one way only, doubled, ...).
    """
    if tensor.rank:
        raise GraphError(f"the graph tensor is a batch of rank {tensor.rank}; unbatch its dataset")
    found = [sorted(tensor.node_sets), sorted(tensor.edge_sets)]
    if found != [[NODE_SET], [EDGE_SET]]:
        raise GraphError(
            f"the graph tensor has node sets {found[0]} and edge sets {found[1]}, expected "
            f"{NODE_SET!r} and {EDGE_SET!r} alone"
        )
    node_set, edge_set = tensor.node_sets[NODE_SET], tensor.edge_sets[EDGE_SET]
    nodes = _features(node_set, NODE_SET, ("features", "positions"))
    edges = _features(edge_set, EDGE_SET, ("features", "weight"))
    sizes = _values(node_set.sizes, "node sizes")
    if sizes.shape != (1,):
        raise GraphError(f"the graph tensor has {len(sizes)} components, expected one graph")
    adjacency = edge_set.adjacency
    source, target = _values(adjacency.source, "sources"), _values(adjacency.target, "targets")
    order = np.lexsort((target, source))
    edges = {name: values[order] for name, values in edges.items()}
    return Graph(
        nodes.get("features", np.zeros((sizes[0], 0), np.float32)),
        np.stack([source, target])[:, order],
        edges.get("weight"),  # type: ignore[arg-type]  # None: all 1
        edges.get("features"),
        nodes.get("positions"),
    )


def context_of(tensor: tfgnn.GraphTensor) -> dict[str, NDArray[Any]]:
    """The context of one graph: NumPy values, texts as ``str``.

    Raises:
        GraphError: symbolic or ragged values.
    """
    values = {
        name: _values(value, f"context {name!r}")[0]
        for name, value in tensor.context.features.items()
    }
    return {name: _as_text(np.asarray(value)) for name, value in values.items()}


def fields(
    graph: Graph, context: Mapping[str, ArrayLike] | None
) -> dict[tuple[str, str], NDArray[Any]]:
    """What is stored beside the edges, by set and feature; first axis: nodes, edges or one."""
    if graph.edge_features is not None and not graph.edge_features.shape[1]:
        raise GraphError("edge features have no columns, which TF-GNN cannot store; pass None")
    found = {
        (NODE_SET, "features"): graph.nodes if graph.nodes.shape[1] else None,
        (NODE_SET, "positions"): graph.positions,
        (EDGE_SET, "weight"): graph.weights,
        (EDGE_SET, "features"): graph.edge_features,
    }
    for name, value in (context or {}).items():
        found[CONTEXT, name] = _context_value(name, value)[None]
    return {key: values for key, values in found.items() if values is not None}


def _context_value(name: str, value: ArrayLike) -> NDArray[Any]:
    """As one of the three types that a tf.train.Example holds: float32, int64 or text."""
    array = np.asarray(value)
    if array.dtype.kind in "US":
        return array.astype(object)
    if array.dtype.kind not in "biuf":
        raise GraphError(f"context {name!r} is {value!r}, expected numbers or texts")
    return array.astype(np.float32 if array.dtype.kind == "f" else np.int64)


def _features(piece: Any, name: str, known: tuple[str, ...]) -> dict[str, NDArray[Any]]:
    unknown = sorted(set(piece.features) - set(known))
    if unknown:
        raise GraphError(
            f"the {name} set has a feature {unknown[0]!r}, which a Graph does not hold; take it "
            f"out with replace_features (known: {', '.join(known)})"
        )
    return {key: _values(value, f"{name} {key}") for key, value in piece.features.items()}


def _values(tensor: Any, what: str) -> NDArray[Any]:
    if hasattr(tensor, "row_splits"):
        raise GraphError(f"{what} are ragged, expected the same shape for all")
    if not hasattr(tensor, "numpy"):
        raise GraphError(f"{what} have no values yet; a Graph cannot be made inside a tf.function")
    return np.asarray(tensor.numpy())


def _as_text(value: NDArray[Any]) -> NDArray[Any]:
    if value.dtype.kind not in "OS":
        return value
    texts = [item.decode() if isinstance(item, bytes) else str(item) for item in value.flat]
    return np.array(texts, dtype=str).reshape(value.shape)
