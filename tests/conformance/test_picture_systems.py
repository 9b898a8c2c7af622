"""The same questions to every model of a system that gives pictures, and to what judges them."""

import cases
import keras
import numpy as np
import pytest

import ferkeras.models
from ferkeras.errors import RecipeError
from ferkeras.training import load_recipe
from ferkeras.training.build import dtype_policy

NAMES = sorted(cases.PICTURE_SYSTEMS)
JUDGES = sorted(cases.JUDGES)


def build(name, **changes):
    keras.utils.set_random_seed(1)
    if name in cases.PICTURE_SYSTEMS:
        builder, arguments = cases.PICTURE_SYSTEMS[name]
    else:
        builder, arguments = name.split(",")[0], cases.JUDGES[name]
    return getattr(ferkeras.models, builder)(**{**arguments, **changes})


def pictures(model, batch=3, seed=0):
    sides = [side or free for side, free in zip(model.input_shape[1:3], (16, 24), strict=True)]
    shape = (batch, *sides, model.input_shape[-1])
    return np.random.default_rng(seed).uniform(0, 255, shape).astype("float32")


@pytest.mark.parametrize("name", NAMES)
def test_larger_pictures_of_any_size_and_batch(name):
    model = build(name)
    for height, width in ((8, 12), (5, 7), (1, 3)):
        x = np.random.default_rng(0).uniform(0, 255, (2, height, width, 3)).astype("float32")
        answer = np.asarray(model(x))
        scale = answer.shape[1] // height
        assert scale > 1
        assert answer.shape == (2, scale * height, scale * width, 3)
        np.testing.assert_allclose(np.asarray(model(x[1:])), answer[1:], rtol=1e-4, atol=1e-3)


@pytest.mark.parametrize("name", JUDGES)
def test_scores_for_any_batch_size(name):
    model = build(name)
    x = pictures(model)
    answer = np.asarray(model(x))
    assert answer.shape[0] == 3
    assert answer.shape[-1] == 1
    np.testing.assert_allclose(np.asarray(model(x[1:2])), answer[1:2], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", [*NAMES, *JUDGES])
def test_keras_file_gives_the_same_answer(name, tmp_path):
    model = build(name)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again(pictures(model)), model(pictures(model)))
    assert [layer.name for layer in again.layers] == [layer.name for layer in model.layers]
    builder_takes_it = build(name, weights=str(tmp_path / "model.keras"))
    np.testing.assert_array_equal(builder_takes_it(pictures(model)), model(pictures(model)))


@pytest.mark.parametrize("name", [*NAMES, *JUDGES])
@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
def test_mixed_precision_gives_float32(name, policy):
    exact = build(name)
    with dtype_policy(policy):
        mixed = build(name)
    mixed.set_weights(exact.get_weights())
    x = pictures(exact)
    answer = mixed(x)
    assert keras.backend.standardize_dtype(answer.dtype) == "float32"
    expected = np.asarray(exact(x))
    np.testing.assert_allclose(answer, expected, atol=0.02 * np.abs(expected).max())


@pytest.mark.parametrize("name", [*NAMES, *JUDGES])
def test_gradient_reaches_input_and_every_weight(name):
    import tensorflow as tf

    model = build(name)
    x = tf.constant(pictures(model))
    with tf.GradientTape() as tape:
        tape.watch(x)
        answer = model(x, training=True)
        loss = tf.reduce_sum(answer * tf.random.stateless_normal(answer.shape, seed=(1, 2)))
    weights = model.trainable_variables
    gradients = tape.gradient(loss, [x, *(weight.value for weight in weights)])
    for path, gradient in zip(["input", *(w.path for w in weights)], gradients, strict=True):
        assert gradient is not None, path
        assert np.abs(np.asarray(gradient)).max() > 0, path


@pytest.mark.parametrize("name", NAMES)
def test_training_it_as_a_classifier_is_refused_in_one_line(name):
    assert ferkeras.models.system_module(name, "recipe").RECIPES == {}
    with pytest.raises(RecipeError, match=f"{name} gives no classes"):
        load_recipe(name)
