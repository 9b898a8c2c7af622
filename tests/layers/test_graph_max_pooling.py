import numpy as np
import pytest
import random_graphs as graphs
from hypothesis import given, settings
from hypothesis import strategies as st
from test_graph_average_pooling import ORDER, by_clusters

from ferkeras.layers import GraphMaxPooling


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 4), st.integers(1, 5), st.integers(0, 1000))
def test_equals_the_maxima_of_the_clusters(size, clusters, seed):
    rng = np.random.default_rng(seed)
    nodes = rng.integers(1, size * clusters + 1)
    order = np.full(size * clusters, -1)
    order[rng.permutation(len(order))[:nodes]] = rng.permutation(nodes)
    # All below 0: a place that is not filled must not win by its 0.
    x, mask = -1 - graphs.features(3, nodes, 2, seed=seed) ** 2, rng.random((3, nodes)) < 0.7
    layer = GraphMaxPooling(size, order)
    np.testing.assert_array_equal(layer(x), by_clusters(x, order, size, np.max).astype("f4"))
    holes = np.where(mask[..., None], x, np.nan)
    expected = by_clusters(x, order, size, np.max, mask).astype("f4")
    np.testing.assert_array_equal(layer(holes, mask=mask), expected)


def test_without_an_order_neighbours_in_the_row_are_pooled():
    x = graphs.features(2, 6, 3)
    np.testing.assert_array_equal(GraphMaxPooling(2)(x), x.reshape(2, 3, 2, 3).max(axis=2))


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_empty_clusters_are_zero_in_half_precision(dtype):
    answer = np.asarray(GraphMaxPooling(2, ORDER, dtype=dtype)(-np.ones((1, 5, 1), "f4")))
    np.testing.assert_array_equal(answer[0, :, 0].astype("f4"), [-1, -1, 0, -1])


def test_the_gradient_of_an_empty_cluster_is_no_nan():
    import tensorflow as tf

    x = tf.constant(graphs.features(1, 5, 2))
    with tf.GradientTape() as tape:
        tape.watch(x)
        total = tf.reduce_sum(GraphMaxPooling(2, ORDER)(x))
    pairs = x.numpy()[0, [[3, 0], [4, 2]]]
    expected = np.zeros((5, 2))
    expected[1] = 1
    for pair, nodes in zip(pairs, ([3, 0], [4, 2]), strict=True):
        expected[nodes] = pair == pair.max(axis=0)
    np.testing.assert_array_equal(tape.gradient(total, x)[0], expected)


def test_a_layer_without_its_order_answers_nan():
    assert np.isnan(GraphMaxPooling(2, 8)(graphs.features(1, 5, 2))).all()
