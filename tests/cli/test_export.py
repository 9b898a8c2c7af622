from __future__ import annotations

import json

import numpy as np
import pytest
from exported_model import exported, run  # noqa: F401

from ferkeras.cli._export_samples import calibration_samples
from ferkeras.datasets import open_index
from ferkeras.errors import ExportError
from ferkeras.models.weight_counts import weight_counts
from ferkeras.runtime import find_model, read_card
from ferkeras.runtime.keras_file import load_keras_model


def test_export_prints_each_file_and_its_difference(run, exported, tmp_path):  # noqa: F811
    code, out, err = run(
        *("export", exported.folder, "--out", tmp_path / "new", "--to", "onnx", "--tag", "new"),
        *("--verify", "synthetic:subjects=2", "--crops", "6", "--json"),
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
        *("--verify", "synthetic:subjects=1,frames=1", "--crops", "2", "--json"),
    )
    assert code == 0, err
    trained, fixed = weight_counts(load_keras_model(tmp_path / "new" / "model.keras"))
    assert json.loads(out)["card"]["parameters"] == trained
    assert read_card(find_model("ssgnn/synthetic")).parameters == trained + fixed  # written before


def test_accuracy_where_the_classes_are_the_models(run, tmp_path, monkeypatch):  # noqa: F811
    monkeypatch.chdir(tmp_path)
    code, out, err = run(
        *("export", "mff_cnn/fer2013", "--to", "tflite", "--crops", "0", "--json"),
        *("--verify", "synthetic:subjects=2,frames=1"),
    )
    assert code == 0, err
    keras, tflite = json.loads(out)["files"]
    assert keras["accuracy"] == tflite["accuracy"]
    assert tflite["milliseconds"].keys() == {"1", "32"}
    folder = tmp_path / "exported" / "mff_cnn" / "fer2013"
    assert json.loads(out)["folder"] == "exported/mff_cnn/fer2013"
    assert "accuracy" in (folder / "parity.md").read_text()
    # a run folder, or another folder with a card, has its export inside
    code, out, err = run("export", folder, "--to", "", "--crops", "2")
    assert code == 0, err
    assert (folder / "export" / "model.keras").is_file()


def test_options_that_do_not_fit(run, exported, tmp_path):  # noqa: F811
    start = ("export", exported.folder, "--out", tmp_path / "x", "--to", "onnx")
    for change, reason in (
        (("--verify", "synthetic:subjects=1", "--split", "test"), "no part 'test'; known: it has"),
        (("--to", "coreml"), "no export format 'coreml'"),
    ):
        code, _, err = run(*start, *change)
        assert code == 2
        assert reason in err
    assert list(tmp_path.iterdir()) == []


def test_samples_for_calibration_are_others(exported):  # noqa: F811
    index = open_index("synthetic:subjects=4,frames=1")
    used = np.arange(0, 14)  # of the first two people
    spec = exported.card.input
    assert len(calibration_samples(index, spec, used)) == 14
    assert len(calibration_samples(index, spec, np.arange(0, 28, 2))) == 14  # all people are used
    with pytest.raises(ExportError, match="none is left to calibrate"):
        calibration_samples(index, spec, np.arange(28))
    assert len(calibration_samples(index, spec, None)) == 28


def test_a_clip_model_with_its_flow_inside(run, tmp_path):  # noqa: F811
    code, out, err = run(
        *("export", "htnet/synthetic", "--frames", "--out", tmp_path / "new", "--to", ""),
        *("--verify", "synthetic_clips:subjects=1", "--crops", "2", "--json"),
    )
    assert code == 0, err
    values = json.loads(out)
    assert values["card"]["input"]["flow"]["in_graph"]
    assert (values["tolerance"], values["files"][0]["samples"]) == (0.005, 2)
    code, _, err = run("export", tmp_path / "new", "--frames", "--out", tmp_path / "x")
    assert code == 2
    assert "takes frames already" in err
    code, _, err = run("export", "mff_cnn/fer2013", "--frames", "--out", tmp_path / "x")
    assert code == 2
    assert "takes no clips" in err


def test_integers_say_what_they_were_fitted_to(run, tmp_path):  # noqa: F811
    data = "synthetic:subjects=4,frames=1"
    common = ("--to", "tflite-int8", "--verify", data, "--crops", "6")
    code, _, err = run("export", "mff_cnn/fer2013", "--out", tmp_path / "a", *common)
    assert code == 0, err
    table = (tmp_path / "a" / "parity.md").read_text()
    assert "ranges of integers from 22 samples of the same data, none of them compared" in table
    assert "CONV_2D" in table  # the operators
    assert not [key for key in read_card(tmp_path / "a").commands if key.startswith("model")]
    code, _, err = run("export", "htnet/synthetic", "--frames", "--out", tmp_path / "b", *common)
    assert code == 2
    assert "no integer form" in err
