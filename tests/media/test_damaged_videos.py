"""Motion JPEG in AVI: each frame is a chunk "00dc", its size and a JPEG file (RIFF, MCI 1991)."""

import struct
import warnings
from itertools import pairwise

import cv2
import numpy as np
import pytest

from ferkeras.media import iter_video, read_video
from ferkeras.media.video_numbers import VideoNumbers
from ferkeras.recognizer.frame_stream import open_frames

COUNT, FPS, GREY = 30, 25, 8


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """An AVI whose frame n is grey of value 8 n."""
    path = tmp_path_factory.mktemp("video") / "whole.avi"
    video = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), FPS, (64, 48))
    for number in range(COUNT):
        video.write(np.full((48, 64, 3), GREY * number, np.uint8))
    video.release()
    return path.read_bytes()


def chunks(raw):
    """Where each frame's chunk begins."""
    movie, index = raw.index(b"movi"), raw.index(b"idx1")
    places, at = [], raw.index(b"00dc", movie)
    while at != -1 and at < index:
        places.append(at)
        at = raw.index(b"00dc", at + 4) if b"00dc" in raw[at + 4 :] else -1
    assert len(places) == COUNT
    return places


def spoil(whole, path, numbers):
    """The same video with zeros instead of these frames' JPEG files."""
    raw = bytearray(whole)
    for number in numbers:
        at = chunks(whole)[number]
        (size,) = struct.unpack_from("<I", raw, at + 4)
        raw[at + 8 : at + 8 + size] = bytes(size)
    path.write_bytes(raw)
    return path


def seen(picture):
    """The number that a frame shows."""
    return round(float(picture.mean()) / GREY)


def noted(function):
    with warnings.catch_warnings(record=True) as notes:
        warnings.simplefilter("always")
        value = function()
    return value, [str(note.message) for note in notes]


@pytest.mark.parametrize(
    ("lost", "where"),
    [
        (range(10, 15), "5 frames, 10..14, are empty or damaged"),
        ([7], "frame 7 is empty or damaged"),
        (range(3), "3 frames, 0..2, are empty or damaged"),
    ],
)
def test_frames_after_a_hole_keep_their_numbers_and_times(whole, tmp_path, lost, where):
    path = spoil(whole, tmp_path / "a.avi", lost)
    frames, notes = noted(lambda: list(iter_video(path)))
    kept = [number for number in range(COUNT) if number not in lost]
    assert [frame.number for frame in frames] == kept
    assert [seen(frame.picture) for frame in frames] == kept
    assert [frame.seconds for frame in frames] == pytest.approx(np.array(kept) / FPS)
    assert len(notes) == 1
    assert notes[0].startswith(f"{path}: {where}; ")


def test_in_a_clip_and_a_stream_the_frame_before_stands_in_a_hole(whole, tmp_path):
    path = spoil(whole, tmp_path / "a.avi", range(10, 15))
    expected = [*range(10), *[9] * 5, *range(15, COUNT)]
    for frames in (lambda: read_video(path).frames, lambda: list(open_frames(path)[2])):
        pictures, notes = noted(frames)
        assert [seen(picture) for picture in pictures] == expected
        assert len(notes) == 1
    clip, _ = noted(lambda: read_video(path, every=3))
    assert [seen(picture) for picture in clip.frames] == [0, 3, 6, 9, 9, 15, 18, 21, 24, 27]
    clip, _ = noted(lambda: read_video(path, max_frames=12))
    assert [seen(picture) for picture in clip.frames] == [*range(10), 9, 9]
    clip, _ = noted(lambda: read_video(spoil(whole, tmp_path / "b.avi", range(3))))
    assert [seen(picture) for picture in clip.frames[:5]] == [3, 3, 3, 3, 4]


def test_frames_that_a_capture_program_left_out_are_a_hole(whole, tmp_path):
    """A dropped frame is an empty chunk: nothing fails to decode, but it takes its time."""
    places = [*chunks(whole), whole.index(b"idx1")]
    movie = whole.index(b"movi")
    raw, index = bytearray(whole[: places[0]]), b""
    for number, (begin, end) in enumerate(pairwise(places)):
        chunk = whole[begin:end] if not 10 <= number < 15 else struct.pack("<4sI", b"00dc", 0)
        index += struct.pack("<4sIII", b"00dc", 0x10, len(raw) - movie, len(chunk) - 8)
        raw += chunk
    struct.pack_into("<I", raw, movie - 4, len(raw) - movie)
    path = tmp_path / "a.avi"
    path.write_bytes(raw + struct.pack("<4sI", b"idx1", len(index)) + index)
    frames, notes = noted(lambda: list(iter_video(path)))
    assert [frame.number for frame in frames] == [*range(10), *range(15, COUNT)]
    assert [seen(frame.picture) for frame in frames] == [*range(10), *range(15, COUNT)]
    assert "5 frames, 10..14, are empty" in notes[0]


def test_a_hole_of_unknown_place_is_told(whole, tmp_path):
    raw, places = bytearray(whole), chunks(whole)
    raw[places[10] : places[15]] = bytes(places[15] - places[10])  # chunk headers and all
    path = tmp_path / "a.avi"
    path.write_bytes(raw)
    frames, notes = noted(lambda: list(iter_video(path)))
    assert len(frames) == 25
    assert len(notes) == 1
    assert "ends after 25 of 30 announced frames" in notes[0]
    assert "missing in the middle" in notes[0]


def test_many_holes_are_counted(whole, tmp_path):
    path = spoil(whole, tmp_path / "a.avi", [2, 5, 8, 9, 12, 20])
    frames, notes = noted(lambda: list(iter_video(path)))
    assert [seen(frame.picture) for frame in frames] == [frame.number for frame in frames]
    assert len(notes) == 4
    assert notes[3] == f"{path}: 6 frames in all are empty or damaged, in 5 places"


def test_without_even_times_a_hole_is_as_long_as_the_tries_that_failed():
    numbers = VideoNumbers("a.mkv", 25.0, 0, fixed_rate=False)
    times = [0.0, 0.04, 0.15]  # the third is late, but nothing failed: a variable rate
    assert [numbers.place(seconds) for seconds in times] == [0, 1, 2]
    assert numbers.fail()
    assert numbers.fail()
    with pytest.warns(UserWarning, match=r"a\.mkv: 2 frames, 3\.\.4, are empty or damaged"):
        assert numbers.place(0.6) == 5
    assert numbers.place(0.62) == 6


def test_a_time_beyond_the_announced_frames_is_not_believed():
    numbers = VideoNumbers("a.avi", 25.0, 10, fixed_rate=True)
    numbers.place(0.0)
    assert numbers.place(1e6) == 1


def test_a_frame_without_a_time_comes_one_frame_after_the_one_before():
    numbers = VideoNumbers("a.avi", 25.0, 4, fixed_rate=True)
    found = [(numbers.place(seconds), numbers.seconds) for seconds in (0.08, 0.12, 0.0, 0.0)]
    assert [number for number, _ in found] == [0, 1, 2, 3]
    assert [seconds for _, seconds in found] == pytest.approx([0.08, 0.12, 0.16, 0.2])
