import numpy as np
import pytest

from ferkeras.errors import GraphError
from ferkeras.graphs import Graph, adjacency, graph_from_edges

EDGES = np.array([[0, 1, 1, 2], [1, 0, 2, 1]])
NODES = np.zeros((3, 2))


def test_arrays_take_their_types_and_weights_become_1():
    graph = Graph(NODES, EDGES, positions=[[0, 0], [1, 0], [2, 0]], edge_features=np.eye(4))
    assert (graph.nodes.dtype, graph.edges.dtype, graph.weights.dtype) == ("f4", "i4", "f4")
    assert (graph.positions.dtype, graph.edge_features.dtype) == ("f4", "f4")
    assert graph.weights.tolist() == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"edges": EDGES.T}, r"edges are int64 of shape \(4, 2\)"),
        ({"edges": EDGES + 0.5}, "edges are float64"),
        ({"edges": EDGES[:, ::-1]}, "not sorted"),
        ({"edges": EDGES[:, [0, 0, 1, 1]]}, "twice"),
        ({"edges": EDGES[:, :3], "weights": np.ones(3)}, "one way only"),
        ({"edges": np.array([[1], [1]]), "weights": [1]}, "to itself"),
        ({"edges": EDGES + 1}, r"outside 0\.\.2"),
        ({"edges": EDGES - 1}, r"outside 0\.\.2"),
        ({"weights": np.ones(3)}, r"weights have shape \(3,\), expected \(4\)"),
        ({"weights": [1, 2, 1, 1]}, "another weight each way"),
        ({"weights": np.zeros(4)}, "not above 0"),
        ({"weights": [1, 1, np.nan, np.nan]}, "weights hold NaN"),
        ({"nodes": np.zeros(3)}, r"nodes have shape \(3,\), expected \(any, any\)"),
        ({"nodes": np.full((3, 1), np.inf)}, "nodes hold NaN or infinity"),
        ({"positions": np.zeros((2, 2))}, r"positions have shape \(2, 2\), expected \(3, 2\)"),
        ({"edge_features": np.zeros((3, 1))}, r"edge_features have shape \(3, 1\)"),
    ],
)
def test_anything_else_is_one_clear_line(wrong, message):
    with pytest.raises(GraphError, match=message):
        Graph(**{"nodes": NODES, "edges": EDGES, **wrong})


def test_edges_in_any_order_and_the_matrix_by_hand():
    graph = graph_from_edges(NODES, [[2, 1], [0, 1], [1, 2]], [3, 0.5, 3])
    assert graph.edges.tolist() == EDGES.tolist()
    assert adjacency(graph).toarray().tolist() == [[0, 0.5, 0], [0.5, 0, 3], [0, 3, 0]]


@pytest.mark.parametrize("count", [0, 1, 4])
def test_a_graph_without_edges(count):
    graph = graph_from_edges(np.zeros((count, 1)), [])
    assert graph.edges.shape == (2, 0)
    assert adjacency(graph).shape == (count, count)


@pytest.mark.parametrize(
    ("pairs", "weights", "message"),
    [
        ([[0, 1], [1, 0]], [1, 2], "twice with different weights"),
        ([[0, 1, 2]], None, r"shape \(1, 3\)"),
        ([[0, 3]], None, r"outside 0\.\.2"),
        ([[0, -1]], None, r"outside 0\.\.2"),
        ([[0, 1]], [1, 1], r"weights have shape \(2,\), expected \(1,\)"),
        ([[1, 1]], None, "to itself"),
    ],
)
def test_wrong_pairs(pairs, weights, message):
    with pytest.raises(GraphError, match=message):
        graph_from_edges(NODES, pairs, weights)
