import numpy as np
import pytest

from ferkeras.layers import DecisionFusion

P = np.array([[[0.7, 0.2, 0.1], [0.1, 0.6, 0.3]], [[0.2, 0.2, 0.6], [0.3, 0.3, 0.4]]], "float32")
COMBINE = {
    "mean": lambda p: p.sum(1),
    "max": lambda p: p.max(1),
    "product": lambda p: p.prod(1),
}


@pytest.mark.parametrize("mode", sorted(COMBINE))
def test_each_mode_against_its_definition(mode):
    expected = COMBINE[mode](P)
    expected = expected / expected.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(DecisionFusion(mode)(P), expected, rtol=1e-5)


def test_weighted_mean():
    expected = 0.75 * P[:, 0] + 0.25 * P[:, 1]
    np.testing.assert_allclose(DecisionFusion("mean", (3, 1))(P), expected, rtol=1e-5)
    with pytest.raises(ValueError, match="branch_weights"):
        DecisionFusion("max", (3, 1))


def test_unknown_mode_is_an_error():
    with pytest.raises(ValueError, match="sum"):
        DecisionFusion("sum")


@pytest.mark.parametrize("mode", sorted(COMBINE))
def test_a_branch_that_is_masked_does_not_count(mode):
    mask = np.array([[True, False], [False, True]])
    answer = DecisionFusion(mode)(np.where(mask[..., None], P, np.nan), mask=mask)
    np.testing.assert_allclose(answer, [P[0, 0], P[1, 1]], rtol=1e-5)
    nothing = DecisionFusion(mode)(P, mask=~mask & mask)
    np.testing.assert_allclose(nothing, np.full((2, 3), 1 / 3), rtol=1e-6)
    both = DecisionFusion(mode)(P, mask=np.ones((2, 2), bool))
    np.testing.assert_allclose(both, DecisionFusion(mode)(P), rtol=1e-6)


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
@pytest.mark.parametrize("mode", sorted(COMBINE))
def test_fused_in_float32_whatever_the_policy(mode, policy):
    unlikely = np.array([[[1 - 3e-6, 1e-6, 2e-6], [1 - 3e-6, 2e-6, 1e-6]]], "float32")
    answer = DecisionFusion(mode, dtype=policy)(unlikely)
    assert answer.dtype == "float32"
    expected = COMBINE[mode](unlikely.astype("float64"))
    np.testing.assert_allclose(answer, expected / expected.sum(1, keepdims=True), rtol=1e-4)
