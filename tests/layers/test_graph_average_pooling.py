import keras
import numpy as np
import pytest
import random_graphs as graphs
from hypothesis import given, settings
from hypothesis import strategies as st

from ferkeras.layers import GraphAveragePooling

ORDER = np.array([3, 0, 1, -1, -1, -1, 4, 2])


def by_clusters(x, order, size, reduce, mask=None):
    """NumPy, one cluster after the other: its real nodes through ``reduce``, or 0."""
    answer = np.zeros((len(x), len(order) // size, x.shape[2]))
    for sample in range(len(x)):
        for number, cluster in enumerate(np.reshape(order, (-1, size))):
            nodes = [n for n in cluster if n >= 0 and (mask is None or mask[sample, n])]
            if nodes:
                answer[sample, number] = reduce(x[sample, nodes], axis=0)
    return answer


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 4), st.integers(1, 5), st.integers(0, 1000))
def test_equals_the_means_of_the_clusters(size, clusters, seed):
    rng = np.random.default_rng(seed)
    nodes = rng.integers(1, size * clusters + 1)
    order = np.full(size * clusters, -1)
    order[rng.permutation(len(order))[:nodes]] = rng.permutation(nodes)
    x, mask = graphs.features(3, nodes, 2, seed=seed), rng.random((3, nodes)) < 0.7
    layer = GraphAveragePooling(size, order)
    np.testing.assert_allclose(layer(x), by_clusters(x, order, size, np.mean), atol=1e-6)
    holes = np.where(mask[..., None], x, np.nan)
    expected = by_clusters(x, order, size, np.mean, mask)
    np.testing.assert_allclose(layer(holes, mask=mask), expected, atol=1e-6)


def test_without_an_order_neighbours_in_the_row_are_pooled():
    x = graphs.features(2, 6, 3)
    expected = x.reshape(2, 2, 3, 3).mean(axis=2)
    np.testing.assert_allclose(GraphAveragePooling(3)(x), expected, atol=1e-6)
    with pytest.raises(ValueError, match="none is needed"):
        GraphAveragePooling(3).coarse_order()


def test_pooling_twice_is_pooling_by_more_if_clusters_are_full():
    x = graphs.features(2, 8, 3)
    order = np.random.default_rng(0).permutation(8)
    first = GraphAveragePooling(2, order)
    twice = GraphAveragePooling(2, first.coarse_order())(first(x))
    np.testing.assert_allclose(twice, GraphAveragePooling(4, order)(x), atol=1e-6)


def test_empty_clusters_do_not_count_in_the_next_pooling():
    x = graphs.features(1, 5, 2)
    first = GraphAveragePooling(2, ORDER)
    np.testing.assert_array_equal(first.coarse_order(), [0, 1, -1, 3])
    second = GraphAveragePooling(2, first.coarse_order())
    expected = [(x[0, [3, 0]].mean(0) + x[0, 1]) / 2, x[0, [4, 2]].mean(0)]
    np.testing.assert_allclose(second(first(x))[0], expected, atol=1e-6)


def test_the_mask_of_the_clusters_goes_on():
    x = graphs.features(1, 5, 2)
    x[0, [3, 0]] = 0
    masked = keras.layers.Masking()(x)
    pooled = GraphAveragePooling(2, ORDER)(masked)
    np.testing.assert_array_equal(pooled._keras_mask, [[False, True, False, True]])


def test_the_mean_of_many_nodes_holds_in_float16():
    x = np.full((1, 5000, 1), 200, "float16")
    for order in (None, np.arange(5000)):  # the sum is far beyond the largest float16
        assert GraphAveragePooling(5000, order, dtype="float16")(x) == 200


@pytest.mark.parametrize(
    ("arguments", "shape", "message"),
    [
        ((0,), (1, 4, 2), "pool_size must be at least 1"),
        ((3,), (1, 4, 2), "4 nodes are no multiple of pool_size 3"),
        ((3, ORDER), (1, 5, 2), "order has 8 places, no multiple of pool_size 3"),
        ((2, ORDER), (1, 4, 2), "order names node 4, the input has 4"),
        ((2, [0, 0]), (1, 4, 2), "order: expected an array of 1 axes"),
        ((2, np.array([0, 0])), (1, 4, 2), "stands in it twice"),
        ((2, np.array([0, -2])), (1, 4, 2), "expected whole numbers from -1 to 1"),
        ((2,), (1, 4), "expected node features"),
    ],
)
def test_what_does_not_fit_is_named(arguments, shape, message):
    with pytest.raises(ValueError, match=message):
        GraphAveragePooling(*arguments).build(shape)


def test_a_layer_without_its_order_answers_nan():
    assert np.isnan(GraphAveragePooling(2, 8)(graphs.features(1, 5, 2))).all()
