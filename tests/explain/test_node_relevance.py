"""Relevance and weights of nodes against NumPy written from SSGNN's equations."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from ferkeras.errors import FerkerasError
from ferkeras.explain.node_relevance import node_relevance
from ferkeras.explain.node_weights import node_weights
from ferkeras.models import SPAGNN, SPEGNN

SMALL = {"input_shape": (9, 8, 2), "classes": 3, "nodes": 24, "neighbours": 4, "graph_seed": 3}


def picture(seed=1):
    return np.random.default_rng(seed).uniform(0, 255, (9, 8, 2)).astype(np.float32)


def filled(model, seed=5):
    random = np.random.default_rng(seed)
    for weight in model.trainable_weights:
        weight.assign(random.normal(0, 0.4, weight.shape))
    return model


def node_values(model, image):
    x, y = np.asarray(model.get_layer("nodes").positions).T
    return image[y, x].astype(float) / 127.5 - 1


def scaled(values):
    values = np.maximum(values, 0)
    return values / values.max()


def named(layer, name):
    (weight,) = [one for one in layer.weights if one.name == name]
    return np.asarray(weight, float)


def spectral(model):
    """V, theta, bias of the convolution, dense weights (nodes, filters, classes), their bias."""
    layer = model.get_layer("spectral_conv")
    basis, theta = np.asarray(layer.basis, float), np.asarray(layer.theta(), float)
    dense, offset = (np.asarray(w, float) for w in model.get_layer("spectral_scores").get_weights())
    return basis, theta, named(layer, "bias"), dense.reshape(24, -1, dense.shape[1]), offset


def spatial_matrices(model):
    """Each spatial layer as a matrix over (node, channel), the last one to the classes."""
    matrices, number = [], 1
    while f"spatial_conv{number}" in {layer.name for layer in model.layers}:
        layer = model.get_layer(f"spatial_conv{number}")
        table, there = np.asarray(layer.neighbours), np.asarray(layer.edge_weights, float)
        kernel, nodes = named(layer, "kernel"), len(table)
        channels, filters = kernel.shape[-2:]
        conv = np.zeros((nodes, channels, nodes, filters))
        for node in range(nodes):
            own = kernel[node] if kernel.ndim == 4 else kernel
            conv[node, :, node] += own[0]
            for place, other in enumerate(table[node]):
                conv[other, :, node] += there[node, place] * own[1 + place]
        matrices.append(conv.reshape(nodes * channels, -1))
        pool = model.get_layer(f"spatial_pool{number}")
        order = np.asarray(pool.order).reshape(-1, pool.pool_size)
        mean = np.zeros((nodes, len(order)))
        for cluster, members in enumerate(order):
            real = members[members >= 0]
            mean[real, cluster] = 1 / max(len(real), 1)
        matrices.append(np.kron(mean, np.eye(filters)))
        number += 1
    return [*matrices, np.asarray(model.get_layer("spatial_scores").kernel, float)]


# === Relevance ===


def test_after_a_convolution_it_is_each_nodes_share_of_the_score():
    model, image = filled(SPEGNN(**SMALL, spectral_filters=4)), picture()
    basis, theta, bias, dense, _ = spectral(model)
    mixed = np.einsum("mi,mij->mj", basis.T @ node_values(model, image), theta)
    maps = np.maximum(basis @ mixed + bias, 0)
    for label in range(3):
        expected = scaled((maps * dense[:, :, label]).sum(axis=1))
        found = node_relevance(model, image, "spectral_conv", label, scores="spectral_scores")
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, expected, atol=1e-5)


def test_of_the_values_it_agrees_with_finite_differences():
    model, image = filled(SPEGNN(**SMALL, spectral_filters=4)), picture(2)
    basis, theta, bias, dense, offset = spectral(model)

    def score(values):
        mixed = np.einsum("mi,mij->mj", basis.T @ values, theta)
        return (np.maximum(basis @ mixed + bias, 0)[..., None] * dense).sum(axis=(0, 1)) + offset

    values, step = node_values(model, image), 1e-6
    gradient = np.zeros_like(values)
    for place in np.ndindex(values.shape):
        moved = np.zeros_like(values)
        moved[place] = step
        gradient[place] = (score(values + moved) - score(values - moved))[1] / (2 * step)
    expected = scaled((gradient * values).sum(axis=1))
    found = node_relevance(model, image, "nodes", 1, scores="spectral_scores")
    np.testing.assert_allclose(found, expected, atol=1e-4)


@pytest.mark.parametrize("node", [0, 11, 23])
def test_the_one_node_that_the_scores_read_is_the_only_one(node):
    model = filled(SPEGNN(**SMALL, spectral_filters=4))
    scores = model.get_layer("spectral_scores")
    kernel = np.zeros((24, 4, 3), np.float32)
    kernel[node] = 1
    scores.set_weights([kernel.reshape(-1, 3), np.zeros(3)])
    convolution = model.get_layer("spectral_conv")
    convolution.bias.assign(np.full(4, 50.0))  # so that every node has something to say
    found = node_relevance(model, picture(), "spectral_conv", 2, scores="spectral_scores")
    assert np.flatnonzero(found).tolist() == [node]
    assert found[node] == 1


@pytest.mark.parametrize("node", [0, 11, 23])
def test_the_one_node_that_a_convolution_reads_is_the_only_one(node):
    model = SPAGNN(**SMALL, spatial_filters=(3,), pool_levels=1)
    layer = model.get_layer("spatial_conv1")
    kernel = np.zeros(layer.kernel.shape, np.float32)
    kernel[node, 0] = 1
    kernel[:, 1:][np.asarray(layer.neighbours) == node] = 1
    layer.kernel.assign(kernel)
    layer.bias.assign(np.full(3, 50.0))  # the ReLU stays open
    scores = model.get_layer("spatial_scores")
    ramp = np.tile([-1.0, 0.0, 1.0], (scores.kernel.shape[0], 1))
    scores.set_weights([ramp, np.zeros(3)])
    bright = np.full((9, 8, 2), 255, np.float32)
    found = node_relevance(model, bright, "nodes", 2, scores="spatial_scores")
    assert np.flatnonzero(found).tolist() == [node]
    assert not node_relevance(model, bright, "nodes", 0, scores="spatial_scores").any()
    assert np.flatnonzero(node_weights(model, "nodes", "spatial_scores")).tolist() == [node]


# === Learned weights ===


def test_weights_of_the_spectral_half_are_v_theta_vt_d():
    model = filled(SPEGNN(**SMALL, spectral_filters=4, modes=9))
    basis, theta, _, dense, _ = spectral(model)
    weights = np.einsum("nm,mij,vm,vjc->nic", basis, theta, basis, dense)
    weights -= weights.mean(axis=2, keepdims=True)
    expected = np.sqrt((weights**2).sum(axis=(1, 2)))
    found = node_weights(model, "nodes", "spectral_scores")
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=1e-4)
    assert model.get_layer("spectral_conv").activation is keras.activations.relu


@pytest.mark.parametrize("kernel_per", ["edge", "rank"])
@pytest.mark.parametrize("filters", [(4,), (3, 2)])
def test_weights_of_the_spatial_half_are_the_product_of_its_layers(kernel_per, filters):
    model = filled(SPAGNN(**SMALL, spatial_filters=filters, pool_levels=1, kernel_per=kernel_per))
    product = np.linalg.multi_dot(spatial_matrices(model))
    product -= product.mean(axis=1, keepdims=True)
    expected = np.sqrt((product.reshape(24, 2, 3) ** 2).sum(axis=(1, 2)))
    np.testing.assert_allclose(
        node_weights(model, "nodes", "spatial_scores"), expected, rtol=1e-4, atol=1e-5
    )


def test_weights_of_chebyshev_filters_do_not_change_what_the_model_says():
    model, image = filled(SPEGNN(**SMALL, spectral_filters=4, chebyshev_order=3)), picture()[None]
    before = model.predict(image, verbose=0)
    weights = node_weights(model, "nodes", "spectral_scores")
    assert weights.shape == (24,)
    assert (weights > 0).all()
    np.testing.assert_array_equal(model.predict(image, verbose=0), before)


def test_what_is_added_to_all_classes_is_not_seen():
    model = filled(SPEGNN(**SMALL, spectral_filters=4))
    before = node_weights(model, "nodes", "spectral_scores")
    scores = model.get_layer("spectral_scores")
    kernel, bias = scores.get_weights()
    common = np.random.default_rng(7).normal(size=(len(kernel), 1))
    scores.set_weights([kernel + common, bias])
    np.testing.assert_allclose(
        node_weights(model, "nodes", "spectral_scores"), before, rtol=1e-3, atol=1e-4
    )
    scores.set_weights([np.repeat(common, 3, axis=1), bias])
    assert node_weights(model, "nodes", "spectral_scores").max() < 1e-5


# === Errors ===


@pytest.mark.parametrize(
    ("layer", "label", "scores", "message"),
    [
        ("nowhere", 0, "spectral_scores", "no layer 'nowhere'; it has"),
        ("scale", 0, "spectral_scores", r"expected features of nodes \(batch, nodes, channels\)"),
        ("nodes", 3, "spectral_scores", r"no class 3, it has 0\.\.2"),
        ("nodes", 0, "spectral_conv", r"expected scores \(batch, classes\)"),
    ],
)
def test_what_cannot_be_explained_is_one_clear_line(layer, label, scores, message):
    model = SPEGNN(**SMALL)
    with pytest.raises(FerkerasError, match=message):
        node_relevance(model, picture(), layer, label, scores=scores)
    if label == 0:
        with pytest.raises(FerkerasError, match=message):
            node_weights(model, layer, scores)


def test_inputs_and_weights_that_cannot_be_explained():
    model = SPEGNN(**SMALL)
    with pytest.raises(FerkerasError, match=r"takes a picture \(9, 8, 2\), got \(9, 8, 1\)"):
        node_relevance(model, picture()[..., :1], "nodes", 0)
    with pytest.raises(FerkerasError, match="not finite"):
        node_relevance(model, picture() * np.nan, "nodes", 0)
    model.get_layer("spectral_conv").kernel.assign(
        np.full(model.get_layer("spectral_conv").kernel.shape, np.nan)
    )
    with pytest.raises(FerkerasError, match="not finite"):
        node_weights(model, "nodes", "spectral_scores")
    own = SPEGNN(
        (6, 2), 3, neighbours=2, modes=4, positions=picture()[:6, :2, 0].tolist(), basis_input=True
    )
    with pytest.raises(FerkerasError, match=r"takes several inputs \(\w+, \w+\)"):
        node_relevance(own, np.zeros((6, 2), np.float32), "scale", 0)
    with pytest.raises(FerkerasError, match="and one input"):
        node_weights(own, "scale", "spectral_scores")


def test_scores_of_another_branch_are_an_error():
    inputs = keras.Input((4, 2))
    first, second = (keras.layers.Dense(3, name=name)(inputs) for name in ("one", "two"))
    scores = keras.layers.Dense(2, name="scores")(keras.layers.Flatten()(first))
    model = keras.Model(inputs, [scores, second])
    with pytest.raises(FerkerasError, match="do not depend on layer 'two'"):
        node_relevance(model, np.ones((4, 2), np.float32), "two", 0, scores="scores")
    with pytest.raises(FerkerasError, match="'scores' does not depend on 'two'"):
        node_weights(model, "two", "scores")
