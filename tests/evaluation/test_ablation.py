"""The table and the page of an ablation."""

import json

import numpy as np

from ferkeras.evaluation import evaluate
from ferkeras.evaluation.ablation import Finished, ablation_table, write_ablation
from ferkeras.evaluation.grid import cells


def finished(rows, results, parameters):
    return [
        Finished(row, dict(row.changes), result, number)
        for row, result, number in zip(rows, results, parameters, strict=True)
    ]


def test_table_has_a_row_a_cell(index, nearest, tmp_path):
    rows = cells({"dim": [1, 2]})
    results = [evaluate(index, "subject-kfold:3", nearest, tmp_path / row.name) for row in rows]
    found = finished(rows, results, (10, 20))
    table = ablation_table(found)
    assert table["dim"].tolist() == [1, 2]
    assert table["protocol"].tolist() == ["subject-kfold:3"] * 2
    assert table["parameters"].tolist() == [10, 20]
    assert table["uf1"].tolist() == [results[0].scores.uf1] * 2
    page = write_ablation(found, tmp_path, "ferkeras study").page.read_text()
    assert "optimistic" in page  # choosing the best row is
    assert page.count("<img") == 1  # one series: accuracy and UF1 in one picture
    text = (tmp_path / "ablation.csv").read_text()
    assert text.startswith("protocol,dim,parameters,accuracy,uf1,uar")
    stored = json.loads((tmp_path / "ablation.json").read_text())
    assert [row["dim"] for row in stored["rows"]] == [1, 2]
    assert [one["protocol"] for one in stored["protocols"]] == ["subject-kfold:3"]


def test_fixed_numbers_stand_apart_where_a_model_has_any(index, nearest, tmp_path):
    rows = cells({"dim": [1, 2]})
    result = evaluate(index, "subject-kfold:3", nearest, tmp_path / "run")
    found = [
        Finished(row, dict(row.changes), result, 10, fixed)
        for row, fixed in zip(rows, (0, 7), strict=True)
    ]
    assert ablation_table(found)["parameters"].tolist() == [10, 10]
    assert ablation_table(found)["fixed numbers"].tolist() == [0, 7]
    assert "fixed numbers are not trained" in write_ablation(found, tmp_path).page.read_text()
    assert "fixed numbers" not in ablation_table(found[:1])


def test_protocols_stand_apart_on_the_page_and_together_in_the_table(index, nearest, tmp_path):
    rows = cells({"dim": [1, 2]})
    found = []
    for protocol in ("subject-kfold:3", "kfold:3"):
        results = [
            evaluate(index, protocol, nearest, tmp_path / protocol[0] / row.name) for row in rows
        ]
        found += finished(rows, results, (10, 20))
    written = write_ablation(found, tmp_path)
    names = [row["protocol"] for row in written.values["rows"]]
    assert names == ["subject-kfold:3"] * 2 + ["kfold:3"] * 2
    page = written.page.read_text()
    assert page.index("subject-kfold:3: scores") < page.index(">kfold:3: scores")
    assert page.count('class="mark warn"') == 1
    assert page.count('class="mark good"') == 1


def test_a_row_picked_on_the_test_part_marks_the_table(index, nearest, tmp_path):
    def oracle(train, test, folder):
        np.savez(folder / "last_epoch.npz", probabilities=np.full((len(test), 3), 1 / 3))
        return nearest(train, test, folder)

    rows = cells({"select": ["last", "oracle-epoch"]})
    results = [
        evaluate(index, "subject-kfold:3", nearest, tmp_path / "a"),
        evaluate(index, "subject-kfold:3", oracle, tmp_path / "b", picked_on_test=True),
    ]
    found = finished(rows, results, (10, 10))
    table = ablation_table(found)
    assert table["remark"].str.contains("optimistic").tolist() == [False, True]
    assert table["last epoch UF1"].tolist() == [
        results[0].scores.uf1,
        results[1].last_epoch_scores.uf1,
    ]
    page = write_ablation(found, tmp_path).page.read_text()
    assert 'class="mark warn"' in page
    assert 'class="mark good"' not in page
