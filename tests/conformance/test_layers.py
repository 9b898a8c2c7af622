"""The same questions to every layer."""

import cases
import keras
import numpy as np
import pytest

import ferkeras.layers

NAMES = sorted(cases.LAYERS)


def make(name, **changes):
    arguments, shape = cases.LAYERS[name]
    return getattr(ferkeras.layers, name.split(",")[0])(**arguments, **changes), shape


def each(shape, function):
    """``function`` of the one shape, or the list of it for each of several."""
    return [function(one) for one in shape] if isinstance(shape, list) else function(shape)


def sample(shape, batch=3):
    random = np.random.default_rng(0)

    def one(shape):
        if isinstance(shape, cases.Integers):
            return random.integers(0, shape.end, (batch, *shape.shape)).astype("int32")
        return random.uniform(0.1, 1.0, (batch, *shape)).astype("float32")

    return each(shape, one)


def inputs(shape):
    def one(shape):
        if isinstance(shape, cases.Integers):
            return keras.Input(shape.shape, dtype="int32")
        return keras.Input(shape)

    return each(shape, one)


def plain(value):
    """For comparing attributes: of the data of a graph only their shape."""
    return tuple(value.shape) if isinstance(value, keras.Variable) else value


def test_every_layer_has_a_case():
    assert {name.split(",")[0] for name in NAMES} == set(ferkeras.layers.__all__)


@pytest.mark.parametrize("name", NAMES)
def test_shape_is_as_announced_also_for_one_sample(name):
    layer, shape = make(name)
    for batch in (1, 3):
        x = sample(shape, batch)
        shapes = [one.shape for one in x] if isinstance(x, list) else x.shape
        assert tuple(layer(x).shape) == layer.compute_output_shape(shapes)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
def test_mixed_precision_agrees_with_float32(name, policy):
    twin, shape = make(name)
    x = sample(shape)
    exact = np.asarray(twin(x))
    layer, _ = make(name, dtype=policy)
    layer(x)
    layer.set_weights(twin.get_weights())
    mixed = keras.ops.convert_to_numpy(keras.ops.cast(layer(x), "float32"))
    np.testing.assert_allclose(mixed, exact, rtol=2e-2, atol=2e-2)


@pytest.mark.parametrize("name", NAMES)
def test_config_round_trip_before_and_after_build(name):
    layer, shape = make(name)
    first = layer.get_config()
    layer(sample(shape))
    assert layer.get_config() == first
    twin = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer))
    for key in cases.LAYERS[name][0]:
        assert plain(getattr(twin, key)) == plain(getattr(layer, key))


@pytest.mark.parametrize("name", NAMES)
def test_keras_file_gives_the_same_answer(name, tmp_path):
    layer, shape = make(name)
    given = inputs(shape)
    model = keras.Model(given, layer(given))
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    x = sample(shape)
    np.testing.assert_array_equal(again(x), model(x))


@pytest.mark.parametrize("name", NAMES)
def test_gradient_reaches_input_and_weights(name):
    import tensorflow as tf

    layer, shape = make(name)
    x = tf.nest.map_structure(tf.constant, sample(shape))
    layer(x)
    floats = [one for one in tf.nest.flatten(x) if one.dtype.is_floating]
    with tf.GradientTape() as tape:
        tape.watch(floats)
        # A fixed random projection: a plain sum would be constant for normalised outputs.
        answer = layer(x)
        total = tf.reduce_sum(answer * tf.random.stateless_normal(answer.shape, seed=(1, 2)))
    weights = [weight.value for weight in layer.trainable_variables]
    gradients = tape.gradient(total, [*floats, *weights])
    assert all(g is not None and np.abs(np.asarray(g)).max() > 0 for g in gradients)


@pytest.mark.parametrize("name", cases.PASS_THROUGH)
def test_random_layers_do_nothing_outside_training(name):
    layer, shape = make(name)
    x = sample(shape)
    np.testing.assert_array_equal(layer(x, training=False), x)
    assert np.abs(np.asarray(layer(x, training=True)) - x).max() > 1e-3
