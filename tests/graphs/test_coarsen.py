import numpy as np
import pytest
from graph_samples import GRAPHS, random_graph
from hypothesis import given, settings
from hypothesis import strategies as st

from ferkeras.errors import GraphError
from ferkeras.graphs import adjacency, coarsen, graph_from_edges, knn_graph, random_pixels


def deepest(graph, levels):
    """The coarsening of as many levels as there are edges for."""
    while True:
        try:
            return coarsen(graph, levels), levels
        except GraphError:
            levels -= 1


@settings(max_examples=60, deadline=None)
@given(GRAPHS, st.integers(0, 4))
def test_the_tree(graph, levels):
    found, levels = deepest(graph, levels)
    order, count = found.permutation, len(graph.nodes)
    assert sorted(order[order >= 0].tolist()) == list(range(count))
    sizes = [len(level.nodes) for level in found.graphs]
    assert sizes == [sizes[-1] * 2**above for above in range(levels, -1, -1)]
    assert len(order) == sizes[0]
    assert found.real[-1].all()
    for below, above in zip(found.real, found.real[1:], strict=False):
        assert np.array_equal(below.reshape(-1, 2).any(1), above)
    for level, real in zip(found.graphs[:-1], found.real, strict=False):
        weights = adjacency(level).toarray()
        for pair in range(len(real) // 2):
            children = [2 * pair, 2 * pair + 1]
            assert weights[tuple(children)] > 0 or not real[children].all()
        assert not weights[~real].any()


@settings(max_examples=60, deadline=None)
@given(GRAPHS, st.integers(1, 3))
def test_weights_and_means_of_each_level(graph, levels):
    found, levels = deepest(graph, levels)
    order = found.permutation
    full = adjacency(graph).toarray()
    for level in range(levels + 1):
        here = found.graphs[level]
        size = len(here.nodes)
        member = np.zeros((size, len(graph.nodes)))
        member[np.arange(len(order))[order >= 0] // 2**level, order[order >= 0]] = 1
        expected = member @ full @ member.T
        np.fill_diagonal(expected, 0)
        assert np.allclose(adjacency(here).toarray(), expected, rtol=1e-5)
        real = found.real[level]
        assert np.array_equal(real, member.any(1))
        number = member.sum(1, keepdims=True)[real]
        assert np.allclose(here.nodes[real], (member @ graph.nodes)[real] / number, atol=1e-5)
        assert np.allclose(
            here.positions[real], (member @ graph.positions)[real] / number, rtol=1e-5
        )
        assert not here.nodes[~real].any()
        if level < levels:
            parents = np.repeat(found.graphs[level + 1].positions, 2, axis=0)
            assert np.array_equal(here.positions[~real], parents[~real])
        expected_order = order if level == 0 else np.where(real, np.arange(size), -1)
        assert np.array_equal(found.order(level), expected_order)


@settings(max_examples=60, deadline=None)
@given(st.permutations(range(40)))
def test_permuting_nodes_permutes_the_clusters(order):
    graph = random_graph(40, 0.2, 3)  # all weights differ
    place = np.argsort(order)
    moved = graph_from_edges(graph.nodes[list(order)], place[graph.edges.T], graph.weights)
    clusters = [
        {frozenset(some[some >= 0].tolist()) for some in each.reshape(-1, 4)}
        for each in (coarsen(graph, 2).permutation, coarsen(moved, 2).permutation)
    ]
    assert clusters[0] == {frozenset(order[node] for node in some) for some in clusters[1]}


def test_the_largest_normalised_cut_is_merged():
    # a ring with every other edge heavy
    graph = graph_from_edges(np.zeros((4, 0)), [[0, 1], [1, 2], [2, 3], [3, 0]], [1, 5, 1, 5])
    assert coarsen(graph, 1).permutation.tolist() == [0, 3, 1, 2]
    # two triangles that share node 2: 0 prefers 1 (1/2 + 1/2) to 2 (1/2 + 1/4), so does 3 node 4
    pairs = [[0, 1], [0, 2], [1, 2], [2, 3], [2, 4], [3, 4]]
    found = coarsen(graph_from_edges(np.zeros((5, 0)), pairs), 1)
    assert found.permutation.tolist() == [0, 1, 2, -1, 3, 4]
    assert adjacency(found.graphs[1]).toarray().tolist() == [[0, 2, 0], [2, 0, 2], [0, 2, 0]]


def test_a_pixel_graph_hardly_needs_fakes_and_pooling_is_a_reshape():
    graph = knn_graph(random_pixels(40, 40, 640), 8)
    found = coarsen(graph, 4)
    assert len(found.permutation) < 1.1 * 640
    values = np.append(graph.positions[:, 0], np.nan)[found.permutation]
    means = np.nanmean(values.reshape(-1, 16), axis=1)
    assert np.allclose(means, found.graphs[4].positions[:, 0], rtol=1e-5)
    spread = np.nanstd(values.reshape(-1, 16), axis=1)
    assert spread.max() < 8  # of a cluster; of the image it is 11.5


def test_isolated_nodes_stay_alone():
    graph = graph_from_edges(np.ones((4, 1)), [[1, 3]])
    found = coarsen(graph, 1)
    clusters = sorted(sorted(pair) for pair in found.permutation.reshape(-1, 2).tolist())
    assert clusters == [[-1, 0], [-1, 2], [1, 3]]


@pytest.mark.parametrize(
    ("count", "pairs", "levels", "message"),
    [
        (3, [[0, 1]], -1, "levels is -1"),
        (3, [[0, 1]], 1.5, "levels is 1.5"),
        (3, [[0, 1]], True, "levels is True"),
        (3, [[0, 1]], 2, "levels=2: after 1 no edge is left .* take levels=1"),
        (1, [], 1, "after 0 no edge is left"),
    ],
)
def test_wrong_levels(count, pairs, levels, message):
    with pytest.raises(GraphError, match=message):
        coarsen(graph_from_edges(np.zeros((count, 0)), pairs), levels)


def test_no_level_is_the_graph_itself():
    graph = random_graph(10, 0.3, 0)
    found = coarsen(graph, 0)
    assert found.permutation.tolist() == list(range(10))
    assert np.array_equal(found.graphs[0].edges, graph.edges)
    assert np.array_equal(found.graphs[0].weights, graph.weights)
