"""The same questions to every loss and metric."""

import cases
import keras
import numpy as np
import pytest

import ferkeras.losses
import ferkeras.metrics


def test_every_loss_and_metric_has_a_case():
    losses = (cases.LOSSES, cases.PAIRS, cases.PICTURE_LOSSES, cases.SCORE_LOSSES)
    assert sorted(name for group in losses for name in group) == sorted(ferkeras.losses.__all__)
    metrics = (cases.METRICS, cases.PICTURE_METRICS)
    assert sorted(name for group in metrics for name in group) == sorted(ferkeras.metrics.__all__)


@pytest.mark.parametrize("name", sorted(cases.LOSSES))
def test_loss_round_trip_batch_of_one_and_sample_weights(name):
    arguments, target_shape, prediction_shape = cases.LOSSES[name]
    loss = getattr(ferkeras.losses, name)(**arguments)
    twin = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(loss))
    rng = np.random.default_rng(1)
    target = np.eye(target_shape[-1], dtype="float32")[rng.integers(0, target_shape[-1], 5)]
    prediction = rng.dirichlet(np.ones(prediction_shape[-1]), (5, prediction_shape[0]))
    whole = float(loss(target, prediction))
    assert float(twin(target, prediction)) == whole
    singles = [float(loss(target[i : i + 1], prediction[i : i + 1])) for i in range(5)]
    np.testing.assert_allclose(np.mean(singles), whole, rtol=1e-5)
    only_first = np.array([1, 0, 0, 0, 0], "float32")
    np.testing.assert_allclose(
        float(loss(target, prediction, sample_weight=only_first)) * 5, singles[0], rtol=1e-5
    )


@pytest.mark.parametrize("name", sorted(cases.PAIRS))
def test_loss_of_pairs_round_trip(name):
    arguments, target_shape, prediction_shape = cases.PAIRS[name]
    loss = getattr(ferkeras.losses, name)(**arguments)
    twin = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(loss))
    assert twin.get_config() == loss.get_config()
    rng = np.random.default_rng(1)
    target = np.eye(target_shape[-1], dtype="float32")[rng.integers(0, target_shape[-1], 3)]
    prediction = rng.dirichlet(np.ones(prediction_shape[-1]), 6)
    both = np.concatenate([target, target])
    whole = float(loss(both, prediction))
    assert float(twin(both, prediction)) == whole
    pairs = [float(loss(both[i::3], prediction[i::3])) for i in range(3)]
    np.testing.assert_allclose(np.mean(pairs), whole, rtol=1e-5)


@pytest.mark.parametrize("name", sorted(cases.METRICS))
def test_metric_resets_and_adds_up_over_batches(name):
    metric = getattr(ferkeras.metrics, name)(**cases.METRICS[name])
    twin = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(metric))
    rng = np.random.default_rng(2)
    truth, scores = rng.integers(0, 4, 30), rng.random((30, 4)).astype("float32")
    metric.update_state(truth, scores)
    whole = np.asarray(metric.result())
    for part in np.array_split(np.arange(30), 4):
        twin.update_state(np.eye(4, dtype="float32")[truth[part]], scores[part])
    np.testing.assert_allclose(twin.result(), whole, rtol=1e-6)
    metric.reset_state()
    assert np.all(np.asarray(metric.result()) == 0)
