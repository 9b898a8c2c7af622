"""R-Drop against SciPy."""

import keras
import numpy as np
import pytest
from scipy.stats import entropy

from ferkeras.losses import BootstrapAlignmentLoss, JointTuningLoss, RDropLoss


def batch(rows=3, classes=4, seed=0):
    rng = np.random.default_rng(seed)
    target = np.eye(classes, dtype="float32")[rng.integers(0, classes, rows)]
    return np.concatenate([target] * 2), rng.dirichlet(np.ones(classes), 2 * rows)


def test_equals_the_equation():
    target, answers = batch()
    first, second = answers[:3], answers[3:]
    apart = [(entropy(p, q) + entropy(q, p)) / 2 for p, q in zip(first, second, strict=True)]
    own = -np.log((answers * target).sum(1))
    wanted = own.mean() + 0.6 * np.mean(apart)
    loss = RDropLoss(keras.losses.CategoricalCrossentropy())
    np.testing.assert_allclose(float(loss(target, answers)), wanted, rtol=1e-5)


def test_equal_answers_cost_nothing():
    target, answers = batch()
    same = np.concatenate([answers[:3]] * 2)
    plain = keras.losses.CategoricalCrossentropy()
    assert float(RDropLoss(plain, 5.0)(target, same)) == pytest.approx(float(plain(target, same)))


def test_of_components_the_fused_answer_counts():
    target, answers = batch()
    table = np.random.default_rng(1).dirichlet(np.ones(5), (6, 3))
    table[:, 0, :4] = answers
    plain, inner = RDropLoss("CategoricalCrossentropy"), BootstrapAlignmentLoss(weight=0.0)
    wanted = float(plain(target, answers))
    np.testing.assert_allclose(float(RDropLoss(inner)(target, table)), wanted, rtol=1e-5)


def test_of_branches_the_divergences_are_averaged():
    target, first = batch()
    _, second = batch(seed=1)
    branches = np.stack([first, second], 1)
    inner = JointTuningLoss([1.0, 1.0, 0.0])
    apart = [
        float(RDropLoss("CategoricalCrossentropy", 1.0)(target, one))
        - float(keras.losses.CategoricalCrossentropy()(target, one))
        for one in (first, second)
    ]
    wanted = float(inner(target, branches)) + np.mean(apart)
    np.testing.assert_allclose(float(RDropLoss(inner, 1.0)(target, branches)), wanted, rtol=1e-5)


def test_an_odd_number_of_rows_is_an_error():
    target, answers = batch()
    with pytest.raises(ValueError, match="expected every sample twice, got 5 rows"):
        RDropLoss("CategoricalCrossentropy")(target[:5], answers[:5])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"loss": "categorical_crossentropy"}, "expected a loss of Keras"),
        ({"loss": "CategoricalCrossentropy", "weight": -1}, "weight is -1"),
        ({"loss": "CategoricalCrossentropy", "weight": float("nan")}, "weight is nan"),
    ],
)
def test_mistakes_are_named(arguments, said):
    with pytest.raises(ValueError, match=said):
        RDropLoss(**arguments)
