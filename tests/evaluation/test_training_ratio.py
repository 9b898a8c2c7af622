"""Training on a share of each fold's rows."""

import json

import numpy as np
import pytest

from ferkeras.errors import RecipeError
from ferkeras.evaluation import evaluate
from ferkeras.evaluation.training_ratio import Subsampled, check_ratios, write_ratios


def _seen(rows):
    def fit(train, test, folder):
        rows.append(train)
        return np.zeros((len(test), 3))

    return fit


def test_the_same_share_of_every_class_and_smaller_within_larger(tmp_path):
    labels = np.array([0] * 50 + [1] * 20 + [2] * 3)
    train = np.random.default_rng(0).permutation(73)
    before = set()
    for ratio in (0.1, 0.5, 1.0):
        rows = []
        Subsampled(_seen(rows), labels, ratio, seed=4)(train, np.arange(3), tmp_path)
        kept = rows[0]
        counts = np.bincount(labels[kept])
        assert counts.tolist() == [max(1, round(ratio * n)) for n in (50, 20, 3)]
        assert len(set(kept)) == len(kept)
        assert before <= set(kept.tolist())
        before = set(kept.tolist())
    assert np.array_equal(kept, train)
    other = []
    Subsampled(_seen(other), labels, 0.5, seed=5)(train, np.arange(3), tmp_path)
    assert set(other[0]) != set(rows[0])


def test_ratios_are_checked():
    assert check_ratios([1, 0.5, 0.5]) == (0.5, 1)
    for bad in ([], [0.0], [1.2], [0.5, -1]):
        with pytest.raises(RecipeError, match="training ratio"):
            check_ratios(bad)


def test_table_json_and_curve(index, nearest, tmp_path):
    results = []
    for ratio in (0.2, 1.0):
        fit = Subsampled(nearest, index.labels, ratio)
        result = evaluate(index, "subject-kfold:3", fit, tmp_path / str(ratio))
        results.append((ratio, "nearest", result))
    page = write_ratios(results, tmp_path, "ferkeras study ratio").page.read_text()
    rows = json.loads((tmp_path / "ratio.json").read_text())["rows"]
    assert [row["ratio"] for row in rows] == [0.2, 1.0]
    assert [row["accuracy"] for row in rows] == [one.scores.accuracy for _, _, one in results]
    assert rows[0]["training rows, about"] < rows[1]["training rows, about"]
    assert "<img" in page
    assert "share of the training rows" in page


def test_a_row_a_class_is_counted_where_the_share_is_less(index, nearest, tmp_path):
    result = evaluate(index, "subject-kfold:3", Subsampled(nearest, index.labels, 0.01), tmp_path)
    rows = write_ratios([(0.01, "nearest", result)], tmp_path).values["rows"]
    assert rows[0]["training rows, about"] == 3
