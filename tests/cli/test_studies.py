"""The studies of data sets and inputs as a user types them."""

import json

import pytest
from exported_model import run  # noqa: F401

DATA = "synthetic:subjects=3,frames=1"
QUICK = ["--variant", "spectral", "--set", "model.nodes=40", "--epochs", "1", "--json"]


def test_data_sets_beside_each_other(run, tmp_path):  # noqa: F811
    code, out, err = run(
        *("study", "datasets", "ssgnn", "--data", DATA, "--data", f"{DATA},classes=six"),
        *("--out", tmp_path, "--cache", tmp_path / "c", "--protocol", "kfold:2"),
        *("--protocol", "subject-kfold:3", *QUICK),
    )
    assert code == 0, err
    rows = json.loads(out)["rows"]
    assert [row["protocol"] for row in rows] == ["subject-kfold:3"] * 2 + ["kfold:2"] * 2
    assert [row["classes"] for row in rows] == [7, 6] * 2
    assert [row["folds"] for row in rows] == [3, 3, 2, 2]
    assert "retracing" not in err
    assert (tmp_path / "datasets.html").read_text().count("<img") == 2


def test_inputs_under_the_same_folds(run, tmp_path):  # noqa: F811
    code, out, err = run(
        *("study", "inputs", "ssgnn", "--data", DATA, "--input", "face_crop:24"),
        *("--input", "whole:32", "--out", tmp_path, "--cache", tmp_path / "c"),
        *("--protocol", "subject-kfold:3", *QUICK),
    )
    assert code == 0, err
    rows = json.loads(out)["rows"]
    assert [row["input"] for row in rows] == ["face_crop:24", "whole:32"]
    assert rows[1]["left out"] == 0  # nobody looks for a face
    reports = list(tmp_path.rglob("report.json"))
    assert sorted(
        json.loads(path.read_text())["settings"].get("fit.whole picture", False) for path in reports
    ) == [False, True]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["datasets", "ssgnn", "--data", DATA, "--data", DATA], "is given twice"),
        (["datasets", "ssgnn", "--data", DATA, "--data", "none:/x"], "no data set reader"),
        (
            ["datasets", "ssgnn", "--data", DATA, "--protocol", "subject-kfold:9"],
            "row 1 of 1, subject-kfold:9, synthetic",
        ),
        (["inputs", "ssgnn", "--data", DATA, "--input", "photo"], "no kind 'photo'"),
        (["inputs", "htnet", "--data", DATA, "--input", "face_crop:28"], "flow_flip changes flow"),
        (
            ["ablation", "ssgnn", "--data", DATA, "--grid", "model.nodes=0.5,1.5"],
            "row 2 of 2, model.nodes=1.5: ",
        ),
        (
            ["inputs", "ssgnn", "--data", DATA, "--input", "whole:4,model.nodes=99"],
            "row 1 of 1, subject-kfold:10, whole:4,model.nodes=99",
        ),
    ],
)
def test_mistakes_are_found_before_anything_is_trained(run, tmp_path, arguments, message):  # noqa: F811
    code, _, err = run("study", *arguments, "--out", tmp_path / "out", "--cache", tmp_path / "c")
    assert code == 2
    assert message in err
    assert err.count("\n") == 1
    assert not (tmp_path / "out").exists()
