"""A network, an SVM on its features, one ONNX file: train, svm, predict, evaluate."""

from __future__ import annotations

import json

import cv2
import numpy as np
from exported_model import run  # noqa: F401

from ferkeras.datasets import open_index
from ferkeras.inputs import prepare_index
from ferkeras.runtime import open_model, read_card
from ferkeras.runtime.keras_file import load_keras_model
from ferkeras.training.build import model_up_to
from ferkeras.training.epoch_end import predict
from ferkeras.training.feature_svm import fit_feature_svm
from ferkeras.training.kept_together import kept_together

DATA = "synthetic:subjects=3,frames=1"


def test_network_and_machine_in_one_file(run, tmp_path):  # noqa: F811
    cache = ("--cache", tmp_path / "c")
    code, _, err = run(
        *("train", "micro_cnn", "--data", DATA, "--out", tmp_path / "cnn", "--epochs", "2", *cache),
        *("--set", "input.height=32", "--set", "input.width=32", "--set", "model.filters=[4,4,4]"),
    )
    assert code == 0, err
    folder = tmp_path / "micro_cnn" / "joined"
    code, out, err = run("svm", tmp_path / "cnn", "--data", DATA, "--out", folder, *cache, "--json")
    assert code == 0, err
    values = json.loads(out)
    assert values["samples"] == values["same_labels_as_scikit_learn"] == 21
    assert values["kept_together_by"] == ["subject"]
    assert [one["file"] for one in values["files"]] == ["model.keras", "model.onnx"]
    assert "not calibrated" in read_card(folder).not_for

    # The ONNX file alone against the Keras network and scikit-learn.
    index, card = open_index(DATA), read_card(folder)
    pictures = prepare_index(index, card.input).pictures
    cnn = model_up_to(load_keras_model(tmp_path / "cnn" / "model.keras"), "features")
    features = predict(cnn, pictures, card.input)
    svm = fit_feature_svm(features, index.labels, kept_together(index.table))
    assert svm.setting == values["setting"]
    runner = open_model(folder / "model.onnx")
    assert (runner.engine, runner.input_shape, runner.classes) == ("onnx", (32, 32, 3), 7)
    answers = runner.predict(pictures.astype(np.float32))
    np.testing.assert_array_equal(answers.argmax(axis=1), svm.pipeline.predict(features))
    np.testing.assert_allclose(answers, svm.probabilities(features, 7), atol=1e-4)

    photo = tmp_path / "face.png"
    cv2.imwrite(str(photo), index.load(index.table["item"].iat[0])[..., ::-1])
    code, out, err = run("predict", photo, "--model", folder, "--engine", "onnx", "--json")
    assert code == 0, err
    assert json.loads(out)["results"][0]["faces"][0]["label"] in index.classes

    for words, message in (
        (["--data", f"{DATA},classes=six"], "happy, sad, surprise, the network angry, disgust"),
        (["--data", DATA, "--layer", "hidden7"], "has no layer 'hidden7'"),
    ):
        code, _, err = run("svm", tmp_path / "cnn", *words, "--out", tmp_path / "x")
        assert code == 2
        assert message in err
        assert not (tmp_path / "x").exists()
