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
