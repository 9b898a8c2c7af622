"""Training on one data set and testing on the others."""

import dataclasses
import json

import numpy as np
import pytest

from ferkeras.errors import DatasetError
from ferkeras.evaluation import evaluate
from ferkeras.evaluation.cross_matrix import write_cross


@pytest.fixture
def composite(index):
    """The toy people as three data sets."""
    people = sorted(set(index.table["subject"]))
    part = {who: f"set{number % 3}" for number, who in enumerate(people)}
    table = index.table.assign(dataset=[part[who] for who in index.table["subject"]])
    return dataclasses.replace(index, table=table)


def test_trained_on_one_and_tested_on_all_others(composite, tmp_path):
    seen = []

    def fit(train, test, folder):
        seen.append((train, test))
        return np.eye(len(composite.classes))[composite.labels[test]]

    result = evaluate(composite, "cross:set1", fit, tmp_path)
    names = composite.table["dataset"].to_numpy()
    ((train, test),) = seen
    assert set(names[train]) == {"set1"}
    assert set(names[test]) == {"set0", "set2"}
    assert len(train) + len(test) == len(composite)
    assert set(result.per_dataset()) == {"set0", "set2"}


@pytest.mark.parametrize("name", ["set9", "toy"])
def test_a_data_set_that_is_not_there(composite, index, name, tmp_path):
    with pytest.raises(DatasetError, match="data sets: set0, set1, set2"):
        evaluate(composite, f"cross:{name}", lambda *_: None, tmp_path)
    with pytest.raises(DatasetError, match="at least one other data set"):
        evaluate(index, f"cross:{name}", lambda *_: None, tmp_path)


def test_the_matrix_holds_each_pair_once(composite, nearest, tmp_path):
    names = composite.table["dataset"].to_numpy()
    across, within = {}, {}
    for name in ("set0", "set1", "set2"):
        across[name] = evaluate(composite, f"cross:{name}", nearest, tmp_path / name / "a")
        rows = np.flatnonzero(names == name)
        own = composite.subset(rows)

        def fit(train, test, folder, rows=rows):
            return nearest(rows[train], rows[test], folder)

        within[name] = evaluate(own, "subject-kfold:2", fit, tmp_path / name / "w")
    page = write_cross(across, within, tmp_path, "ferkeras study cross").page.read_text()
    rows = json.loads((tmp_path / "cross.json").read_text())["rows"]
    assert [(row["trained on"], row["tested on"]) for row in rows] == [
        (a, b) for a in across for b in across
    ]
    for row in rows:
        a, b = row["trained on"], row["tested on"]
        if a == b:
            assert row["accuracy"] == within[a].scores.accuracy
            assert row["protocol"] == "subject-kfold:2"
        else:
            predicted = across[a].table.query("dataset == @b")
            right = (predicted["label"] == predicted["predicted"]).mean()
            assert row["accuracy"] == pytest.approx(right)
    assert page.count("<img") == 3
