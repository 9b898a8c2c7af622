import json
import shutil

import cv2
import numpy as np
import pytest
from fake_capture import FakeCapture, bgr, cameras  # noqa: F401

from ferkeras import Recognizer, Restorer
from ferkeras.errors import FerkerasError, GraphError, MediaError, ModelFileError
from ferkeras.media import Camera, read_image
from ferkeras.runtime import find_model

PICTURES = ("mff_cnn/fer2013", "ssgnn/fer2013", "ssgnn/synthetic")


@pytest.fixture(scope="module")
def recognizer():
    return Recognizer.load("mff_cnn/fer2013")


@pytest.mark.parametrize("tag", PICTURES)
def test_a_photograph_gives_what_the_full_environment_gives(tag, media, expected):
    found = Recognizer.load(tag).predict(media / "astronaut.png")[0].to_dict()
    (face,), (wanted,) = found["faces"], expected[tag]["faces"]
    assert face["label"] == wanted["label"]
    assert face["box"] == wanted["box"]
    assert face["probabilities"] == pytest.approx(wanted["probabilities"], abs=1e-5)


def test_a_video(recognizer, media, tmp_path):
    photo = bgr(read_image(media / "astronaut.png"))
    video = cv2.VideoWriter(
        str(tmp_path / "a.mp4"), cv2.VideoWriter.fourcc(*"mp4v"), 25.0, photo.shape[1::-1]
    )
    for _ in range(10):
        video.write(photo)
    video.release()
    results = recognizer.predict(tmp_path / "a.mp4", every=3)
    assert [result.frame for result in results] == [0, 3, 6, 9]
    assert [len(result.faces) for result in results] == [1] * 4
    live = recognizer.predict(Camera(f"file://{tmp_path}/a.mp4", max_frames=1))
    assert live[0].faces[0].label == results[0].faces[0].label


def test_a_camera(recognizer, media, cameras):  # noqa: F811
    cameras[0] = FakeCapture([bgr(read_image(media / "astronaut.png"))] * 100, fps=100)
    results = recognizer.predict(Camera(0, max_frames=4))
    assert [len(result.faces) for result in results] == [1] * 4
    with pytest.raises(MediaError, match="camera 1: cannot be opened"):
        next(recognizer.stream(1))


def test_an_animated_gif_and_an_array(recognizer, media, tmp_path):
    from PIL import Image

    one = Image.open(media / "astronaut.png")
    one.save(tmp_path / "a.gif", save_all=True, append_images=[one.rotate(5)], duration=40)
    assert all(result.faces for result in recognizer.predict(tmp_path / "a.gif"))
    assert recognizer.predict(np.zeros((48, 48), np.uint8), cropped=True)[0].faces


def test_small_faces_are_made_larger(media, expected):
    restorer = Restorer.load("esrgan/faces-x4-small")
    small = read_image(media / "small.png")
    large = restorer.restore(small)
    assert large.shape == (4 * small.shape[0], 4 * small.shape[1], 3)
    assert float(large.mean()) == pytest.approx(expected["restored_mean"], abs=0.01)
    assert Restorer.load("bicubic").restore(small).shape == large.shape


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("none.png", None, "no such file"),
        ("empty.jpg", b"", "the file is empty"),
        ("text.jpg", b"no picture at all", "not a picture that can be read"),
        ("cut.mp4", b"\0\0\0 ftypisom", "not a video that FFmpeg can read"),
    ],
)
def test_wrong_files(recognizer, tmp_path, name, content, message):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(MediaError, match=message):
        recognizer.predict(tmp_path / name)


def test_a_picture_that_is_cut_off(recognizer, media, tmp_path):
    whole = (media / "astronaut.png").read_bytes()
    (tmp_path / "cut.png").write_bytes(whole[: len(whole) // 2])
    (result,) = recognizer.predict([tmp_path / "cut.png"], on_error="report")
    assert "the picture is damaged or cut off" in result.error


def test_wrong_models(tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(find_model("ssgnn/synthetic"), folder)
    card = json.loads((folder / "card.json").read_text())
    assert card["labels"]
    content = (folder / "model.tflite").read_bytes()
    (folder / "model.tflite").write_bytes(content[:-9] + b"elsewhere")
    with pytest.raises(ModelFileError, match=r"model\.tflite: differs from its SHA-256 in card"):
        Recognizer.load(folder)
    with pytest.raises(ModelFileError, match="no model file and no released model 'mff_cnn/none'"):
        Recognizer.load("mff_cnn/none")
    with pytest.raises(ModelFileError, match="needs the package 'keras', which is not installed"):
        Recognizer.load("mff_cnn/fer2013", engine="keras")
    with pytest.raises(ModelFileError, match="'onnxruntime', which is not installed"):
        Recognizer.load("mff_cnn/fer2013", engine="onnx")
    with pytest.raises(FerkerasError, match="names expressions"):
        Restorer.load("mff_cnn/fer2013")


def test_a_model_that_needs_more_says_so(media):
    balls = Recognizer.load("cs_gbsbf/fer2013-small")
    with pytest.raises(GraphError, match=r"need the package 'scipy', which is not installed: pip"):
        balls.predict(media / "astronaut.png")
