import keras
import numpy as np
import pytest
from exported_model import crops, tiny_model
from keras import layers

from ferkeras.export.equal_channels import equal_channels
from ferkeras.export.folded import folded


def wild(model):
    """``model`` with channels of very unlike size."""
    rng = np.random.default_rng(0)
    for layer in model.layers:
        values = [rng.normal(0, 0.3, one.shape) for one in layer.get_weights()]
        if values and isinstance(layer, layers.BatchNormalization):
            values[3] = rng.uniform(0.2, 2, values[3].shape)
        elif values:
            values[0] *= 10 ** rng.uniform(-1, 1, values[0].shape[-1])
        layer.set_weights(values)
    return model


def network(*middle, last=None):
    inputs = keras.Input((28, 28, 1))
    x = layers.Conv2D(8, 3, activation="relu", name="first")(layers.Rescaling(1 / 255)(inputs))
    for layer in middle:
        x = layer(x)
    seen = x
    x = (last or layers.Conv2D(4, 3, name="second"))(x)
    return wild(keras.Model(inputs, layers.GlobalAveragePooling2D()(x))), seen


def spread(model, name):
    """Largest size of a channel behind the layer ``name`` over the smallest."""
    values = np.abs(keras.Model(model.input, model.get_layer(name).output)(crops(9)))
    sizes = values.max(axis=(0, 1, 2))
    return float(sizes.max() / sizes.min())


@pytest.mark.parametrize(
    "middle",
    [
        lambda: [],
        lambda: [layers.MaxPooling2D(2), layers.BatchNormalization()],
        lambda: [layers.Dropout(0.5), layers.LeakyReLU(0.2)],
    ],
    ids=["plain", "pool-norm", "leaky"],
)
def test_channels_come_nearer_and_the_answer_is_the_same(middle):
    model, _ = network(*middle())
    before = model.get_weights()
    twin = equal_channels(model, [crops(9), crops(4, seed=1)])
    assert twin is not model
    expected = np.asarray(model(crops(20, seed=3), training=False))
    got = np.asarray(twin(crops(20, seed=3), training=False))
    np.testing.assert_allclose(got, expected, atol=2e-6 * np.abs(expected).max())
    assert spread(twin, "first") < spread(model, "first") / 2
    for was, now in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(was, now)


def test_channels_that_others_take_too_stay():
    for last in (layers.SeparableConv2D(4, 3), layers.Conv2D(8, 3, groups=2), layers.ReLU()):
        model, _ = network(last=last)
        assert equal_channels(model, [crops(2)]) is model
    model, seen = network(layers.MaxPooling2D(2))
    both = layers.Concatenate()([model.output, layers.GlobalAveragePooling2D()(seen)])
    wider = keras.Model(model.input, both)
    assert equal_channels(wider, [crops(2)]) is wider


def test_a_whole_system():
    model = folded(tiny_model())
    twin = equal_channels(model, [crops(9)])
    assert twin is not model
    got, expected = (np.asarray(one(crops(9), training=False)) for one in (twin, tiny_model()))
    np.testing.assert_allclose(got, expected, atol=1e-6)
