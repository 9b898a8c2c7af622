import time

import numpy as np
import pytest
from clips import CARD, FakeDetector, FakeRunner, course, moving_face
from fake_capture import FakeCapture, bgr, cameras  # noqa: F401

from ferkeras import Recognizer
from ferkeras.errors import FerkerasError, MediaError
from ferkeras.media import Camera
from ferkeras.media.frame import Frame
from ferkeras.recognizer.frame_stream import pictures_in_time
from ferkeras.runtime import ModelCard
from ferkeras.types import InputSpec

REST = moving_face(np.zeros(4))
MOVEMENT = moving_face(course(24, onset=3, apex=10, offset=20))
PICTURES = ModelCard("mff_cnn", "fake", InputSpec("face_crop", 28, 28, 3), CARD.labels)


def of_pictures():
    return Recognizer(FakeRunner(), PICTURES, FakeDetector())


def of_clips():
    return Recognizer(FakeRunner(), CARD, FakeDetector())


def test_faces_before_a_camera(cameras):  # noqa: F811
    cameras[0] = FakeCapture([bgr(one) for one in REST], fps=20)
    results = of_pictures().predict(Camera(0, max_frames=3))
    assert [result.source for result in results] == ["camera 0"] * 3
    assert [result.frame for result in results] == [0, 1, 2]
    assert results[0].seconds == 0
    assert results[2].seconds == pytest.approx(0.1, abs=0.04)
    assert all(len(result.faces) == 1 for result in results)
    assert cameras[0].released


def test_a_number_and_a_url_are_streamed_as_they_come(cameras):  # noqa: F811
    for device in (1, "rtsp://user:secret@door/1"):
        cameras[device] = FakeCapture([bgr(REST[0])] * 200, fps=200)
        stream = of_pictures().stream(device)
        result, picture = next(stream)
        assert (picture == REST[0]).all()
        assert "secret" not in result.source
        time.sleep(0.05)
        assert next(stream)[0].frame >= 5
        stream.close()
        assert cameras[device].released


def test_predict_wants_an_end(cameras):  # noqa: F811
    with pytest.raises(FerkerasError, match=r"^camera 0: has no end; use stream\(\), or Camera\("):
        of_pictures().predict([0])
    with pytest.raises(
        MediaError, match=r"^camera 0: has no end, so it is no clip; use stream_clip"
    ):
        of_clips().predict_clip(0)


def test_errors_of_a_camera_are_raised_or_reported(cameras):  # noqa: F811
    with pytest.raises(MediaError, match="camera 7: cannot be opened"):
        next(of_pictures().stream(7))
    (result,) = of_pictures().predict(Camera(7, max_frames=1), on_error="report")
    assert result.error.startswith("camera 7: cannot be opened")
    with pytest.raises(MediaError, match="camera 7: cannot be opened"):
        of_clips().stream_clip(7)
    cameras[7] = FakeCapture([bgr(REST[0])], says=0)
    with pytest.raises(MediaError, match="camera 7: does not say how many frames a second it has"):
        of_clips().stream_clip(7)


def test_a_movement_before_a_camera(cameras):  # noqa: F811
    frames = [*REST, *REST, *MOVEMENT, *REST, *REST]
    cameras["rtsp://door"] = FakeCapture([bgr(one) for one in frames], fps=25)
    stream = of_clips().stream_clip("rtsp://door", window=1.0, hop=0.5)
    (found,) = stream
    assert found.source == "camera rtsp://door"
    assert found.apex_seconds == pytest.approx((8 + 10) / 25, abs=0.2)
    assert stream.summary.frames == pytest.approx(len(frames), abs=3)
    assert stream.summary.fps == 25
    assert cameras["rtsp://door"].released


def at(*seconds):
    return [Frame(n, one, np.full((2, 2, 3), n, np.uint8)) for n, one in enumerate(seconds)]


def test_pictures_stand_where_their_times_say():
    frames = at(0.0, 0.1, 0.21, 0.26, 0.5)
    found = list(pictures_in_time(frames, 10.0, "camera 0"))
    assert [one[0, 0, 0] for one in found] == [0, 1, 2, 3, 3, 4]
    assert found[3] is found[4]
    assert [one[0, 0, 0] for one in pictures_in_time(at(0, 0.02, 0.1), 10.0, "camera 0")] == [0, 2]


def test_a_long_wait_is_left_out_with_a_warning():
    frames = at(0.0, 0.1, 5.1, 5.2, 5.4)
    with pytest.warns(UserWarning, match=r"^camera 0: no frame was taken for 4.9 s, as the camera"):
        found = list(pictures_in_time(frames, 10.0, "camera 0"))
    assert [one[0, 0, 0] for one in found] == [0, 1, 2, 3, 3, 4]


def test_a_frame_that_stands_for_others_is_looked_at_once():
    stream = of_clips().stream_clip(REST, fps=50)
    pictures = [REST[n] for n in range(4)]
    stream._frames = (pictures[n // 2 % 4] for n in range(40))
    assert list(stream) == []
    assert stream.summary.repeated == 20
    assert len(stream._ring.crops) > 4
    assert stream._ring.crops[-1] is stream._ring.crops[-2]


def test_a_repeated_frame_without_a_face_is_searched_once():
    recognizer = of_clips()
    nobody = np.full(REST.shape[1:], 90, np.uint8)
    stream = recognizer.stream_clip([nobody], fps=50)
    stream._frames = iter([nobody] * 60)
    assert list(stream) == []
    assert recognizer.detector.calls == 1
    assert (stream.summary.without_face, stream.summary.repeated) == (60, 59)
