import keras
import numpy as np
import pytest
from exported_model import crops, tiny_model
from keras import layers

from ferkeras.export.folded import folded


def randomised(model):
    """``model`` with random weights, among them factors below 0 and of 0."""
    rng = np.random.default_rng(0)
    for layer in model.layers:
        if isinstance(layer, layers.BatchNormalization):
            count = layer.gamma.shape[0]
            gamma = rng.normal(size=count) * 10 ** rng.uniform(-2, 1, count)
            gamma[0] = 0
            layer.set_weights([gamma, *rng.normal(size=(2, count)), rng.uniform(0.1, 4, count)])
        elif layer.weights:
            layer.set_weights([rng.normal(size=one.shape) * 0.3 for one in layer.get_weights()])
    return model


def chain(*parts):
    inputs = keras.Input((12, 12, 2))
    x = inputs
    for part in parts:
        x = part(x)
    return keras.Model(inputs, x)


def factors(norm):
    return np.asarray(norm.gamma) / np.sqrt(np.asarray(norm.moving_variance) + norm.epsilon)


@pytest.mark.parametrize(
    "parts",
    [
        lambda: [layers.Conv2D(8, 3, activation="relu"), layers.MaxPooling2D()],
        lambda: [layers.Conv2D(8, 3, use_bias=False)],
        lambda: [layers.Conv2D(8, 3), layers.MaxPooling2D()],
        lambda: [layers.SeparableConv2D(8, 3, activation="relu")],
        lambda: [layers.Flatten(), layers.Dense(8, activation="relu")],
    ],
    ids=["relu-pool", "linear", "linear-pool", "separable", "dense"],
)
def test_the_norm_only_adds_and_the_answer_is_the_same(parts):
    model = randomised(chain(*parts(), layers.BatchNormalization()))
    before = model.get_weights()
    twin = folded(model)
    assert twin is not model
    assert set(np.unique(factors(twin.layers[-1]).round(6))) <= {-1.0, 0.0, 1.0}
    pictures = np.random.default_rng(1).normal(size=(5, 12, 12, 2)).astype(np.float32)
    expected = np.asarray(model(pictures, training=False))
    got = np.asarray(twin(pictures, training=False))
    np.testing.assert_allclose(got, expected, atol=1e-5 * np.abs(expected).max())
    for was, now in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(was, now)


@pytest.mark.parametrize(
    "parts",
    [
        lambda: [layers.Conv2D(8, 3, activation="tanh")],
        lambda: [layers.Conv2D(8, 3), layers.AveragePooling2D(2), layers.ReLU()],
        lambda: [],
    ],
    ids=["tanh", "other-layers", "input"],
)
def test_what_does_not_let_a_factor_through_stays(parts):
    model = randomised(chain(*parts(), layers.BatchNormalization()))
    assert folded(model) is model


def test_a_layer_that_others_use_too_stays():
    inputs = keras.Input((12, 12, 2))
    maps = layers.Conv2D(4, 3, activation="relu")(inputs)
    model = keras.Model(inputs, layers.Add()([layers.BatchNormalization()(maps), maps]))
    assert folded(randomised(model)) is model
    shared = layers.Conv2D(2, 3, padding="same")
    twice = keras.Model(inputs, layers.BatchNormalization()(shared(shared(inputs))))
    assert folded(randomised(twice)) is twice


def test_a_whole_system():
    twin = folded(tiny_model())
    for layer in twin.layers:
        if isinstance(layer, layers.BatchNormalization):
            np.testing.assert_allclose(np.abs(factors(layer)), 1, rtol=1e-6)
    got, expected = (np.asarray(one(crops(9), training=False)) for one in (twin, tiny_model()))
    np.testing.assert_allclose(got, expected, atol=1e-6)
