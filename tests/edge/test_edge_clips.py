import pytest
from fake_capture import FakeCapture, bgr, cameras  # noqa: F401

from ferkeras import Recognizer
from ferkeras.errors import FaceError, MediaError
from ferkeras.media import FrameFiles, write_image


@pytest.fixture(scope="module")
def recognizer():
    return Recognizer.load("htnet/synthetic")


def test_a_clip_gives_what_the_full_environment_gives(recognizer, media, expected):
    found = recognizer.predict_clip(media / "clip", fps=100).to_dict()
    wanted = expected["htnet/synthetic"]
    for name in ("onset", "apex", "offset", "label", "faces_seen"):
        assert found[name] == wanted[name]
    assert found["probabilities"] == pytest.approx(wanted["probabilities"], abs=1e-4)
    assert found["motion"] == pytest.approx(wanted["motion"], abs=1e-3)


def test_movements_before_a_camera(recognizer, media, cameras):  # noqa: F811
    frames = [bgr(one) for one in FrameFiles.of_folder(media / "clip")]
    cameras["rtsp://door"] = FakeCapture(frames, fps=50)
    stream = recognizer.stream_clip("rtsp://door")
    list(stream)
    assert stream.summary.frames == pytest.approx(len(frames), abs=5)
    assert stream.summary.detections == 1


def test_wrong_clips(recognizer, media, tmp_path):
    with pytest.raises(MediaError, match="no such file or folder"):
        recognizer.predict_clip(tmp_path / "none")
    with pytest.raises(MediaError, match="is one picture"):
        recognizer.predict_clip(media / "astronaut.png")
    for name in ("0.png", "1.png"):
        write_image(tmp_path / name, FrameFiles.of_folder(media / "clip")[0] * 0)
    with pytest.raises(FaceError, match="no face"):
        recognizer.predict_clip(tmp_path)
