from __future__ import annotations

import json

from exported_model import exported, run  # noqa: F401

from ferkeras.models.weight_counts import weight_counts
from ferkeras.runtime import find_model, read_card
from ferkeras.runtime.keras_file import load_keras_model


def test_export_prints_each_file_and_its_difference(run, exported, tmp_path):  # noqa: F811
    code, out, err = run(
        *("export", exported.folder, "--out", tmp_path / "new", "--to", "onnx", "--tag", "new"),
        *("--data", "synthetic:subjects=2", "--crops", "6", "--json"),
    )
    assert code == 0, err
    values = json.loads(out)
    assert [one["file"] for one in values["files"]] == ["model.keras", "model.onnx"]
    assert all(one["max_abs_difference"] < 1e-5 for one in values["files"])
    card = values["card"]
    assert (card["tag"], card["not_for"], card["scores"]) == ("new", "anything", {"accuracy": 0.25})
    assert (tmp_path / "new" / "model.onnx").is_file()
    code, _, err = run("export", tmp_path / "new", "--out", tmp_path / "new", "--crops", "1")
    assert code == 2
    assert "is there already" in err
    code, _, err = run("export", tmp_path / "new" / "model.onnx", "--out", tmp_path / "x")
    assert code == 2
    assert "no Keras file to export" in err


def test_the_card_counts_what_is_trained(run, tmp_path):  # noqa: F811
    code, out, err = run(
        *("export", "ssgnn/synthetic", "--out", tmp_path / "new", "--to", "onnx"),
        *("--data", "synthetic:subjects=1,frames=1", "--crops", "2", "--json"),
    )
    assert code == 0, err
    trained, fixed = weight_counts(load_keras_model(tmp_path / "new" / "model.keras"))
    assert json.loads(out)["card"]["parameters"] == trained
    assert read_card(find_model("ssgnn/synthetic")).parameters == trained + fixed  # written before
