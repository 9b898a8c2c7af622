"""Data sets or inputs beside each other, with mean and deviation of the folds."""

import json
import re

import numpy as np
import pytest

from ferkeras.evaluation import evaluate
from ferkeras.evaluation.bar_plot import Bars, bars_svg
from ferkeras.evaluation.fold_study import FoldRow, fold_table, write_fold_study


def test_mean_and_deviation_of_the_folds(index, nearest, tmp_path):
    result = evaluate(index, "subject-kfold:3", nearest, tmp_path)
    (row,) = fold_table([FoldRow("toy", "nearest", result)], "data").to_dict("records")
    folds = [result.fold_scores(fold).accuracy for fold in result.folds]
    assert row["mean of folds"] == pytest.approx(np.mean(folds))
    assert row["deviation"] == pytest.approx(np.std(folds, ddof=1))
    assert (row["folds"], row["folds empty"], row["tested"], row["left out"]) == (3, 0, 108, 0)
    assert row["data"] == "toy"


def test_a_fold_without_an_answer_counts_in_no_mean(index, nearest, tmp_path):
    def silent_once(train, test, folder):
        found = nearest(train, test, folder)
        if not folder.name.endswith("1"):
            return found
        items = index.table["item"].to_numpy()[test]
        lost = [{"item": item, "reason": "no face"} for item in items]
        (folder / "skipped.json").write_text(json.dumps(lost))
        return np.full_like(found, np.nan)

    result = evaluate(index, "subject-kfold:3", silent_once, tmp_path)
    (row,) = fold_table([FoldRow("toy", "nearest", result)], "input").to_dict("records")
    assert (row["folds"], row["folds empty"]) == (2, 1)
    assert np.isfinite(row["mean of folds"])


def test_page_and_json(index, nearest, tmp_path):
    result = evaluate(index, "subject-kfold:3", nearest, tmp_path / "r")
    whole = evaluate(index, "split:train/test", nearest, tmp_path / "s")
    rows = [FoldRow(name, "nearest", result) for name in ("a", "b")] + [FoldRow("a", "m", whole)]
    written = write_fold_study(rows, "data", tmp_path, "datasets", "Data sets")
    stored = json.loads((tmp_path / "datasets.json").read_text())["rows"]
    assert [row["data"] for row in stored] == ["a", "b", "a"]
    assert stored[2]["deviation"] is None  # one fold has none
    page = written.page.read_text()
    assert page.count("<img") == 2
    assert "one fold, so no deviation" in page


def test_bars_name_values_and_what_is_not_there():
    nan = float("nan")
    svg = bars_svg({"m": Bars([0.5, nan], [0.4, nan], [1.2, nan])}, ["one", "two"], "accuracy")
    found = re.findall(r"<!-- (.*?) -->", svg)
    assert {"50.0", "no prediction", "one", "two", "accuracy"} <= set(found)
