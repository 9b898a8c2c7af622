import keras
import numpy as np
import pytest

from ferkeras.training import load_recipe
from ferkeras.training.optimizer import EpochSchedule, build_optimizer


def test_exponential_schedule_is_equation_6():
    recipe = load_recipe("mff_cnn", "paper")
    rates = EpochSchedule(recipe, steps_per_epoch=10)
    for epoch in (0, 2, 3, 7, 24):
        expected = 1e-3 * 0.93 ** (epoch // 3)
        assert float(rates(10 * epoch + 9)) == pytest.approx(expected, rel=1e-5)


def test_cosine_schedule_warms_up_and_ends_at_zero():
    recipe = load_recipe("mff_cnn", "wide", epochs=5)
    rates = [float(EpochSchedule(recipe, 10)(step)) for step in range(50)]
    assert np.argmax(rates) == 10
    assert max(rates) == pytest.approx(recipe.learning_rate)
    assert rates[49] < 0.01 * recipe.learning_rate


def test_moving_average_follows_its_formula():
    recipe = load_recipe("mff_cnn", "wide", ema=0.9, clip_norm=None)
    optimizer = build_optimizer(recipe, 10)
    variable = keras.Variable(np.array([1.0, -2.0], "float32"))
    optimizer.build([variable])
    expected = np.array(variable)
    for step in range(20):
        optimizer.apply([keras.ops.ones(2) * (step % 3)], [variable])
        momentum = min(0.9, (1.0 + step) / (10.0 + step))
        expected = momentum * expected + (1 - momentum) * np.array(variable)
    optimizer.finalize_variable_values([variable])
    np.testing.assert_allclose(variable, expected, rtol=1e-3)
