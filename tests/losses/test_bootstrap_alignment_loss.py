"""BootstrapAlignmentLoss against SciPy, and what its gradient reaches."""

import numpy as np
import pytest
from scipy import special

from ferkeras.losses import BootstrapAlignmentLoss

CLASSES, COMPONENTS, BATCH = 4, 5, 6


@pytest.fixture
def made():
    random = np.random.default_rng(3)
    target = np.eye(CLASSES, dtype="float32")[random.integers(0, CLASSES, BATCH)]
    fused = random.dirichlet(np.ones(CLASSES), BATCH)
    parts = random.dirichlet(np.ones(CLASSES), (BATCH, COMPONENTS))
    weights = random.dirichlet(np.ones(COMPONENTS), BATCH)
    given = np.zeros((BATCH, 1 + COMPONENTS, CLASSES + 1), "float32")
    given[:, 0, :-1], given[:, 1:, :-1], given[:, 1:, -1] = fused, parts, weights
    right = (parts.argmax(-1) == target.argmax(-1)[:, None]).astype(float)
    return target, given, right, weights, -(target * np.log(fused)).sum(-1)


def test_the_paper_s_form(made):
    target, given, right, weights, cross_entropy = made
    assert 0 < right.mean() < 1
    alignment = special.rel_entr(special.softmax(right, -1), weights).sum(-1)
    expected = (cross_entropy + 0.1 * alignment).mean()
    np.testing.assert_allclose(BootstrapAlignmentLoss()(target, given), expected, rtol=1e-5)


def test_the_official_form(made):
    target, given, right, weights, cross_entropy = made
    first = special.softmax(right.mean(0))[None]
    second = special.softmax(weights, -1)
    both = special.rel_entr(first, second) + special.rel_entr(second, first)
    expected = cross_entropy.mean() + 0.2 * both.sum()
    loss = BootstrapAlignmentLoss(0.2, compat="official")
    np.testing.assert_allclose(loss(target, given), expected, rtol=1e-5)


@pytest.mark.parametrize("compat", [None, "official"])
def test_accuracy_carries_no_gradient(made, compat):
    import tensorflow as tf

    target, given = made[0], tf.constant(made[1])
    with tf.GradientTape() as tape:
        tape.watch(given)
        loss = BootstrapAlignmentLoss(compat=compat)(target, given)
    gradient = np.asarray(tape.gradient(loss, given))
    assert not gradient[:, 1:, :-1].any()  # what the components say
    assert not gradient[:, 0, -1].any()
    assert gradient[:, 1:, -1].all()  # the fusion's weights
    assert gradient[:, 0, :-1].any(axis=1).all()


def test_label_smoothing_and_weight_zero(made):
    target, given = made[:2]
    smooth = 0.8 * target + 0.2 / CLASSES
    expected = -(smooth * np.log(given[:, 0, :-1])).sum(-1).mean()
    loss = BootstrapAlignmentLoss(0.0, label_smoothing=0.2)
    np.testing.assert_allclose(loss(target, given), expected, rtol=1e-5)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"weight": -1.0}, "weight is -1.0"),
        ({"weight": float("nan")}, "weight is nan"),
        ({"label_smoothing": 1.0}, "label_smoothing is 1.0"),
        ({"compat": "theirs"}, "compat is 'theirs'"),
    ],
)
def test_wrong_settings_are_said(settings, message):
    with pytest.raises(ValueError, match=message):
        BootstrapAlignmentLoss(**settings)


def test_wrong_shapes_are_said(made):
    with pytest.raises(ValueError, match=r"expected predictions .batch, 1 . components, 5."):
        BootstrapAlignmentLoss()(made[0], made[1][:, :, :-1])
