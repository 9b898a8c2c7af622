"""What is no restorer, is damaged, or does not fit its card: one line each."""

import dataclasses
import shutil

import keras
import numpy as np
import pytest
from exported_model import exported, run  # noqa: F401
from tiny_restorer import exported_restorer, restorer_folder, tiny_generator  # noqa: F401

from ferkeras import Recognizer, Restorer
from ferkeras.errors import ModelFileError
from ferkeras.runtime import read_card, write_card
from ferkeras.runtime.card import hash_files


def test_nothing_there_names_what_may_be_given():
    with pytest.raises(ModelFileError, match=r"'esrgan/none'; released here: .*'bicubic'.*\.pth"):
        Restorer.load("esrgan/none")


def test_a_classifier_is_no_restorer(exported, tmp_path):  # noqa: F811
    message = "mff_cnn/tiny names expressions .* gives no pictures; use ferkeras.Recognizer"
    for source in (exported.folder, exported.folder / "model.onnx"):
        with pytest.raises(ModelFileError, match=message):
            Restorer.load(source)
    shutil.copy(exported.folder / "model.onnx", tmp_path)
    with pytest.raises(ModelFileError, match="gives 3 class probabilities and no pictures"):
        Restorer.load(tmp_path / "model.onnx")


def test_a_restorer_is_no_classifier(restorer_folder):  # noqa: F811
    for source in (restorer_folder, restorer_folder / "model.tflite"):
        with pytest.raises(ModelFileError, match="esrgan/tiny makes pictures 4 times larger and"):
            Recognizer.load(source)


@pytest.mark.parametrize(
    "command",
    [
        ("predict", "photo.jpg", "--model"),
        ("explain", "photo.jpg", "--out", "none", "--model"),
        ("evaluate", "--data", "synthetic:subjects=2,frames=1", "--out", "none"),
    ],
)
def test_commands_that_need_a_classifier(run, restorer_folder, command):  # noqa: F811
    code, _, err = run(*command, restorer_folder)
    assert code == 2
    assert "esrgan/tiny makes pictures 4 times larger" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("file", ["model.keras", "model.onnx", "model.tflite"])
def test_damaged_files(restorer_folder, tmp_path, file):  # noqa: F811
    content = (restorer_folder / file).read_bytes()
    (tmp_path / file).write_bytes(content[: len(content) // 2])
    with pytest.raises(ModelFileError, match="not a usable"):
        Restorer.load(tmp_path / file)
    folder = shutil.copytree(restorer_folder, tmp_path / "folder")
    shutil.copy(tmp_path / file, folder)
    with pytest.raises(ModelFileError, match=r"differs from its SHA-256"):
        Restorer.load(folder / file)


def test_a_card_that_does_not_fit(restorer_folder, tmp_path):  # noqa: F811
    folder = shutil.copytree(restorer_folder, tmp_path / "folder")
    card = read_card(folder)
    write_card(folder, dataclasses.replace(card, scale=2))
    with pytest.raises(ModelFileError, match="4 times larger, its card says 2"):
        Restorer.load(folder)
    grey = dataclasses.replace(card.input, channels=1)
    write_card(folder, dataclasses.replace(card, input=grey))
    with pytest.raises(ModelFileError, match=r"takes \(None, None, 3\) .*card says \(10, 12, 1\)"):
        Restorer.load(folder)


def test_broken_weights(tmp_path):
    model = keras.models.clone_model(tiny_generator())
    model.set_weights([np.full_like(weight, np.nan) for weight in model.get_weights()])
    model.save(tmp_path / "model.keras")
    with pytest.raises(ModelFileError, match="not finite; its weights are broken"):
        Restorer.load(tmp_path / "model.keras")


def layers_model(*layers, shape=(None, None, 3)):
    return keras.Sequential([keras.Input(shape), *layers])


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (
            lambda: layers_model(keras.layers.UpSampling2D(2), shape=(None, None, 1)),
            "takes pictures of 1 channels and gives such of 1, expected RGB",
        ),
        (lambda: layers_model(keras.layers.Conv2D(1, 1)), "gives such of 1, expected RGB"),
        (lambda: layers_model(keras.layers.Conv2D(3, 3)), "whole number of times both sides"),
        (lambda: layers_model(keras.layers.UpSampling2D((1, 2))), "whole number of times"),
        (lambda: layers_model(keras.layers.Flatten(), shape=(4, 4, 3)), "48 class probabilities"),
        (lambda: layers_model(keras.layers.Reshape((12, 4)), shape=(4, 4, 3)), "expected .batch"),
    ],
)
def test_models_of_another_kind(tmp_path, model, reason):
    model().save(tmp_path / "model.keras")
    with pytest.raises(ModelFileError, match=reason):
        Restorer.load(tmp_path / "model.keras")


def test_engines_and_threads_that_do_not_go_together(restorer_folder):  # noqa: F811
    for source, arguments, reason in (
        ("bicubic", {"engine": "onnx"}, "bicubic is no model"),
        ("bicubic", {"threads": 1}, "bicubic is no model"),
        (restorer_folder, {"engine": "keras", "threads": 1}, "threads cannot be set"),
        (restorer_folder / "model.onnx", {"engine": "litert"}, "is run by engine onnx"),
        (restorer_folder, {"threads": 0}, "threads is 0"),
    ):
        with pytest.raises(ModelFileError, match=reason):
            Restorer.load(source, **arguments)


def test_a_run_folder_without_a_card(tmp_path):
    (tmp_path / "log.csv").write_text("epoch")
    with pytest.raises(ModelFileError, match=r"a folder without saved_model\.pb"):
        Restorer.load(tmp_path)


def test_a_run_folder_as_training_leaves_it(restorer_folder, tmp_path):  # noqa: F811
    folder = tmp_path / "run"
    folder.mkdir()
    shutil.copy(restorer_folder / "model.keras", folder)
    digests = hash_files(folder)
    (folder / "log.csv").write_text("epoch")
    card = dataclasses.replace(read_card(restorer_folder), tag="run", files=digests)
    write_card(folder, card)
    restorer = Restorer.load(folder)
    assert (restorer.name, restorer.engine) == ("esrgan/run", "keras")
