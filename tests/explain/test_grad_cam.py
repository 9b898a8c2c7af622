"""Grad-CAM against NumPy written from the equations."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers
from scipy.signal import correlate2d

from ferkeras.errors import FerkerasError
from ferkeras.explain.grad_cam import grad_cam, grad_cam_rows
from ferkeras.layers import NormFeatureSelection


def picture(*shape, seed=0):
    return np.random.default_rng(seed).uniform(-1, 1, shape).astype(np.float32)


def scaled(heat):
    heat = np.maximum(heat, 0)
    return heat / heat.max()


@pytest.fixture(scope="module")
def pooled():
    """Convolution, global average, softmax: where Grad-CAM is CAM."""
    keras.utils.set_random_seed(3)
    inputs = keras.Input((11, 9, 2))
    maps = layers.Conv2D(5, 3, padding="same", activation="relu", name="maps")(inputs)
    scores = layers.Dense(4, name="scores")(layers.GlobalAveragePooling2D(name="mean")(maps))
    return keras.Model(inputs, layers.Softmax()(scores), name="pooled")


@pytest.mark.parametrize("label", range(4))
def test_equals_class_activation_mapping_where_pooling_is_global(pooled, label):
    """Zhou et al. 2016, Eq. 2: the maps weighted by the class's dense weights."""
    x = picture(11, 9, 2)
    kernel, bias = (np.asarray(w) for w in pooled.get_layer("maps").weights)
    maps = [
        sum(correlate2d(x[..., c], kernel[..., c, k], "same") for c in range(2)) + bias[k]
        for k in range(5)
    ]
    weights = np.asarray(pooled.get_layer("scores").kernel)[:, label]
    cam = sum(weight * np.maximum(one, 0) for weight, one in zip(weights, maps, strict=True))
    heat = grad_cam(pooled, x, "maps", label, scores="scores")
    assert heat.dtype == np.float32
    np.testing.assert_allclose(heat, scaled(cam), atol=1e-5)


def test_weights_agree_with_finite_differences():
    rng = np.random.default_rng(1)
    hidden, last = rng.normal(size=(4 * 5 * 3, 6)), rng.normal(size=(6, 2))
    inputs = keras.Input((4, 5, 3))
    maps = layers.Activation("linear", name="maps")(inputs)
    x = layers.Dense(6, activation="tanh", use_bias=False)(layers.Flatten()(maps))
    model = keras.Model(inputs, layers.Dense(2, activation="softmax", use_bias=False)(x))
    model.set_weights([hidden, last])

    def probability(values):
        exponents = np.exp(np.tanh(values.ravel() @ hidden) @ last)
        return exponents[1] / exponents.sum()

    x = picture(4, 5, 3, seed=2).astype(np.float64) / 5
    gradient, step = np.zeros_like(x), 1e-5
    for place in np.ndindex(x.shape):
        moved = np.zeros_like(x)
        moved[place] = step
        gradient[place] = (probability(x + moved) - probability(x - moved)) / (2 * step)
    expected = scaled((gradient.mean(axis=(0, 1)) * x).sum(axis=-1))
    np.testing.assert_allclose(grad_cam(model, x, "maps", 1), expected, atol=1e-4)


@pytest.mark.parametrize(("row", "column"), [(0, 0), (0, 3), (3, 0), (3, 3)])
def test_a_net_that_looks_at_one_corner_lights_up_there(row, column):
    inputs = keras.Input((20, 20, 1))
    x = layers.Conv2D(1, 3, name="conv")(inputs)
    x = layers.MaxPooling2D(2)(x)
    x = layers.AveragePooling2D(2, name="cells")(x)
    x = layers.Conv2D(1, 1, name="gate")(x)
    model = keras.Model(inputs, layers.Dense(1, use_bias=False, name="look")(layers.Flatten()(x)))
    model.get_layer("conv").set_weights([np.full((3, 3, 1, 1), 1 / 9), np.zeros(1)])
    model.get_layer("gate").set_weights([np.ones((1, 1, 1, 1)), np.zeros(1)])
    only = np.zeros((4, 4))
    only[row, column] = 1
    model.get_layer("look").set_weights([only.reshape(16, 1)])
    bright = np.zeros((20, 20, 1), np.float32)
    bright[10 * (row > 0) :, 10 * (column > 0) :][:10, :10] = 9
    heat = grad_cam(model, bright, "cells", 0)
    quarter = heat[10 * (row > 0) :, 10 * (column > 0) :][:10, :10]
    assert quarter.mean() > 0.7
    assert quarter.sum() > 0.8 * heat.sum()
    assert heat[0 if row else -1, 0 if column else -1] == 0


def test_maps_that_selection_leaves_out_count_only_before_it():
    inputs = keras.Input((3, 3, 4))
    maps = layers.Activation("linear", name="maps")(inputs)
    vectors = layers.Permute((2, 1))(layers.Reshape((9, 4))(maps))
    chosen = NormFeatureSelection(2, name="selected")(vectors)
    outputs = layers.Dense(2, use_bias=False, name="scores")(layers.Flatten()(chosen))
    model = keras.Model(inputs, outputs)
    x = picture(3, 3, 4, seed=5) * np.array([1, 5, 2, 4], np.float32)  # maps 1 and 3 are kept
    weights = np.asarray(model.get_layer("scores").kernel)[:, 1].reshape(2, 9).mean(axis=1)
    after = scaled(weights[0] * x[..., 1] + weights[1] * x[..., 3])
    np.testing.assert_allclose(grad_cam(model, x, "maps", 1), after, atol=1e-5)
    # Map 0 would take the first place, map 2 the second.
    before = scaled(weights[0] * (x[..., 0] + x[..., 1]) + weights[1] * (x[..., 2] + x[..., 3]))
    rows = grad_cam_rows(model, x, "maps", 1, before="selected")
    np.testing.assert_allclose(rows, before[np.newaxis], atol=1e-5)


def test_nothing_that_speaks_for_the_class_is_all_zero():
    inputs = keras.Input((4, 4, 1))
    maps = layers.ReLU(name="maps")(inputs)
    model = keras.Model(
        inputs,
        layers.Dense(1, kernel_initializer="ones")(-1.0 * layers.GlobalAveragePooling2D()(maps)),
    )
    np.testing.assert_array_equal(grad_cam(model, np.ones((4, 4, 1)), "maps", 0), np.zeros((4, 4)))


@pytest.mark.parametrize(
    ("shape", "layer", "label", "scores", "message"),
    [
        ((11, 9, 2), "nowhere", 0, None, r"pooled: no layer 'nowhere'; it has .*maps, mean"),
        ((11, 9, 2), "maps", 0, "nowhere", "no layer 'nowhere'"),
        ((11, 9, 2), "maps", 4, None, r"no class 4, it has 0\.\.3"),
        ((11, 9, 2), "maps", -1, None, "no class -1"),
        ((11, 9, 2), "mean", 0, None, "expected feature maps"),
        ((11, 9, 2), "maps", 0, "maps", r"expected scores \(batch, classes\)"),
        ((11, 9, 1), "maps", 0, None, r"takes a picture \(11, 9, 2\), got \(11, 9, 1\)"),
    ],
)
def test_what_cannot_be_explained_is_one_clear_line(pooled, shape, layer, label, scores, message):
    with pytest.raises(FerkerasError, match=message):
        grad_cam(pooled, picture(*shape), layer, label, scores=scores)


def test_scores_that_do_not_depend_on_the_layer_are_an_error():
    inputs = keras.Input((4, 4, 1))
    one, other = (layers.Conv2D(2, 1, name=name)(inputs) for name in ("one", "other"))
    scores = [
        layers.Dense(2, name=f"of_{name}")(layers.Flatten()(maps))
        for name, maps in (("one", one), ("other", other))
    ]
    model = keras.Model(inputs, layers.Add()(scores))
    with pytest.raises(FerkerasError, match="do not depend on layer 'one'"):
        grad_cam(model, picture(4, 4, 1), "one", 0, scores="of_other")


def test_pixels_that_are_not_finite_are_an_error(pooled):
    with pytest.raises(FerkerasError, match="not finite"):
        grad_cam(pooled, np.full((11, 9, 2), np.nan), "maps", 0)
