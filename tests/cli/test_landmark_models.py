"""Models that take landmarks, as a user trains, scores, exports and runs them."""

import json

import numpy as np
import pytest
import skimage.data
from exported_model import run  # noqa: F401
from landmark_files import lbf

from ferkeras import Recognizer
from ferkeras.detect import load_detector
from ferkeras.errors import FaceError, FerkerasError
from ferkeras.media import write_image
from ferkeras.models.weight_counts import weight_counts
from ferkeras.prepare import prepare
from ferkeras.runtime import read_card
from ferkeras.runtime.keras_file import load_keras_model

DATA = "synthetic:subjects=4,frames=1,classes=6"
PHOTO = skimage.data.astronaut()


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


def test_five_landmarks_from_data_to_label(run, cache, tmp_path):  # noqa: F811
    """Evaluated by folds, a fold's model exported, and every file of it recognises a photo."""
    code, out, err = run(
        *("evaluate", "ssgnn", "--variant", "landmarks5", "--data", DATA, "--cache", cache),
        *("--protocol", "subject-kfold:2", "--epochs", "3", "--out", tmp_path / "folds", "--json"),
    )
    assert code == 0, err
    (result,) = json.loads(out)["results"]
    assert (result["samples"], result["subject_independent"]) == (24, True)
    (stored,) = cache.iterdir()
    assert np.load(stored)["pictures"].shape == (24, 5, 2)
    fold = next((tmp_path / "folds").rglob("model.keras")).parent
    spec = read_card(fold).input
    assert (spec.kind, spec.landmarks, spec.shape) == ("landmarks", "mtcnn", (5, 2))
    code, _, err = run("export", fold, "--out", tmp_path / "out", "--verify", DATA, "--crops", "8")
    assert code == 0, err
    answers = []
    for engine in ("keras", "saved_model", "litert", "onnx"):
        recognizer = Recognizer.load(tmp_path / "out", engine=engine)
        assert recognizer.runner.input_shape == (5, 2)
        (face, *_) = recognizer.predict(PHOTO)[0].faces
        answers.append(list(face.probabilities.values()))
    seen = prepare(PHOTO, load_detector("mtcnn").detect(PHOTO)[0], spec)
    np.testing.assert_allclose(answers, [recognizer.runner.predict(seen[None])[0]] * 4, atol=1e-5)
    (crop,) = recognizer.predict(PHOTO[30:230, 120:320], cropped=True)[0].faces
    assert crop.box == (0.0, 0.0, 200.0, 200.0)
    code, out, err = run(
        *("evaluate", tmp_path / "out", "--data", DATA, "--cache", cache, "--flip"),
        *("--protocol", "subject-kfold:2", "--out", tmp_path / "score"),
    )
    assert code == 0, err
    with pytest.raises(FaceError, match="'viola_jones' gives no landmarks"):
        Recognizer.load(tmp_path / "out", detector="viola_jones").predict(PHOTO)


def test_a_landmark_file_that_was_moved(run, cache, tmp_path):  # noqa: F811
    """Trained with a file; its card names it, and another place can be given."""
    common = ("train", "ssgnn", "--variant", "landmarks", "--data", DATA, "--cache", cache)
    code, _, err = run(*common, "--out", tmp_path / "none")
    assert code == 2
    assert "set input.landmarks to a file" in err
    assert err.count("\n") == 1
    path = lbf(tmp_path / "lbf.yaml", dark=0.2)
    code, out, err = run(
        *(*common, "--set", f"input.landmarks={path}", "--set", "input.detector=viola_jones"),
        *("--epochs", "1", "--out", tmp_path / "run"),
    )
    assert code == 0, err
    assert read_card(tmp_path / "run").input.landmarks == str(path)
    trained, fixed = weight_counts(load_keras_model(tmp_path / "run" / "model.keras"))
    assert read_card(tmp_path / "run").parameters == trained
    assert f"weights: {trained:,} trained, {fixed:,} fixed\n" in out
    photo = tmp_path / "photo.png"
    write_image(photo, PHOTO)
    before = Recognizer.load(tmp_path / "run").predict(photo)[0].faces[0]
    assert set(before.probabilities) == set(read_card(tmp_path / "run").labels)
    moved = path.rename(tmp_path / "elsewhere.yaml")
    code, _, err = run("predict", photo, "--model", tmp_path / "run")
    assert code == 2
    assert f"{path}: there is no such landmark model file" in err
    assert "predict --landmarks" in err
    assert err.count("\n") == 1
    code, out, err = run(
        "predict", photo, "--model", tmp_path / "run", "--landmarks", moved, "--json"
    )
    assert code == 0, err
    after = json.loads(out)["results"][0]["faces"][0]["probabilities"]
    assert after == pytest.approx(dict(before.probabilities), abs=1e-6)
    with pytest.raises(FerkerasError, match="set detector='mtcnn' too"):
        Recognizer.load(tmp_path / "run", landmarks="mtcnn")
    with pytest.raises(FerkerasError, match=r"mff_cnn/fer2013 takes no landmarks"):
        Recognizer.load("mff_cnn/fer2013", landmarks=moved)


def test_mistakes_are_one_line_before_anything_is_prepared(run, cache, tmp_path):  # noqa: F811
    common = ("evaluate", "ssgnn", "--data", DATA, "--cache", cache)
    common += ("--protocol", "subject-kfold:2")
    for settings, said in (
        (["augmentation.brightness=0.1"], "augmentation.brightness changes pixels"),
        (["input.height=48"], "height is 48, which means nothing"),
        (["input.detector=viola_jones"], "set detector='mtcnn' too"),
        (["input.points=68"], "points is 68 with landmarks='mtcnn'"),
        (["model.neighbours=5"], "5 nodes"),
        (["model.nodes=4"], "the nodes are the landmarks"),
    ):
        sets = [part for one in settings for part in ("--set", one)]
        sets += ["--out", tmp_path / settings[0], "--epochs", "1"]
        code, _, err = run(*common, "--variant", "landmarks5", *sets)
        assert code == 2, settings
        assert said in err
        assert "Traceback" not in err
    mff_cnn = ("evaluate", "mff_cnn", *common[2:], "--out", tmp_path / "mff_cnn")
    five = json.dumps({"kind": "landmarks", "detector": "mtcnn", "landmarks": "mtcnn"})
    code, _, err = run(*mff_cnn, "--set", f"input={five}", "--set", "augmentation={}")
    assert code == 2
    assert "input_shape is (5, 2)" in err
