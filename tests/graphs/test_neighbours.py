import importlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn.neighbors import kneighbors_graph

from ferkeras.errors import GraphError
from ferkeras.graphs import (
    adjacency,
    graph_from_edges,
    knn_graph,
    laplacian,
    neighbour_table,
    random_pixels,
    scaled_laplacian,
)

# few places, so that there are many ties and copies
PIXELS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=30).filter(
    lambda points: len(set(points)) > 1
)
PLACES = np.arange(18.0).reshape(9, 2)


def by_brute_force(points, k, symmetric):
    """Adjacency, sorting all others by distance, y, x and number."""
    nearest = np.zeros((len(points), len(points)), bool)
    for i, (x, y) in enumerate(points):
        others = [(np.hypot(a - x, b - y), b, a, j) for j, (a, b) in enumerate(points) if j != i]
        nearest[i, [other[3] for other in sorted(others)[:k]]] = True
    return nearest | nearest.T if symmetric == "union" else nearest & nearest.T


@settings(max_examples=60, deadline=None)
@given(PIXELS, st.data(), st.sampled_from(["union", "mutual"]))
def test_as_brute_force_with_ties_and_copies(points, data, symmetric):
    k = data.draw(st.integers(1, len(points) - 1))
    graph = knn_graph(points, k, symmetric=symmetric)
    expected = by_brute_force(points, k, symmetric)
    assert np.array_equal(adjacency(graph).toarray(), expected)
    assert graph.positions.tolist() == [list(point) for point in points]
    degrees = expected.sum(1)
    assert (degrees >= k).all() if symmetric == "union" else (degrees <= k).all()


@pytest.mark.parametrize("k", [1, 8, 24])
def test_as_scikit_learn_where_there_are_no_ties(k):
    points = np.random.default_rng(k).uniform(0, 100, (500, 2)).astype(np.float32)
    theirs = kneighbors_graph(points, k).toarray() > 0
    assert np.array_equal(adjacency(knn_graph(points, k)).toarray(), theirs | theirs.T)
    mutual = knn_graph(points, k, symmetric="mutual")
    assert np.array_equal(adjacency(mutual).toarray(), theirs & theirs.T)


@settings(max_examples=60, deadline=None)
@given(st.permutations(range(40)))
def test_permuting_nodes_permutes_the_graph(order):
    points = random_pixels(10, 10, 40)
    plain = adjacency(knn_graph(points, 5)).toarray()
    assert np.array_equal(adjacency(knn_graph(points[order], 5)).toarray(), plain[order][:, order])


def test_all_points_but_one_in_one_place(monkeypatch):
    module = importlib.import_module("ferkeras.graphs.neighbours")
    monkeypatch.setattr(module, "_CHUNK", 5000)
    points = np.ones((200, 2))
    points[57] = 4
    expected = by_brute_force(points, 2, "union")
    assert np.array_equal(adjacency(knn_graph(points, 2)).toarray(), expected)


def test_k_may_be_a_number_of_numpy():
    graph = knn_graph(PLACES, np.int64(2))
    assert np.array_equal(graph.edges, knn_graph(PLACES, 2).edges)


def test_features_are_kept():
    nodes = np.arange(6).reshape(3, 2)
    assert knn_graph([[0, 0], [1, 1], [3, 3]], 1, nodes=nodes).nodes.tolist() == nodes.tolist()
    assert knn_graph([[0, 0], [1, 1], [3, 3]], 1).nodes.shape == (3, 0)


@pytest.mark.parametrize(
    ("points", "options", "message"),
    [
        (PLACES[:8], {}, r"k=8 neighbours of 8 nodes: expected k from 1 to 7"),
        (PLACES[:1], {"k": 1}, "k=1 neighbours of 1 nodes"),
        (np.zeros((0, 2)), {"k": 1}, "of 0 nodes"),
        (PLACES, {"k": 0}, "k=0"),
        (PLACES, {"k": True}, "k is True, expected a whole number"),
        (PLACES, {"k": 1.5}, "k is 1.5, expected a whole number"),
        (PLACES, {"k": "8"}, "k is '8', expected a whole number"),
        (np.full((9, 2), np.nan), {}, "positions hold NaN"),
        (np.full((9, 2), 1e300), {}, "positions hold NaN or infinity"),
        (np.zeros((9, 3)), {}, r"positions have shape \(9, 3\)"),
        (PLACES + 1j, {}, "positions are of type complex128, expected real numbers"),
        (PLACES.astype(str), {}, "positions are of type <U.*, expected real numbers"),
        (PLACES > 3, {}, "positions are of type bool, expected real numbers"),
        ([[0, 0], [1, None]], {}, "positions are of type object, expected real numbers"),
        ([[0, 0], [1]], {}, "positions: not an array of numbers"),
        (np.full((9, 2), 3.5), {}, r"all 9 nodes lie in one place, x=3.5, y=3.5; were the land"),
        (PLACES, {"symmetric": "both"}, "symmetric is 'both'"),
        (PLACES, {"nodes": np.zeros((8, 1))}, r"positions have shape \(9, 2\)"),
        (PLACES, {"nodes": [["a"]] * 9}, "nodes are of type <U1, expected real numbers"),
    ],
)
def test_wrong_settings(points, options, message):
    with pytest.raises(GraphError, match=message):
        knn_graph(points, **options)


@settings(max_examples=60, deadline=None)
@given(PIXELS)
def test_the_table_is_the_matrix(points):
    graph = knn_graph(points, 1)
    signal = np.random.default_rng(0).normal(size=len(points))
    for matrix, source in ((adjacency(graph), graph), (m := laplacian(graph, "symmetric"), m)):
        numbers, weights = neighbour_table(source)
        assert (numbers.dtype, weights.dtype) == (np.int32, np.float32)
        used = (weights != 0).sum(1)
        assert numbers.shape[1] == max(1, np.diff(matrix.indptr).max())
        assert np.allclose((weights * signal[numbers]).sum(1), matrix @ signal, atol=1e-5)
        for node, count in enumerate(used):
            assert (numbers[node, count:] == node).all()


def test_the_nearest_come_first():
    graph = knn_graph(random_pixels(12, 12, 60), 6)
    numbers, weights = neighbour_table(graph)
    for node, row in enumerate(numbers):
        x, y = graph.positions[node]
        places = graph.positions[row[weights[node] > 0]]
        keys = [(np.hypot(a - x, b - y), b, a) for a, b in places.tolist()]
        assert keys == sorted(keys)


def test_a_table_without_positions_or_edges_and_of_a_matrix():
    graph = graph_from_edges(np.zeros((4, 0)), [[3, 0], [0, 1]], [2, 5])
    numbers, weights = neighbour_table(graph)
    assert numbers.tolist() == [[1, 3], [0, 1], [2, 2], [0, 3]]
    assert weights.tolist() == [[5, 2], [5, 0], [0, 0], [2, 0]]
    numbers, weights = neighbour_table(graph_from_edges(np.zeros((2, 0)), []))
    assert (numbers.tolist(), weights.tolist()) == ([[0], [1]], [[0], [0]])
    matrix = scaled_laplacian(laplacian(graph_from_edges(np.zeros((3, 0)), [[0, 2]])), 2.0)
    numbers, weights = neighbour_table(matrix)
    assert numbers.tolist() == [[2], [1], [0]]  # the diagonal of 0 and 2 has become 0
    assert weights.tolist() == [[-1], [-1], [-1]]
    numbers, _ = neighbour_table(sparse.csr_array(np.ones((3, 3))))
    assert numbers.tolist() == [[0, 1, 2], [1, 0, 2], [2, 0, 1]]
