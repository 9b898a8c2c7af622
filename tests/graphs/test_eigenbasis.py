import importlib

import networkx as nx
import numpy as np
import pytest
from graph_samples import GRAPHS
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import linalg, sparse
from scipy.sparse import csgraph

from ferkeras.errors import FerkerasError, GraphError
from ferkeras.graphs import (
    EigenBasis,
    adjacency,
    eigenbasis,
    graph_from_edges,
    knn_graph,
    laplacian,
    random_pixels,
)

eigen = importlib.import_module("ferkeras.graphs._eigen")


def check(matrix, basis, modes):
    """Values as SciPy's dense solver finds them; vectors orthonormal and L v = lambda v."""
    full = matrix.toarray()
    expected = linalg.eigh(full, eigvals_only=True)[:modes]
    size = max(1, abs(expected).max(), abs(full).max())
    assert basis.values.shape == (modes,)
    assert basis.vectors.shape == (len(full), modes)
    assert basis.values.dtype == basis.vectors.dtype == np.float32
    assert abs(basis.values - expected).max() < 1e-6 * size
    assert abs(basis.vectors.T @ basis.vectors - np.eye(modes)).max() < 1e-5
    assert abs(full @ basis.vectors - basis.vectors * basis.values).max() < 1e-5 * size


@settings(max_examples=60, deadline=None)
@given(GRAPHS, st.sampled_from(["combinatorial", "symmetric"]), st.data())
def test_as_scipy_with_a_zero_for_each_component(graph, kind, data):
    matrix = laplacian(graph, kind)
    modes = data.draw(st.none() | st.integers(1, len(graph.nodes)))
    basis = eigenbasis(matrix, modes)
    check(matrix, basis, modes or len(graph.nodes))
    pieces = csgraph.connected_components(adjacency(graph))[0]
    assert (basis.values == 0).sum() == min(pieces, modes or pieces)
    assert (basis.values >= 0).all()


NAMED = {
    "complete": nx.complete_graph(130),
    "star": nx.star_graph(129),
    "torus": nx.grid_2d_graph(12, 12, periodic=True),
    "hypercube": nx.hypercube_graph(7),
    "tree": nx.balanced_tree(3, 4),
    "path": nx.path_graph(130),
    "three tori": nx.disjoint_union_all([nx.grid_2d_graph(12, 12, periodic=True)] * 3),
}


@pytest.mark.parametrize("name", NAMED)
@pytest.mark.parametrize("modes", [5, 30])
def test_lanczos_misses_no_copy_of_a_repeated_value(name, modes, monkeypatch):
    def refuse(*_):
        raise AssertionError("a dense solver was used")

    monkeypatch.setattr(eigen, "_dense", refuse)
    monkeypatch.setattr(eigen, "_ALWAYS_DENSE", 0)
    matrix = sparse.csr_array(nx.laplacian_matrix(NAMED[name]).astype(float))
    check(matrix, eigenbasis(matrix, modes), modes)


@pytest.mark.parametrize("kind", ["combinatorial", "symmetric"])
def test_a_graph_of_pixels_in_pieces_by_lanczos(kind, monkeypatch):
    monkeypatch.setattr(eigen, "_ALWAYS_DENSE", 20)
    graph = knn_graph(random_pixels(25, 25, 350), 3, symmetric="mutual")
    assert csgraph.connected_components(adjacency(graph))[0] > 3
    matrix = laplacian(graph, kind)
    check(matrix, eigenbasis(matrix, 40), 40)


def test_vectors_stay_in_their_component_and_the_sign_is_fixed():
    graph = graph_from_edges(np.zeros((6, 0)), [[0, 2], [2, 4], [1, 3], [3, 5]])
    basis = eigenbasis(laplacian(graph))
    assert ((basis.vectors[::2] == 0).all(0) ^ (basis.vectors[1::2] == 0).all(0)).all()
    third, half, sixth = 3**-0.5, 2**-0.5, 6**-0.5
    # a path of three: eigenvalues 0, 1, 3; equal values in the order of the components
    expected = [[third, third, third], [half, 0, -half], [-sixth, 2 * sixth, -sixth]]
    assert np.allclose(basis.vectors[::2, ::2].T, expected)
    assert np.allclose(basis.vectors[1::2, 1::2].T, expected)
    assert np.allclose(basis.values, [0, 0, 1, 1, 3, 3])


@settings(max_examples=60, deadline=None)
@given(st.permutations(range(30)))
def test_permuting_nodes_permutes_the_vectors(order):
    rng = np.random.default_rng(2)
    pairs = np.argwhere(np.triu(rng.uniform(size=(30, 30)) < 0.3, 1))
    weights = rng.uniform(0.5, 2, len(pairs))  # all eigenvalues differ
    place = np.argsort(order)
    plain = eigenbasis(laplacian(graph_from_edges(np.zeros((30, 0)), pairs, weights)))
    moved = eigenbasis(laplacian(graph_from_edges(np.zeros((30, 0)), place[pairs], weights)))
    assert np.allclose(plain.values, moved.values, atol=1e-5)
    same = plain.vectors[order] * moved.vectors
    assert np.allclose(abs(same.sum(0)), 1, atol=1e-4)


def test_a_single_node_and_no_edges():
    basis = eigenbasis(laplacian(graph_from_edges(np.zeros((1, 0)), [])))
    assert (basis.values.tolist(), basis.vectors.tolist()) == ([0], [[1]])
    basis = eigenbasis(laplacian(graph_from_edges(np.zeros((3, 0)), [])), 2)
    assert (basis.values.tolist(), basis.vectors.tolist()) == ([0, 0], [[1, 0], [0, 1], [0, 0]])


def test_the_cache_is_by_content(tmp_path, monkeypatch):
    matrix = laplacian(knn_graph(random_pixels(9, 9, 30), 4))
    first = eigenbasis(matrix, 5, cache=tmp_path / "new")
    assert len(list((tmp_path / "new").iterdir())) == 1

    def refuse(*_):
        raise AssertionError("computed again")

    module = importlib.import_module("ferkeras.graphs.eigenbasis")
    with monkeypatch.context() as patch:
        patch.setattr(module, "_compute", refuse)
        again = eigenbasis(matrix.copy(), 5, cache=str(tmp_path / "new"))
        assert isinstance(again, EigenBasis)
        assert np.array_equal(again.values, first.values)
        assert np.array_equal(again.vectors, first.vectors)
        for other, modes in ((matrix, 6), (matrix * 2, 5)):
            with pytest.raises(AssertionError, match="computed again"):
                eigenbasis(other, modes, cache=tmp_path / "new")
    (file,) = (tmp_path / "new").iterdir()
    file.write_bytes(file.read_bytes()[:200])
    with pytest.raises(FerkerasError, match=r"cannot be read \(damaged\)"):
        eigenbasis(matrix, 5, cache=tmp_path / "new")


def cycle(count):
    number = np.arange(count)
    pairs = np.stack([number, (number + 1) % count], axis=1)
    return laplacian(graph_from_edges(np.zeros((count, 0)), pairs))


def test_too_many_nodes_name_the_ways_out():
    matrix = cycle(4001)
    with pytest.raises(GraphError, match=r"4001 nodes.*limit 4000.*modes=.*Lanczos.*Chebyshev"):
        eigenbasis(matrix)
    with pytest.raises(GraphError, match=r"at most a quarter of them, 1000.*Chebyshev"):
        eigenbasis(matrix, 1001)
    # of a cycle: 2 - 2 cos(2 pi k / N), each but the first twice
    values = eigenbasis(matrix, 9).values
    expected = 2 - 2 * np.cos(2 * np.pi * np.array([0, 1, 1, 2, 2, 3, 3, 4, 4]) / 4001)
    assert np.allclose(values, expected, rtol=1e-4, atol=0)


@pytest.mark.parametrize(
    ("matrix", "modes", "message"),
    [
        (cycle(5), 0, r"modes is 0, expected 1\.\.5"),
        (cycle(5), 6, "modes is 6"),
        (cycle(5), True, "modes is True"),
        (cycle(5).toarray(), None, "not a sparse matrix"),
        (sparse.csr_array((2, 3)), None, r"this one \(2, 3\)"),
        (sparse.csr_array((0, 0)), None, r"this one \(0, 0\)"),
        (sparse.csr_array([[1.0, -1], [-2, 2]]), None, "not symmetric; take kind='symmetric'"),
        (sparse.csr_array([[np.nan]]), None, "holds NaN"),
        (-cycle(5), None, "it is no Laplacian"),
        (-cycle(300), 5, "it is no Laplacian"),
    ],
)
def test_wrong_matrices_and_modes(matrix, modes, message):
    with pytest.raises(GraphError, match=message):
        eigenbasis(matrix, modes)
