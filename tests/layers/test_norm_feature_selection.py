import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ferkeras.layers import NormFeatureSelection


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 9), st.integers(0, 1000))
def test_keeps_the_longest_vectors_in_place_order(keep, seed):
    x = np.random.default_rng(seed).normal(size=(3, 9, 5)).astype("float32")
    expected = np.stack(
        [v[np.sort(np.argsort(-np.linalg.norm(v, axis=1), kind="stable")[:keep])] for v in x]
    )
    np.testing.assert_array_equal(NormFeatureSelection(keep)(x), expected)


def test_of_equal_norms_the_earlier_is_kept():
    x = np.array([[[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.5, 0.0]]], "float32")
    np.testing.assert_array_equal(NormFeatureSelection(2)(x), x[:, :2])


def test_more_than_there_are_is_an_error():
    with pytest.raises(ValueError, match="cannot keep 10"):
        NormFeatureSelection(10)(np.zeros((1, 9, 5), "float32"))
