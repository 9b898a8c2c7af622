"""Every released model is whole, loads in every engine, and still recognises a smile.

A classifier has labels, a restorer a scale; restorers have questions of their own at the end.
"""

from pathlib import Path

import numpy as np
import pytest
import skimage.data

import ferkeras
from ferkeras.datasets.synthetic import render
from ferkeras.runtime import open_model, read_card
from ferkeras.runtime.card import hash_files, released

ROOT = Path(ferkeras.__file__).parent.parent / "saved_models"
TAGS = released()
CLASSIFIERS = [tag for tag in TAGS if read_card(ROOT / tag).scale is None]
RESTORERS = sorted({*TAGS} - {*CLASSIFIERS})
ENGINES = ("keras", "saved_model", "litert", "onnx")


def test_there_are_these():
    assert {
        "cs_gbsbf/fer2013-small",
        "htnet/synthetic",
        "mff_cnn/fer2013",
        "ssgnn/fer2013",
        "ssgnn/synthetic",
    } <= set(TAGS)


@pytest.mark.parametrize("tag", TAGS)
def test_card_tells_what_a_user_must_know(tag):
    card = read_card(ROOT / tag)
    assert f"{card.system}/{card.tag}" == tag
    assert card.scores
    assert card.scores.keys() <= card.commands.keys()
    assert card.trained_on
    assert card.not_for
    assert card.licence


@pytest.mark.parametrize("tag", CLASSIFIERS)
def test_labels_are_those_of_the_confusion_matrix(tag):
    card = read_card(ROOT / tag)
    assert np.shape(card.confusion) == (len(card.labels), len(card.labels))
    assert (ROOT / tag / "labels.txt").read_text().split() == list(card.labels)


@pytest.mark.parametrize("tag", CLASSIFIERS)
def test_scores_follow_from_the_confusion_matrix(tag):
    card = read_card(ROOT / tag)
    counts = np.array(card.confusion)
    accuracy = np.trace(counts) / counts.sum()
    assert any(abs(score - accuracy) < 5e-4 for score in card.scores.values())


@pytest.mark.parametrize("tag", TAGS)
def test_files_are_the_ones_on_the_card_and_small(tag):
    card = read_card(ROOT / tag)
    assert hash_files(ROOT / tag) == card.files
    assert all((ROOT / tag / name).stat().st_size < 8_000_000 for name in card.files)


@pytest.mark.parametrize("tag", CLASSIFIERS)
def test_every_engine_gives_the_same(tag):
    card = read_card(ROOT / tag)
    from ferkeras.prepare import model_inputs, prepare

    if card.input.takes_clips:
        random = np.random.default_rng(0)
        batch = random.uniform(0, 255, (4, *card.input.shape)).astype("float32")
    else:
        crops = [render(0, s, "happy", size=160).picture[30:130, 30:130] for s in range(4)]
        faces = np.stack([prepare(crop, None, card.input) for crop in crops])
        batch = model_inputs(faces, card.input)
    answers = [open_model(ROOT / tag, engine=name).predict(batch) for name in ENGINES]
    for answer in answers[1:]:
        np.testing.assert_allclose(answer, answers[0], atol=1e-4)


def test_the_smile_on_the_astronauts_photo():
    recognizer = ferkeras.Recognizer.load("mff_cnn/fer2013")
    (result,) = recognizer.predict(skimage.data.astronaut())
    (face,) = result.faces
    assert face.label == "happy"


def test_a_builder_takes_the_released_weights():
    model = ferkeras.models.MFFCNN(variant="wide", weights="fer2013")
    batch = np.random.default_rng(0).uniform(0, 255, (2, 48, 48, 1)).astype("float32")
    released_model = open_model(ROOT / "mff_cnn/fer2013", engine="keras")
    np.testing.assert_allclose(model(batch), released_model.predict(batch), atol=1e-5)


def test_a_synthetic_clip_is_recognised():
    from ferkeras.datasets.synthetic_clips import render_clip

    made = render_clip(seed=7, subject=2, label="surprise")
    found = ferkeras.Recognizer.load("htnet/synthetic").predict_clip(made.clip)
    assert (found.onset, found.apex) == (made.clip.onset, made.clip.apex)
    assert found.label == "surprise"


@pytest.mark.parametrize("tag", RESTORERS)
def test_every_engine_restores_the_same(tag):
    card = read_card(ROOT / tag)
    face = render(0, 0, "happy", size=160).picture[30:130, 30:130]
    small = ferkeras.media.resample(face, card.input.height + 1, card.input.width)
    answers = [ferkeras.Restorer.load(tag, engine=name).restore(small) for name in ENGINES]
    for answer in answers:
        assert answer.shape == (card.scale * small.shape[0], card.scale * small.shape[1], 3)
        assert np.abs(answer.astype(int) - answers[0]).max() <= 1  # where a value is rounded
    assert answers[0].std() > 10


def test_the_integer_file_sees_the_smile_too_and_is_small():
    file = ROOT / "mff_cnn/fer2013/model_int8.tflite"
    assert file.stat().st_size < 1_600_000
    recognizer = ferkeras.Recognizer.load("mff_cnn/fer2013/model_int8.tflite")
    assert recognizer.runner.engine == "litert"
    (result,) = recognizer.predict(skimage.data.astronaut())
    assert [face.label for face in result.faces] == ["happy"]
    card = read_card(file.parent)
    kept = card.parity[file.name]
    assert kept["samples"] == 3589
    assert kept["accuracy"] > max(card.scores.values()) - 0.05
