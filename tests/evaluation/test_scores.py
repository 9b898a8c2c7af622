from __future__ import annotations

import warnings

import numpy as np
import pytest
import sklearn.metrics as oracle
from hypothesis import given, settings
from hypothesis import strategies as st

from ferkeras.errors import FerkerasError
from ferkeras.evaluation import Scores, confusion_matrix

pairs = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=40)


@settings(max_examples=100, deadline=None)
@given(pairs)
def test_equal_to_scikit_learn(rows):
    truth, predicted = map(list, zip(*rows, strict=True))
    scores = Scores(confusion_matrix(truth, predicted, 5))
    labels = list(range(5))
    assert np.array_equal(
        scores.confusion, oracle.confusion_matrix(truth, predicted, labels=labels)
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scikit-learn warns about absent classes
        assert scores.accuracy == pytest.approx(oracle.accuracy_score(truth, predicted))
        assert scores.uf1 == pytest.approx(oracle.f1_score(truth, predicted, average="macro"))
        assert scores.uar == pytest.approx(oracle.balanced_accuracy_score(truth, predicted))
        precision, recall, f1, support = oracle.precision_recall_fscore_support(
            truth, predicted, labels=labels, zero_division=np.nan
        )
    assert scores.precision == pytest.approx(precision, nan_ok=True)
    assert scores.recall == pytest.approx(recall, nan_ok=True)
    assert scores.f1 == pytest.approx(f1, nan_ok=True)
    assert scores.support.tolist() == support.tolist()
    assert set(scores.absent) == set(labels) - set(truth)


def test_pooled_f1_is_not_the_mean_of_folds():
    first = confusion_matrix([0, 0, 1], [0, 0, 1], 2)
    second = confusion_matrix([0, 1, 1, 1], [1, 0, 0, 1], 2)
    pooled = Scores(first + second).uf1
    # By hand: class 0 TP 2, FP 2, FN 1; class 1 TP 2, FP 1, FN 2.
    assert pooled == pytest.approx((4 / 7 + 4 / 7) / 2)
    assert pooled != pytest.approx((Scores(first).uf1 + Scores(second).uf1) / 2)


def test_nothing_tested_is_not_a_number():
    scores = Scores(confusion_matrix([], [], 3))
    assert np.isnan([scores.accuracy, scores.uf1, scores.uar]).all()


@pytest.mark.parametrize(
    ("truth", "predicted", "words"),
    [([0, 1], [0], "one length"), ([0, 3], [0, 1], "0..2"), ([0, 1], [0, -1], "from -1")],
)
def test_bad_input(truth, predicted, words):
    with pytest.raises(FerkerasError, match=words):
        confusion_matrix(truth, predicted, 3)
