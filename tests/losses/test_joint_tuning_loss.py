import numpy as np
import pytest
from sklearn.metrics import log_loss

from ferkeras.losses import JointTuningLoss

rng = np.random.default_rng(0)
P = rng.dirichlet(np.ones(6), (10, 2)).astype("float32")
LABELS = rng.integers(0, 6, 10)


def test_equation_5_against_scikit_learn():
    names = list(range(6))
    double = P.astype("f8") / P.astype("f8").sum(-1, keepdims=True)
    inputs = (double[:, 0], double[:, 1], double.mean(1))
    parts = [log_loss(LABELS, p, labels=names) for p in inputs]
    expected = parts[0] + parts[1] + 0.1 * parts[2]
    value = float(JointTuningLoss()(np.eye(6, dtype="float32")[LABELS], P))
    np.testing.assert_allclose(value, expected, rtol=1e-5)


def test_label_smoothing_is_cross_entropy_with_soft_targets():
    soft = np.eye(6)[LABELS] * 0.8 + 0.2 / 6
    expected = -(soft * np.log(P[:, 0])).sum(1).mean()
    loss = JointTuningLoss(weights=(1, 0, 0), label_smoothing=0.2)
    np.testing.assert_allclose(float(loss(np.eye(6, dtype="f4")[LABELS], P)), expected, rtol=1e-5)


def test_number_of_weights_must_fit():
    with pytest.raises(ValueError, match="3 weights"):
        JointTuningLoss(weights=(1, 1))(np.eye(6, dtype="f4")[LABELS], P)
