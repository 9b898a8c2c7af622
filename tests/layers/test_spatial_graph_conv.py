import numpy as np
import pytest
import random_graphs as graphs
from hypothesis import given, settings
from hypothesis import strategies as st

from ferkeras.layers import SpatialGraphConv


def by_equation_12(x, neighbours, weights, kernel, bias, include_self):
    """NumPy, one sample ``(nodes, channels)``, one node and neighbour after the other."""
    answer = np.zeros((len(x), kernel.shape[-1]))
    for v, row in enumerate(neighbours):
        own = kernel[v] if kernel.ndim == 4 else kernel
        around = list(zip(weights[v], row, strict=True))
        for place, (weight, u) in enumerate([(1.0, v)] * include_self + around):
            for i in range(x.shape[1]):
                answer[v] += weight * x[u, i] * own[place, i]
    return np.maximum(answer + bias, 0)


@pytest.mark.parametrize("include_self", [True, False])
@pytest.mark.parametrize("kernel_per", ["edge", "rank"])
def test_equation_12(kernel_per, include_self):
    neighbours, weights = graphs.table(graphs.adjacency(7, isolated=1))
    x = graphs.features(2, 7, 3)
    layer = SpatialGraphConv(
        *(4, neighbours, weights),
        kernel_per=kernel_per,
        include_self=include_self,
        activation="relu",
    )
    layer.build(x.shape)
    kernel, bias = graphs.randomise(layer)
    places = neighbours.shape[1] + include_self
    assert kernel.shape[-3:] == (places, 3, 4)
    assert kernel.ndim == (4 if kernel_per == "edge" else 3)
    expected = [by_equation_12(o, neighbours, weights, kernel, bias, include_self) for o in x]
    np.testing.assert_allclose(layer(x), expected, rtol=1e-5, atol=1e-5)


def test_on_a_grid_a_kernel_per_rank_is_a_convolution():
    # Neighbours in one order at every node (left, right, up, down): the weights of a cross.
    side, x = 5, graphs.features(1, 5, 5, 2)
    number = np.pad(np.arange(25).reshape(5, 5), 1, constant_values=-1)
    shifts = ((1, 0), (1, 2), (0, 1), (2, 1))
    around = np.stack([number[a : a + 5, b : b + 5].ravel() for a, b in shifts], axis=1)
    layer = SpatialGraphConv(3, np.maximum(around, 0), around >= 0, kernel_per="rank")
    layer.build((1, 25, 2))
    kernel, bias = graphs.randomise(layer)
    border = np.pad(x[0], ((1, 1), (1, 1), (0, 0)))
    expected = x[0] @ kernel[0] + bias
    for place, (a, b) in enumerate(shifts, start=1):
        expected = expected + border[a : a + side, b : b + side] @ kernel[place]
    answer = np.asarray(layer(x.reshape(1, 25, 2))).reshape(5, 5, 3)
    np.testing.assert_allclose(answer, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("kernel_per", ["edge", "rank"])
@settings(max_examples=10, deadline=None)
@given(st.integers(2, 10), st.integers(0, 1000))
def test_nodes_in_another_order_give_the_same_in_that_order(kernel_per, nodes, seed):
    neighbours, weights = graphs.table(graphs.adjacency(nodes, seed))
    new = np.random.default_rng(seed).permutation(nodes)
    moved = np.argsort(new)[neighbours[new]].astype(np.int32)
    x = graphs.features(2, nodes, 3, seed=seed)
    before = SpatialGraphConv(2, neighbours, weights, kernel_per=kernel_per)
    after = SpatialGraphConv(2, moved, weights[new], kernel_per=kernel_per)
    for layer in (before, after):
        layer.build(x.shape)
        graphs.randomise(layer)
    if kernel_per == "edge":  # weights belong to a node, so they move with it
        after.kernel.assign(np.asarray(before.kernel)[new])
    np.testing.assert_allclose(after(x[:, new]), before(x).numpy()[:, new], rtol=1e-4, atol=1e-5)


def test_masked_nodes_count_as_zero():
    neighbours, weights = graphs.table(graphs.adjacency(7))
    x, mask = graphs.features(1, 7, 3), np.array([[1, 1, 0, 1, 1, 1, 0]], bool)
    layer = SpatialGraphConv(2, neighbours, weights)
    layer.build(x.shape)
    graphs.randomise(layer)
    answer = np.asarray(layer(np.where(mask[..., None], x, np.nan), mask=mask))
    zeroed = np.asarray(layer(np.where(mask[..., None], x, 0)))
    np.testing.assert_allclose(answer[mask], zeroed[mask], rtol=1e-6)
    assert not answer[~mask].any()


def test_unused_places_have_no_effect_and_no_gradient():
    import tensorflow as tf

    neighbours, weights = graphs.table(graphs.adjacency(7))
    layer, x = SpatialGraphConv(2, neighbours, weights), graphs.features(1, 7, 3)
    with tf.GradientTape() as tape:
        total = tf.reduce_sum(layer(x) ** 2)
    gradient = np.abs(tape.gradient(total, layer.kernel.value)).max(axis=(2, 3))
    np.testing.assert_array_equal(gradient[:, 1:] > 0, weights > 0)
    assert (gradient[:, 0] > 0).all()


TABLE = graphs.table(graphs.adjacency(7))


@pytest.mark.parametrize(
    ("arguments", "shape", "message"),
    [
        ({"kernel_per": "node"}, (1, 7, 2), "kernel_per is 'node'"),
        ({"edge_weights": TABLE[1][:, :1]}, (1, 7, 2), "like neighbours"),
        ({"neighbours": TABLE[0] * 0.5}, (1, 7, 2), "expected whole numbers from 0 to 6"),
        ({}, (1, 6, 2), r"expected node features \(batch, 7, channels\), got \(1, 6, 2\)"),
        ({}, (1, 7, None), "expected node features"),
    ],
)
def test_what_does_not_fit_is_named(arguments, shape, message):
    given_ = {"filters": 2, "neighbours": TABLE[0], "edge_weights": TABLE[1], **arguments}
    with pytest.raises(ValueError, match=message):
        SpatialGraphConv(**given_).build(shape)


def test_a_layer_without_its_table_answers_nan():
    layer = SpatialGraphConv(2, TABLE[0].shape)
    assert np.isnan(layer(graphs.features(1, 7, 3))).all()
