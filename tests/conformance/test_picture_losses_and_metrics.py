"""The same questions to every loss and metric of pictures, and of scores of pictures."""

import cases
import keras
import numpy as np
import pytest

import ferkeras.losses
import ferkeras.metrics


def twin_of(thing):
    twin = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(thing))
    assert twin.get_config() == thing.get_config()
    return twin


def gradient(loss, target, prediction):
    import tensorflow as tf

    prediction = tf.constant(prediction)
    with tf.GradientTape() as tape:
        tape.watch(prediction)
        value = loss(target, prediction)
    return np.asarray(tape.gradient(value, prediction))


@pytest.mark.parametrize("name", sorted(cases.PICTURE_LOSSES))
def test_picture_loss_round_trip_batch_of_one_sample_weights_and_gradient(name):
    arguments, shape = cases.PICTURE_LOSSES[name]
    loss = getattr(ferkeras.losses, name)(**arguments)
    target, made = np.random.default_rng(1).uniform(0, 255, (2, 4, *shape)).astype("float32")
    whole = float(loss(target, made))
    np.testing.assert_allclose(float(twin_of(loss)(target, made)), whole, rtol=1e-6)
    singles = [float(loss(target[i : i + 1], made[i : i + 1])) for i in range(4)]
    np.testing.assert_allclose(np.mean(singles), whole, rtol=1e-5)
    only_first = np.array([1, 0, 0, 0], "float32")
    first = float(loss(target, made, sample_weight=only_first)) * 4
    np.testing.assert_allclose(first, singles[0], rtol=1e-5)
    assert float(loss(target, target)) == 0
    assert (np.abs(gradient(loss, target, made)).max(axis=(1, 2, 3)) > 0).all()


@pytest.mark.parametrize("name", sorted(cases.SCORE_LOSSES))
def test_loss_of_scores_round_trip_and_gradient(name):
    arguments, shape = cases.SCORE_LOSSES[name]
    loss = getattr(ferkeras.losses, name)(**arguments)
    real, made = np.random.default_rng(1).normal(size=(2, 4, *shape)).astype("float32")
    assert float(twin_of(loss)(real, made)) == float(loss(real, made))
    assert np.isfinite(float(loss(real[:1], made[:1])))
    assert (gradient(loss, real, made) != 0).all()


@pytest.mark.parametrize("name", sorted(cases.PICTURE_METRICS))
def test_picture_metric_resets_and_averages_pictures_of_all_batches(name):
    metric = getattr(ferkeras.metrics, name)(**cases.PICTURE_METRICS[name])
    twin = twin_of(metric)
    rng = np.random.default_rng(2)
    true = rng.uniform(0, 255, (7, 18, 15, 3)).astype("float32")
    made = np.clip(true + rng.normal(0, 20, true.shape), 0, 255).astype("float32")
    metric.update_state(true, made)
    whole = float(metric.result())
    for part in np.array_split(np.arange(7), 3):
        twin.update_state(true[part], made[part])
    np.testing.assert_allclose(float(twin.result()), whole, rtol=1e-5)
    metric.reset_state()
    assert float(metric.result()) == 0
    weights = np.array([0, 0, 3, 0, 0, 0, 0], "float32")
    metric.update_state(true, made, sample_weight=weights)
    twin.reset_state()
    twin.update_state(true[2:3], made[2:3])
    np.testing.assert_allclose(float(metric.result()), float(twin.result()), rtol=1e-5)
