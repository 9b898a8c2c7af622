"""SSGNN against NumPy written from the equations, and its graph in saved files."""

import keras
import numpy as np
import pytest
import scipy.linalg
from scipy.spatial.distance import cdist

from ferkeras.errors import GraphError
from ferkeras.models.ssgnn import SPAGNN, SPEGNN, SSGNN

SMALL = {
    "input_shape": (9, 8, 2),
    "classes": 3,
    "nodes": 30,
    "neighbours": 4,
    "graph_seed": 3,
}


def _images(count=4, shape=(9, 8, 2)):
    return np.random.default_rng(1).uniform(0, 255, (count, *shape)).astype("float32")


def _softmax(scores):
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def _nodes(model, images):
    positions = np.asarray(model.get_layer("nodes").positions)
    return positions, (images / 127.5 - 1)[:, positions[:, 1], positions[:, 0]]


def _adjacency(positions, k):
    """Edges to all that are at most as far as the k-th nearest, from either end."""
    far = cdist(positions, positions)
    np.fill_diagonal(far, np.inf)
    near = np.zeros(far.shape, bool)
    for node, row in enumerate(far):
        x, y = positions.T
        near[node, np.lexsort((x, y, row))[:k]] = True
    return (near | near.T).astype(float)


def _filled(model):
    random = np.random.default_rng(5)
    for weight in model.trainable_weights:
        weight.assign(random.normal(0, 0.3, weight.shape))
    return model


def test_the_spectral_half_is_the_equation():
    model = _filled(SPEGNN(**SMALL, spectral_filters=5))
    images = _images()
    positions, values = _nodes(model, images)
    adjacency = _adjacency(positions.astype(float), 4)
    _, vectors = scipy.linalg.eigh(np.diag(adjacency.sum(axis=1)) - adjacency)
    layer = model.get_layer("spectral_conv")
    basis = np.asarray(layer.basis, float)
    # The model's modes are SciPy's, but for the basis within an eigenspace; the span is the same.
    assert np.allclose(basis @ basis.T, vectors @ vectors.T, atol=1e-5)
    laplacian = np.diag(adjacency.sum(axis=1)) - adjacency
    rayleigh = np.sum(basis * (laplacian @ basis), axis=0)
    assert np.allclose(rayleigh, scipy.linalg.eigvalsh(laplacian), atol=1e-4)
    theta, bias = (np.asarray(weight, float) for weight in layer.trainable_weights)
    spectrum = np.einsum("nm,bni->bmi", basis, values)
    mixed = np.einsum("bmi,mij->bmj", spectrum, theta)
    features = np.maximum(np.einsum("nm,bmj->bnj", basis, mixed) + bias, 0)
    kernel, offset = model.get_layer("spectral_scores").get_weights()
    wanted = _softmax(features.reshape(len(images), -1) @ kernel + offset)
    assert np.allclose(model.predict(images, verbose=0), wanted, atol=1e-5)


def test_the_spatial_half_is_the_equation():
    model = _filled(SPAGNN(**SMALL, spatial_filters=(5,), pool_levels=1))
    images = _images()
    positions, values = _nodes(model, images)
    adjacency = _adjacency(positions.astype(float), 4)
    layer = model.get_layer("spatial_conv1")
    neighbours, there = np.asarray(layer.neighbours), np.asarray(layer.edge_weights)
    for node in range(30):
        assert set(neighbours[node][there[node] > 0]) == set(np.flatnonzero(adjacency[node]))
    weights = {weight.name: np.asarray(weight, float) for weight in layer.trainable_weights}
    kernel, bias = weights["kernel"], weights["bias"]
    convolved = np.zeros((len(images), 30, 5))
    for node in range(30):
        convolved[:, node] = values[:, node] @ kernel[node, 0] + bias
        for place in np.flatnonzero(there[node]):
            convolved[:, node] += values[:, neighbours[node, place]] @ kernel[node, 1 + place]
    convolved = np.maximum(convolved, 0)
    order = np.asarray(model.get_layer("spatial_pool1").order)
    pooled = []
    for pair in order.reshape(-1, 2):
        real = pair[pair >= 0]
        assert len(real) == 1 or adjacency[real[0], real[1]]
        pooled.append(convolved[:, real].mean(axis=1))
    assert sorted(order[order >= 0]) == list(range(30))
    dense, offset = model.get_layer("spatial_scores").get_weights()
    flat = np.stack(pooled, axis=1).reshape(len(images), -1)
    wanted = _softmax(flat @ dense + offset)
    assert np.allclose(model.predict(images, verbose=0), wanted, atol=1e-5)


def test_the_class_is_that_of_the_surer_half():
    model = _filled(SSGNN(**SMALL, branch_outputs=True))
    answer = model.predict(_images(40), verbose=0)
    halves = answer["branches"]
    assert halves.shape == (40, 2, 3)
    surest = halves.max(axis=1)
    assert np.array_equal(answer["probabilities"].argmax(axis=1), surest.argmax(axis=1))
    assert (halves[:, 0].argmax(axis=1) != halves[:, 1].argmax(axis=1)).any()


def test_a_saved_model_has_its_own_nodes(tmp_path):
    model = _filled(SSGNN(**SMALL, modes=20, variant="shared"))
    model.save(tmp_path / "model.keras")
    images = _images()
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert np.allclose(again.predict(images, verbose=0), model.predict(images, verbose=0))
    other = SSGNN(**{**SMALL, "graph_seed": 4}, modes=20, variant="shared")
    assert not np.array_equal(
        other.get_layer("nodes").positions, model.get_layer("nodes").positions
    )


def test_each_sample_with_its_own_basis():
    model = _filled(
        SPEGNN((12, 2), 3, neighbours=3, modes=5, positions=_landmarks()[0], basis_input=True)
    )
    landmarks = _landmarks(2)
    bases = np.stack(
        [np.linalg.qr(np.random.default_rng(n).normal(size=(12, 5)))[0] for n in (0, 1)]
    )
    both = model.predict({"input": landmarks, "basis": bases}, verbose=0)
    for number in (0, 1):
        one = {"input": landmarks[[number]], "basis": bases[[number]]}
        assert np.allclose(model.predict(one, verbose=0)[0], both[number], atol=1e-6)
    swapped = model.predict({"input": landmarks, "basis": bases[::-1]}, verbose=0)
    assert not np.allclose(swapped, both)


def _landmarks(count=1, points=12):
    return np.random.default_rng(2).uniform(0, 255, (count, points, 2)).astype("float32")


@pytest.mark.parametrize(
    ("settings", "error", "said"),
    [
        ({"variant": "x"}, ValueError, "known: paper, shared"),
        ({"sampling": "x"}, ValueError, "random, regular"),
        ({"input_shape": (12, 2)}, ValueError, "needs positions="),
        ({"input_shape": (68, 2), "nodes": 0.4}, ValueError, "nodes are the landmarks"),
        ({"input_shape": (12, 3)}, ValueError, "expected \\(height, width, channels\\)"),
        ({"input_shape": (None, 8, 1)}, ValueError, "expected \\(height, width, channels\\)"),
        ({"nodes": 5, "neighbours": 8}, GraphError, "8"),
        ({"nodes": 1.5}, GraphError, "share of the pixels"),
        ({"input_shape": (110, 110, 1), "nodes": 0.4}, GraphError, "(?i)chebyshev"),
        ({"dropout": 1.0}, ValueError, "dropout"),
        ({"spatial_filters": []}, ValueError, "one or more"),
        ({"spatial_filters": 8}, ValueError, "one or more"),
        ({"input_shape": (16, 16, 0)}, ValueError, "expected \\(height, width, channels\\)"),
        ({"nodes": 20, "positions": [[1.0, 2.0]] * 20}, ValueError, "both given"),
        ({"classifier_activation": "relu"}, ValueError, "not softmax or None"),
    ],
)
def test_what_cannot_be_built(settings, error, said):
    with pytest.raises(error, match=said):
        SSGNN(**settings)
    with pytest.raises(ValueError, match="basis_input needs modes"):
        SPEGNN((12, 2), positions=_landmarks()[0], neighbours=3, basis_input=True)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"modes": 5, "chebyshev_order": 2}, "exclude each other"),
        ({"modes": 13}, "12 nodes have fewer"),
    ],
)
def test_a_basis_of_each_sample_that_cannot_be(settings, said):
    with pytest.raises(ValueError, match=said):
        SPEGNN((12, 2), positions=_landmarks()[0], neighbours=3, basis_input=True, **settings)


def test_weights_by_direction_on_all_pixels_are_a_convolution():
    model = _filled(SPAGNN((8, 8, 1), 3, variant="grid", neighbours=8, spatial_filters=(5,)))
    images = _images(shape=(8, 8, 1))
    positions, _ = _nodes(model, images)
    layer = model.get_layer("spatial_conv1")
    assert layer.kernel.shape == (9, 1, 5)
    inner = keras.Model(model.input, layer.output)
    kernel = np.asarray(layer.kernel)
    square = np.zeros((3, 3, 1, 5), "float32")
    square[1, 1] = kernel[0]
    offsets = ((1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1))
    for place, (dx, dy) in enumerate(offsets, start=1):
        square[1 + dy, 1 + dx] = kernel[place]
    wanted = keras.ops.conv(images / 127.5 - 1, square, padding="same")
    wanted = keras.ops.relu(wanted + keras.ops.convert_to_tensor(layer.bias))
    wanted = np.asarray(wanted)[:, positions[:, 1], positions[:, 0]]
    np.testing.assert_allclose(np.asarray(inner(images)), wanted, atol=1e-5)


def test_an_unknown_way_of_sharing_is_named():
    with pytest.raises(ValueError, match=r"kernel_per is 'place', expected one of .*direction"):
        SPAGNN(**SMALL, kernel_per="place")
