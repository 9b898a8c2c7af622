import struct
import warnings

import cv2
import numpy as np
import pytest
from PIL import Image

from ferkeras.errors import MediaError
from ferkeras.media import Frame, is_video, iter_video, read_video, write_image
from ferkeras.media.videos import open_video

SIZE = (64, 48)


def make_video(path, frames=10, codec="mp4v"):
    """Left half red, right half growing from black to white."""
    video = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*codec), 25, SIZE)
    for number in range(frames):
        bgr = np.full((SIZE[1], SIZE[0], 3), 25 * number % 256, np.uint8)
        bgr[:, : SIZE[0] // 2] = (0, 0, 255)
        video.write(bgr)
    video.release()
    return path


def make_gif(path):
    frames = [Image.new("RGB", (8, 6), colour) for colour in ("red", "lime", "blue")]
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=[100, 200, 300])
    return path


@pytest.mark.parametrize(("name", "codec"), [("a.mp4", "mp4v"), ("a.avi", "MJPG")])
def test_frames_come_in_order_in_rgb_with_their_times(tmp_path, name, codec):
    path = make_video(tmp_path / name, codec=codec)
    frames = list(iter_video(path))
    assert [frame.number for frame in frames] == list(range(10))
    assert [frame.seconds for frame in frames] == pytest.approx(np.arange(10) / 25, abs=1e-3)
    for frame in frames:
        assert frame.picture.shape == (48, 64, 3)
        assert frame.picture[24, 8] == pytest.approx([255, 0, 0], abs=12)
        assert frame.picture[24, 56] == pytest.approx([25 * frame.number] * 3, abs=12)


def test_a_clip_of_every_third_frame(tmp_path):
    clip = read_video(make_video(tmp_path / "a.mp4"), every=3)
    assert clip.frames.shape == (4, 48, 64, 3)
    assert clip.frames[:, 24, 56, 0] == pytest.approx([0, 75, 150, 225], abs=12)
    assert clip.fps == pytest.approx(25 / 3)
    assert clip.source == str(tmp_path / "a.mp4")
    assert [f.number for f in iter_video(tmp_path / "a.mp4", every=4, max_frames=2)] == [0, 4]
    assert len(read_video(tmp_path / "a.mp4", max_frames=1).frames) == 1


def test_a_clip_is_the_frames_one_by_one_and_one_rate(tmp_path):
    path = make_video(tmp_path / "a.avi", codec="MJPG")
    fps, frames = open_video(path)
    pictures = [frame.picture for frame in frames]
    assert fps == 25
    np.testing.assert_array_equal(read_video(path).frames, pictures)


def test_a_clip_that_takes_too_much_memory_is_refused(tmp_path, monkeypatch):
    path = make_video(tmp_path / "a.mp4")
    monkeypatch.setattr("ferkeras.media.videos._MAX_CLIP_BYTES", 4 * 64 * 48 * 3)
    assert len(read_video(path, max_frames=4).frames) == 4
    with pytest.raises(MediaError, match=r"more than 4 frames of 64x48 .*stream_clip .*--window"):
        read_video(path)


def test_frames_of_several_sizes_are_no_clip(tmp_path, monkeypatch):
    sizes = ((4, 6, 3), (4, 6, 3), (5, 6, 3))
    frames = [Frame(n, n / 25, np.zeros(size, np.uint8)) for n, size in enumerate(sizes)]
    monkeypatch.setattr("ferkeras.media.videos.open_capture", lambda *_: (25.0, iter(frames)))
    path = make_video(tmp_path / "a.mp4")
    with pytest.raises(MediaError, match=r"a\.mp4, frame 2: has 6x5 pixels, the first .* 6x4"):
        read_video(path)
    assert len(list(iter_video(path))) == 3


def test_the_rotation_entry_is_respected(tmp_path):
    path = make_video(tmp_path / "a.mp4")
    raw = bytearray(path.read_bytes())
    matrix = raw.index(b"tkhd") + 44  # ISO 14496-12: the track header's matrix, version 0
    one = 0x10000
    assert struct.unpack_from(">i", raw, matrix)[0] == one
    struct.pack_into(">9i", raw, matrix, 0, one, 0, -one, 0, 0, 48 * one, 0, 0x40000000)
    path.write_bytes(raw)
    picture = next(iter_video(path)).picture
    assert picture.shape == (64, 48, 3)  # turned by 90 degrees clockwise: left goes to the top
    assert picture[8, 24] == pytest.approx([255, 0, 0], abs=12)


def test_an_animated_gif_is_a_video(tmp_path):
    path = make_gif(tmp_path / "a.gif")
    frames = list(iter_video(path))
    assert [frame.picture[0, 0].tolist() for frame in frames] == [
        [255, 0, 0],
        [0, 255, 0],
        [0, 0, 255],
    ]
    assert [frame.seconds for frame in frames] == pytest.approx([0, 0.1, 0.3])
    assert read_video(path, every=2).fps == pytest.approx(3 / 0.6 / 2)


def test_what_counts_as_a_video(tmp_path):
    Image.new("RGB", (8, 6)).save(tmp_path / "still.gif")
    assert is_video(make_gif(tmp_path / "a.gif"))
    assert is_video("clip.MP4")
    assert not is_video(tmp_path / "still.gif")
    assert not is_video(tmp_path / "missing.gif")
    assert not is_video("photo.jpg")


def bad_files(folder):
    make_video(folder / "none.mp4", frames=0)
    make_video(folder / "none.avi", frames=0, codec="MJPG")
    full = make_video(folder / "full.mp4").read_bytes()
    (folder / "cut.mp4").write_bytes(full[: len(full) // 2])
    (folder / "empty.mp4").touch()
    (folder / "text.mp4").write_text("this is no video")
    (folder / "text.gif").write_text("this is no video")
    (folder / "folder.mp4").mkdir()
    write_image(folder / "photo.png", np.zeros((8, 8), np.uint8))
    gif = make_gif(folder / "cut.gif").read_bytes()
    (folder / "cut.gif").write_bytes(gif[: len(gif) - 12])
    return folder


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing.mp4", "no such file"),
        ("folder.mp4", "is a folder"),
        ("empty.mp4", "the file is empty"),
        ("text.mp4", "not a video"),
        ("cut.mp4", "not a video"),
        ("none.mp4", "not a video"),
        ("none.avi", "no frame"),
        ("photo.png", "is a picture"),
        ("text.gif", "damaged"),
        ("cut.gif", "damaged"),
    ],
)
def test_bad_files_give_one_line_and_nothing_on_stderr(tmp_path, capfd, name, message):
    path = bad_files(tmp_path) / name
    capfd.readouterr()
    with pytest.raises(MediaError, match=message) as caught:
        read_video(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("numbers", [{"every": 0}, {"max_frames": 0}])
def test_numbers_below_one_are_refused_at_the_call(tmp_path, numbers):
    with pytest.raises(MediaError, match="=0, expected 1 or more"):
        iter_video(make_video(tmp_path / "a.mp4"), **numbers)


def test_a_video_that_breaks_off_gives_its_frames_and_a_warning(tmp_path):
    path = make_video(tmp_path / "a.avi", frames=30, codec="MJPG")
    path.write_bytes(path.read_bytes()[:8000])
    with pytest.warns(UserWarning, match="of 30 announced frames"):
        assert 0 < len(read_video(path).frames) < 28
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read_video(path, max_frames=2)
