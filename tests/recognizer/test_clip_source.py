from pathlib import Path

import numpy as np
import pytest
from clips import moving_face, portrait, write_video

from ferkeras.errors import FerkerasError, MediaError
from ferkeras.media import write_image
from ferkeras.recognizer.clip_source import open_clip
from ferkeras.recognizer.frame_stream import open_frames
from ferkeras.types import Clip

FRAMES = moving_face(np.linspace(0, 1, 12))


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A video, a folder of frames in natural order, and much that is no clip."""
    place = tmp_path_factory.mktemp("clips")
    write_video(place / "clip.avi", FRAMES)
    for number, frame in enumerate(FRAMES):
        write_image(place / "frames" / f"img{number}.png", frame)
    (place / "frames" / "notes.txt").write_text("no picture")
    (place / "frames" / "._img1.png").write_bytes(b"a Mac was here")
    write_image(place / "one.png", portrait())
    (place / "empty").mkdir()
    (place / "notes").mkdir()
    (place / "notes" / "a.txt").write_text("no picture")
    (place / "text.avi").write_text("this is no video")
    for number, side in enumerate((64, 64, 48)):
        write_image(place / "sizes" / f"{number}.png", np.zeros((side, 64), np.uint8))
    return place


def test_each_kind_of_source_gives_the_same_frames(place):
    names = [place / "frames" / f"img{number}.png" for number in range(12)]
    sources = [place / "frames", str(place / "frames"), names, list(FRAMES), FRAMES, Clip(FRAMES)]
    for source in sources:
        clip = open_clip(source)
        np.testing.assert_array_equal(np.stack(list(clip.frames)), FRAMES)
        assert clip.fps == 0
    assert open_clip(place / "frames").source == str(place / "frames")
    video = open_clip(place / "clip.avi")
    assert (len(video.frames), video.fps) == (12, 100)
    assert np.abs(video.frames.astype(float) - FRAMES).mean() < 8  # JPEG


def test_what_the_user_says_goes_over_what_the_clip_says():
    clip = open_clip(Clip(FRAMES, 25.0, "a", onset=1, apex=4), fps=200, apex=5, offset=9)
    assert (clip.fps, clip.onset, clip.apex, clip.offset) == (200, 1, 5, 9)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("none.avi", "no such file or folder"),
        ("none.png", "no such file or folder"),
        ("one.png", "is one picture; a clip is"),
        ("empty", "no picture among its 0 files"),
        ("notes", "no picture among its 1 files"),
        ("text.avi", "not a video"),
    ],
)
def test_paths_that_are_no_clip_give_one_line_that_names_them(place, name, message):
    for function in (open_clip, lambda path: open_frames(path, 100.0)):
        with pytest.raises(MediaError, match=message) as caught:
            function(place / name)
        assert str(caught.value).startswith(str(place / name))
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (7.5, "cannot take a float for a clip"),
        (FRAMES[0], "shape .* is no clip"),
        (FRAMES[:0], "without any frame"),
        ([], "without any frame"),
        ([FRAMES[0], FRAMES[1, 9:]], "frame 1: has 192x183 pixels, the first frame has 192x192"),
        ([FRAMES[0], FRAMES[1] / 7.0], "frame 1: float pixels"),
        ([FRAMES[0], Path("none.png")], "none.png: no such file"),
    ],
)
def test_values_that_are_no_clip(source, message):
    with pytest.raises(MediaError, match=message):
        open_clip(source)


def test_an_annotation_outside_the_clip_and_a_strange_rate(place):
    with pytest.raises(FerkerasError, match=r"clip\.avi: apex 12 is outside the clip.* 0\.\.11"):
        open_clip(place / "clip.avi", apex=12)
    with pytest.raises(FerkerasError, match="onset 5 is after apex 2"):
        open_clip(FRAMES, onset=5, apex=2)
    for fps in (0, -1, np.nan, np.inf):
        with pytest.raises(MediaError, match="expected frames per second above 0"):
            open_clip(FRAMES, fps=fps)


def test_a_clip_that_does_not_fit_into_memory_says_what_to_do(place, monkeypatch):
    monkeypatch.setattr("ferkeras.media.videos._MAX_CLIP_BYTES", 3 * FRAMES[0].nbytes)
    with pytest.raises(MediaError, match=r"more than 3 frames .*stream_clip .*--window"):
        open_clip(place / "clip.avi")
    name, fps, frames = open_frames(place / "clip.avi")
    assert (name, fps, sum(1 for _ in frames)) == (str(place / "clip.avi"), 100, 12)


def test_a_stream_of_frames(place):
    name, fps, frames = open_frames(place / "frames", 50)
    assert (name, fps) == (str(place / "frames"), 50)
    np.testing.assert_array_equal(np.stack(list(frames)), FRAMES)
    with pytest.raises(MediaError, match=r"frames: does not say how many frames .*--fps"):
        open_frames(place / "frames")
    _, _, frames = open_frames(place / "sizes", 50)
    with pytest.raises(MediaError, match=r"2\.png: has 64x48 pixels, the first frame has 64x64"):
        list(frames)
