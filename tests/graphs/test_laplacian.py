import numpy as np
import pytest
from graph_samples import GRAPHS, random_graph
from hypothesis import given, settings
from scipy import linalg, sparse
from scipy.sparse import csgraph

from ferkeras.errors import GraphError
from ferkeras.graphs import adjacency, graph_from_edges, laplacian, scaled_laplacian


@settings(max_examples=60, deadline=None)
@given(GRAPHS)
def test_as_scipy_and_the_equations(graph):
    weights = adjacency(graph)
    assert np.allclose(laplacian(graph).toarray(), csgraph.laplacian(weights).toarray())
    theirs = csgraph.laplacian(weights, normed=True).toarray()
    assert np.allclose(laplacian(graph, "symmetric").toarray(), theirs)
    full = weights.toarray()
    degrees = full.sum(1, keepdims=True)
    walk = np.divide(full, degrees, out=np.zeros_like(full), where=degrees > 0)
    expected = np.diag((degrees > 0).astype(float)[:, 0]) - walk
    assert np.allclose(laplacian(graph, "random_walk").toarray(), expected)


@settings(max_examples=60, deadline=None)
@given(GRAPHS)
def test_rows_values_and_components(graph):
    pieces = csgraph.connected_components(adjacency(graph))[0]
    for kind in ("combinatorial", "symmetric", "random_walk"):
        matrix = laplacian(graph, kind)
        full = matrix.toarray()
        if kind != "symmetric":
            assert abs(full.sum(1)).max() < 1e-12 * max(1, abs(full).max())
        if kind != "random_walk":
            assert np.array_equal(full, full.T)
        values = np.sort(linalg.eigvals(full).real)
        assert values[0] > -1e-9
        assert (values < 1e-9).sum() == pieces
        assert kind == "combinatorial" or values[-1] < 2 + 1e-9
        assert matrix.has_sorted_indices
        assert matrix.dtype == np.float64


@settings(max_examples=60, deadline=None)
@given(GRAPHS)
def test_the_scaled_one_lies_in_minus_1_to_1(graph):
    for kind in ("combinatorial", "symmetric", "random_walk"):
        values = np.sort(linalg.eigvals(scaled_laplacian(laplacian(graph, kind)).toarray()).real)
        assert values[0] == pytest.approx(-1)
        if graph.edges.size:
            assert values[-1] == pytest.approx(1)


@pytest.mark.parametrize("kind", ["combinatorial", "symmetric", "random_walk"])
def test_scaling_of_a_large_one_and_by_a_bound(kind):
    matrix = laplacian(random_graph(150, 0.05, 1), kind)
    top = linalg.eigvals(matrix.toarray()).real.max()
    expected = 2 * matrix.toarray() / top - np.eye(150)
    assert np.allclose(scaled_laplacian(matrix).toarray(), expected)
    assert np.allclose(
        scaled_laplacian(matrix, 5.0).toarray(), 0.4 * matrix.toarray() - np.eye(150)
    )


def test_without_edges():
    for count in (1, 100):
        matrix = laplacian(graph_from_edges(np.zeros((count, 0)), []))
        assert matrix.shape == (count, count)
        assert abs(matrix).max() == 0
        assert np.array_equal(scaled_laplacian(matrix).toarray(), -np.eye(count))


def test_wrong_settings():
    graph = graph_from_edges(np.zeros((2, 0)), [[0, 1]])
    with pytest.raises(GraphError, match="no Laplacian 'normed'; known: combinatorial"):
        laplacian(graph, "normed")
    for largest in (0.0, -1.0, np.nan, np.inf):
        with pytest.raises(GraphError, match="largest is"):
            scaled_laplacian(laplacian(graph), largest)
    assert sparse.issparse(scaled_laplacian(laplacian(graph)))
