import time
import tracemalloc

import cv2
import numpy as np
import pytest
from fake_capture import FakeCapture, cameras  # noqa: F401

from ferkeras.errors import MediaError
from ferkeras.media import Camera
from ferkeras.media.camera import as_camera, open_camera


def numbered(count, side=8):
    """BGR pictures whose blue is their number."""
    frames = np.zeros((count, side, side, 3), np.uint8)
    frames[..., 0] = np.arange(count)[:, None, None] % 256
    return list(frames)


def test_every_frame_comes_where_nobody_is_late(cameras):  # noqa: F811
    cameras[0] = FakeCapture(numbered(12), fps=20)
    fps, frames = open_camera(Camera(0, max_frames=12))
    found = list(frames)
    assert fps == 20
    assert [frame.number for frame in found] == list(range(12))
    assert [frame.picture[0, 0].tolist() for frame in found] == [[0, 0, n] for n in range(12)]
    assert [frame.seconds for frame in found] == pytest.approx(np.arange(12) / 20, abs=0.04)
    assert found[0].seconds == 0
    assert cameras[0].released
    assert not cameras[0].thread.is_alive()


def test_frames_are_left_out_not_queued_where_the_reader_is_slow(cameras):  # noqa: F811
    cameras[0] = FakeCapture(numbered(250), fps=200)
    frames = open_camera(Camera(0, max_frames=6))[1]
    before = next(frames).number
    time.sleep(0.05)
    for frame in frames:
        assert frame.number >= cameras[0]._at - 2  # the newest there is, or one after it
        assert frame.picture[0, 0, 2] == frame.number
        assert frame.number >= before + 5
        before = frame.number
        time.sleep(0.05)
    assert cameras[0].released


def test_every_nth_frame_and_frames_that_cannot_be_decoded(cameras):  # noqa: F811
    frames = numbered(30)
    frames[5] = None
    cameras[0] = FakeCapture(frames, fps=100)
    found = [frame.number for frame in open_camera(Camera(0, max_frames=4), every=5)[1]]
    assert found == [0, 6, 11, 16]


def test_memory_is_bounded(cameras):  # noqa: F811
    class Endless(list):
        def __len__(self):
            return 10**6

        def __getitem__(self, at):
            return np.full((200, 200, 3), at % 256, np.uint8)

    cameras[0] = FakeCapture(Endless(), fps=1000)
    frames = open_camera(Camera(0, max_frames=4))[1]
    tracemalloc.start()
    for _ in frames:
        time.sleep(0.03)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * 200 * 200 * 3


def test_the_camera_is_closed_when_the_reader_stops(cameras):  # noqa: F811
    cameras[0] = FakeCapture(numbered(200), fps=100)
    frames = open_camera(Camera(0))[1]
    assert next(frames).number == 0
    frames.close()
    assert cameras[0].released
    assert not cameras[0].thread.is_alive()


def test_a_size_is_asked_for(cameras):  # noqa: F811
    cameras[0] = FakeCapture(numbered(2))
    next(open_camera(Camera(0, size=(640, 480)))[1])
    assert cameras[0].settings == {cv2.CAP_PROP_FRAME_WIDTH: 640, cv2.CAP_PROP_FRAME_HEIGHT: 480}


@pytest.mark.parametrize("says", [0.0, -1.0, float("nan"), 1e9])
def test_a_rate_that_is_none(cameras, says):  # noqa: F811
    cameras[0] = FakeCapture(numbered(2), says=says)
    assert open_camera(Camera(0))[0] == 0


def test_a_camera_that_is_not_there(cameras):  # noqa: F811
    with pytest.raises(MediaError, match=r"^camera 3: cannot be opened \(no camera of this number"):
        open_camera(Camera(3))
    with pytest.raises(MediaError, match=r"^camera rtsp://door/1: cannot be opened \(no such str"):
        open_camera(Camera("rtsp://me:secret@door/1"))


def test_a_camera_that_stops(cameras):  # noqa: F811
    cameras[0] = FakeCapture(numbered(3))
    frames = open_camera(Camera(0))[1]
    with pytest.raises(MediaError, match=r"^camera 0: gives no more frame after 3 frames; was it"):
        list(frames)
    cameras[0] = FakeCapture([])
    frames = open_camera(Camera(0))[1]
    with pytest.raises(MediaError, match=r"^camera 0: gives no frame at all$"):
        list(frames)


def test_a_stream_may_end(cameras):  # noqa: F811
    cameras["rtsp://door"] = FakeCapture(numbered(3))
    assert len(list(open_camera(Camera("rtsp://door"))[1])) == 3


def test_opencv_s_own_errors_come_out(cameras):  # noqa: F811
    cameras[0] = FakeCapture([*numbered(1), cv2.error("broken")])
    frames = open_camera(Camera(0))[1]
    with pytest.raises(MediaError, match=r"^camera 0: OpenCV fails \(broken\)$"):
        list(frames)


@pytest.mark.parametrize("device", [-1, True, "", None, 1.5])
def test_what_is_no_camera(device):
    with pytest.raises(MediaError, match="expected the number of a camera, from 0, or a URL"):
        Camera(device)


def test_numbers_out_of_range(cameras):  # noqa: F811
    with pytest.raises(MediaError, match="camera 0: max_frames=0, expected 1 or more"):
        Camera(0, max_frames=0)
    with pytest.raises(MediaError, match="camera 0: size="):
        Camera(0, size=(0, 480))
    with pytest.raises(MediaError, match="camera 0: every=0, expected 1 or more"):
        open_camera(Camera(0), every=0)


def test_what_is_taken_for_a_camera():
    assert as_camera(0) == Camera(0)
    assert as_camera("rtsp://door") == Camera("rtsp://door")
    assert as_camera(Camera(2, max_frames=3)) == Camera(2, 3)
    assert [as_camera(other) for other in (True, "clip.mp4", None, np.zeros(3), 0.5)] == [None] * 5


def test_a_file_s_url_is_read_by_opencv_itself(tmp_path):
    path = tmp_path / "faces.avi"
    video = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 25.0, (64, 48))
    for frame in numbered(9, 64):
        video.write(frame[:48])
    video.release()
    fps, frames = open_camera(Camera(f"file://{path}"))
    found = list(frames)
    assert fps == 25
    assert 1 <= len(found) <= 9
    assert found[-1].number == 8
    assert found[-1].picture.shape == (48, 64, 3)
    with pytest.raises(MediaError, match="cannot be opened"):
        open_camera(Camera(f"file://{tmp_path}/none.avi"))


def test_a_password_with_an_at_sign_is_not_printed():
    assert str(Camera("rtsp://user:p@ss@door:554/1")) == "camera rtsp://door:554/1"


@pytest.mark.parametrize("wrong", [{"size": (1,)}, {"size": "ab"}, {"max_frames": 1.5}])
def test_settings_of_another_kind(wrong):
    with pytest.raises(MediaError, match=r"size=|max_frames="):
        Camera(0, **wrong)
