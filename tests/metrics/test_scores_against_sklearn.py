import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sk

from ferkeras.metrics import UAR, UF1, ConfusionMatrix


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=40))
def test_uf1_uar_and_confusion_matrix(pairs):
    truth, answer = np.array(pairs).T
    scores = np.eye(5, dtype="float32")[answer]
    results = {}
    for metric in (UF1(5), UAR(5), ConfusionMatrix(5)):
        metric.update_state(truth, scores)
        results[type(metric).__name__] = np.asarray(metric.result())
    np.testing.assert_allclose(
        results["UF1"], sk.f1_score(truth, answer, average="macro"), atol=1e-5
    )
    recall = sk.recall_score(truth, answer, labels=np.unique(truth), average="macro")
    np.testing.assert_allclose(results["UAR"], recall, atol=1e-5)
    np.testing.assert_array_equal(
        results["ConfusionMatrix"], sk.confusion_matrix(truth, answer, labels=range(5))
    )
