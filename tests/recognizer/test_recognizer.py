from __future__ import annotations

import shutil
import subprocess
import sys

import cv2
import numpy as np
import pytest
import skimage.data
from exported_model import LABELS, SPEC, crops, exported, tiny_model  # noqa: F401

from ferkeras import Recognizer
from ferkeras.detect import load_detector
from ferkeras.errors import FerkerasError, MediaError, ModelFileError
from ferkeras.media import write_image
from ferkeras.prepare import prepare
from ferkeras.types import Clip

ENGINES = ("litert", "onnx", "keras", "saved_model")


@pytest.fixture(scope="module")
def recognizer(exported):  # noqa: F811
    return Recognizer.load(exported.folder, threads=1)


@pytest.fixture(scope="module")
def photo():
    return skimage.data.astronaut()


@pytest.fixture(scope="module")
def clip_file(tmp_path_factory, photo):
    """Five frames at 10 a second; the third shows nobody."""
    path = tmp_path_factory.mktemp("clips") / "clip.mp4"
    video = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), 10, (512, 512))
    for number in range(5):
        video.write(np.full_like(photo, 90) if number == 2 else photo[..., ::-1])
    video.release()
    return path


def test_a_photo_goes_through_the_same_steps_as_training(recognizer, photo):
    (result,) = recognizer.predict(photo)
    face = load_detector("viola_jones").detect(photo)[0]
    crop = prepare(photo, face, SPEC)
    want = tiny_model().predict_on_batch(crop[None])[0]
    (got,) = result.faces
    assert (got.box, got.score, got.detector) == (face.box, face.score, "viola_jones")
    np.testing.assert_allclose(list(got.probabilities.values()), want, atol=1e-5)
    assert list(got.probabilities) == list(LABELS)
    assert got.label == LABELS[want.argmax()]
    x, y, width, height = got.box
    assert x < 206 < 243 < x + width  # her eyes and mouth corners, seen in the picture
    assert y < 107 < 146 < y + height
    assert (result.source, result.frame, result.error) == ("array", None, None)


def test_all_engines_give_the_same(exported, photo):  # noqa: F811
    values = []
    for engine in ENGINES:
        loaded = Recognizer.load(exported.folder, engine=engine)
        assert loaded.runner.engine == engine
        values.append(list(loaded.predict(photo)[0].faces[0].probabilities.values()))
    np.testing.assert_allclose(values, [values[0]] * 4, atol=1e-5)


def test_one_file_of_an_exported_folder_is_enough_to_name_it(exported, photo, recognizer):  # noqa: F811
    for name in ("model.onnx", "saved_model", "saved_model/1"):
        loaded = Recognizer.load(exported.folder / name)
        assert (
            loaded.predict(photo)[0].faces[0].label == recognizer.predict(photo)[0].faces[0].label
        )


def test_two_faces_and_none(recognizer, photo):
    (two,) = recognizer.predict(np.concatenate([photo, photo], axis=1))
    noses = [(x < 228 < x + w, x < 740 < x + w) for x, _, w, _ in (f.box for f in two.faces)]
    assert {(True, False), (False, True)} <= set(noses)
    scores = [face.score for face in two.faces]
    assert scores == sorted(scores, reverse=True)
    (none,) = recognizer.predict(np.full((200, 200), 128, np.uint8))
    assert none.faces == ()
    assert none.error is None


def test_a_crop_is_taken_whole(recognizer):
    grey = crops(1, seed=8)[0, ..., 0].astype(np.uint8)
    (result,) = recognizer.predict(grey, cropped=True)
    (face,) = result.faces
    want = tiny_model().predict_on_batch(grey.astype(np.float32)[None, ..., None])[0]
    np.testing.assert_allclose(list(face.probabilities.values()), want, atol=1e-5)
    assert (face.box, face.detector) == ((0.0, 0.0, 28.0, 28.0), "")


def test_a_video_gives_one_result_a_frame(recognizer, clip_file):
    results = recognizer.predict(clip_file)
    assert [r.frame for r in results] == [0, 1, 2, 3, 4]
    assert [len(r.faces) for r in results] == [1, 1, 0, 1, 1]
    np.testing.assert_allclose([r.seconds for r in results], [0, 0.1, 0.2, 0.3, 0.4], atol=1e-6)
    assert [r.frame for r in recognizer.predict(clip_file, every=3)] == [0, 3]
    with pytest.raises(FerkerasError, match="every is 0"):
        recognizer.predict(clip_file, every=0)


def test_a_clip_in_memory(recognizer, photo):
    clip = Clip(np.stack([photo, photo]), fps=25.0)
    results = recognizer.predict(clip)
    assert [(r.frame, r.seconds, len(r.faces)) for r in results] == [(0, 0.0, 1), (1, 0.04, 1)]


def test_in_a_list_bad_files_are_reported_and_the_rest_goes_on(recognizer, photo, tmp_path):
    write_image(tmp_path / "good.png", photo)
    (tmp_path / "empty.jpg").touch()
    inputs = [tmp_path / "empty.jpg", np.full((9, 9, 3), np.nan), str(tmp_path / "good.png"), 7]
    results = recognizer.predict(inputs, on_error="report")
    assert [len(r.faces) for r in results] == [0, 0, 1, 0]
    assert [r.error is not None for r in results] == [True, True, False, True]
    assert "empty.jpg" in results[0].error
    assert "array 1" in results[1].error
    assert "camera 7: has no end" in results[3].error
    assert results[2].source == str(tmp_path / "good.png")
    with pytest.raises(MediaError, match="empty"):
        recognizer.predict(inputs)
    with pytest.raises(FerkerasError, match="on_error is 'ignore'"):
        recognizer.predict(inputs, on_error="ignore")
    assert recognizer.predict([]) == []


def test_a_model_without_its_card_or_with_a_wrong_one(exported, tmp_path):  # noqa: F811
    shutil.copy(exported.folder / "model.tflite", tmp_path / "alone.tflite")
    with pytest.raises(ModelFileError, match=r"no card\.json"):
        Recognizer.load(tmp_path / "alone.tflite")
    wrong = shutil.copytree(exported.folder, tmp_path / "wrong")
    card = (wrong / "card.json").read_text().replace('"height": 28', '"height": 30')
    (wrong / "card.json").write_text(card)
    with pytest.raises(ModelFileError, match=r"its card says \(30, 28, 1\)"):
        Recognizer.load(wrong)
    with pytest.raises(ModelFileError, match="released here"):
        Recognizer.load("mff_cnn/nothing")


@pytest.mark.parametrize("engine", ["litert", "onnx"])
def test_photo_to_annotated_copy_without_tensorflow(exported, tmp_path, engine):  # noqa: F811
    code = (
        "import sys, skimage.data\n"
        "from ferkeras import Recognizer\n"
        "from ferkeras.explain.annotated_files import AnnotatedFiles\n"
        "recognizer = Recognizer.load(sys.argv[1], engine=sys.argv[2])\n"
        "with AnnotatedFiles(sys.argv[3]) as files:\n"
        "    for result, picture in recognizer.stream(skimage.data.astronaut()):\n"
        "        print(len(result.faces), files.add(picture, result.faces, result.source).name)\n"
        "assert not {'tensorflow', 'keras', 'mtcnn'} & set(sys.modules)\n"
    )
    command = [sys.executable, "-c", code, str(exported.folder), engine, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "1 array.png\n"
