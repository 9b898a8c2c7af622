from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from ferkeras.errors import FerkerasError
from ferkeras.evaluation.intervals import accuracy_interval, subject_bootstrap, wilson


@given(st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_equals_scipy(case):
    right, total = case
    expected = binomtest(right, total).proportion_ci(0.95, method="wilson")
    found = wilson(right, total)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_bootstrap_sees_that_people_differ():
    """20 people, all pictures of one are right or all wrong: 20 samples, not 2000."""
    right = np.repeat([True] * 10 + [False] * 10, 100)
    people = [f"S{row // 100}" for row in range(2000)]
    found = accuracy_interval(right, people)
    binomial = 1.96 * np.sqrt(0.25 / 20)
    assert found.high - found.low == pytest.approx(2 * binomial, rel=0.2)
    assert "20 subjects" in found.method
    assert found == accuracy_interval(right, people)


def test_bootstrap_of_independent_samples_agrees_with_wilson():
    right = np.random.default_rng(0).random(400) < 0.7
    found = subject_bootstrap(right, [str(row) for row in range(400)])
    expected = wilson(int(right.sum()), 400)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=0.015)


def test_which_interval():
    assert "400 pictures" in accuracy_interval([True, False] * 200, [None] * 400).method
    assert "8 pictures" in accuracy_interval([True, False] * 4, list("aabbccdd")).method
    alike = accuracy_interval([True] * 60, list("abcdef") * 10)
    assert "6 subjects" in alike.method
    assert (alike.low, alike.high) == (wilson(6, 6).low, 1.0)
    assert accuracy_interval([], []) is None


def test_bad_input():
    with pytest.raises(FerkerasError):
        wilson(0, 0)
    with pytest.raises(FerkerasError):
        wilson(3, 2)
    with pytest.raises(FerkerasError, match="2 subjects"):
        subject_bootstrap([True, False], ["S1", "S1"])
