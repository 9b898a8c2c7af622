import numpy as np
import pytest

from ferkeras.losses import RelativisticAverageLoss

rng = np.random.default_rng(0)
REAL, MADE = rng.normal(0.5, 2, (2, 5, 1)).astype("float32")


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def by_equations_1_and_2(real, made, side):
    real, made = real.astype("float64"), made.astype("float64")
    d_real = sigmoid(real - made.mean())
    d_made = sigmoid(made - real.mean())
    if side == "discriminator":
        return -np.log(d_real).mean() - np.log(1 - d_made).mean()
    return -np.log(1 - d_real).mean() - np.log(d_made).mean()


@pytest.mark.parametrize("side", ["discriminator", "generator"])
@pytest.mark.parametrize("shape", [(5, 1), (5, 3, 4, 1)])
def test_against_numpy(side, shape):
    real, made = rng.normal(0.5, 2, (2, *shape)).astype("float32")
    value = float(RelativisticAverageLoss(side)(real, made))
    np.testing.assert_allclose(value, by_equations_1_and_2(real, made, side), rtol=1e-5)


def test_both_sides_of_a_single_pair_and_of_equal_scores():
    real, made = REAL[:1], MADE[:1]
    gap = float(real[0, 0]) - float(made[0, 0])
    for side, sign in (("discriminator", -1), ("generator", 1)):
        value = float(RelativisticAverageLoss(side)(real, made))
        np.testing.assert_allclose(value, 2 * np.log1p(np.exp(sign * gap)), rtol=1e-5)
        equal = float(RelativisticAverageLoss(side)(real, real))
        np.testing.assert_allclose(equal, 2 * np.log(2), rtol=1e-6)


def test_the_generator_learns_from_both_halves():
    import tensorflow as tf

    made = tf.constant(MADE)
    with tf.GradientTape() as tape:
        tape.watch(made)
        value = RelativisticAverageLoss("generator")(REAL, made)
    gradient = np.asarray(tape.gradient(value, made))
    step = 1e-3
    for i in range(len(MADE)):
        ends = []
        for sign in (1, -1):
            moved = MADE.astype("float64")
            moved[i] += sign * step
            ends.append(by_equations_1_and_2(REAL, moved, "generator"))
        np.testing.assert_allclose(gradient[i, 0], (ends[0] - ends[1]) / (2 * step), rtol=1e-3)


def test_large_scores_do_not_overflow():
    value = float(RelativisticAverageLoss("generator")(REAL + 1000, MADE))
    np.testing.assert_allclose(value, 2000, rtol=0.01)


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="side is 'both'"):
        RelativisticAverageLoss("both")
    with pytest.raises(ValueError, match=r"\(5, 1\), those of made ones \(5, 2\)"):
        RelativisticAverageLoss()(REAL, np.repeat(MADE, 2, axis=1))
