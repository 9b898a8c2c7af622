"""The same questions to every model of a system that gives classes."""

import cases
import keras
import numpy as np
import pytest

import ferkeras.models
from ferkeras.prepare import model_inputs
from ferkeras.training import load_recipe
from ferkeras.training.build import dtype_policy
from ferkeras.types import GraphSpec, InputSpec

NAMES = sorted(cases.SYSTEMS)


def build(name, **changes):
    # With unlucky random weights a ReLU of such a small model is dead for every picture.
    keras.utils.set_random_seed(1)
    builder, arguments = cases.SYSTEMS[name]
    return getattr(ferkeras.models, builder)(**{**arguments, **changes})


def pictures(model, batch=3):
    several = isinstance(model.input, dict)
    shape = (model.input["image"] if several else model.input).shape[1:]
    made = np.random.default_rng(0).uniform(0, 255, (batch, *shape)).astype("f4")
    graph = GraphSpec() if several else None
    spec = InputSpec(height=shape[0], width=shape[1], channels=shape[-1], graph=graph)
    return model_inputs(made, spec)


def row(batch, number):
    """One sample of a batch, as a batch."""
    return keras.tree.map_structure(lambda part: part[number : number + 1], batch)


def test_every_system_has_a_case():
    assert not set(cases.SYSTEMS) & set(cases.PICTURE_SYSTEMS)
    assert sorted({**cases.SYSTEMS, **cases.PICTURE_SYSTEMS}) == ferkeras.models.systems()


@pytest.mark.parametrize("name", NAMES)
def test_probabilities_for_any_batch_size(name):
    model = build(name)
    x = pictures(model)
    answer = np.asarray(model(x))
    np.testing.assert_allclose(answer.sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(np.asarray(model(row(x, 1))), answer[1:2], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_keras_file_gives_the_same_answer(name, tmp_path):
    model = build(name)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again(pictures(model)), model(pictures(model)))
    assert [layer.name for layer in again.layers] == [layer.name for layer in model.layers]


@pytest.mark.parametrize("name", NAMES)
def test_mixed_precision_gives_float32_probabilities(name):
    exact = build(name)
    with dtype_policy("mixed_bfloat16"):
        mixed = build(name)
    mixed.set_weights(exact.get_weights())
    x = pictures(exact)
    answer = mixed(x)
    assert keras.backend.standardize_dtype(answer.dtype) == "float32"
    np.testing.assert_allclose(answer, exact(x), atol=0.05)


@pytest.mark.parametrize("name", NAMES)
def test_gradient_reaches_every_weight(name):
    import tensorflow as tf

    model = build(name)
    x = pictures(model, 8)
    with tf.GradientTape() as tape:
        answer = model(x, training=True)
        loss = -tf.reduce_mean(tf.math.log(answer[:, 0] + 1e-6))
    weights = model.trainable_variables
    gradients = tape.gradient(loss, [weight.value for weight in weights])
    for weight, gradient in zip(weights, gradients, strict=True):
        assert gradient is not None, weight.path
        assert np.abs(np.asarray(gradient)).max() > 0, weight.path


@pytest.mark.parametrize("name", NAMES)
def test_recipes_are_valid_and_build(name):
    recipes = ferkeras.models.system_module(name, "recipe").RECIPES
    assert recipes
    for variant in recipes:
        recipe = load_recipe(name, variant)
        assert recipe.builder in ferkeras.models.system_module(name, "model").__dict__
        assert recipe.paper
