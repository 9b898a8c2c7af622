import dataclasses
import weakref

import numpy as np
import pytest
from clips import (
    BOX,
    CARD,
    FakeDetector,
    FakeRunner,
    course,
    moving_face,
    write_video,
)

from ferkeras import Recognizer
from ferkeras.errors import FerkerasError, MediaError
from ferkeras.media import write_image
from ferkeras.types import Clip

FPS = 50.0
REST = moving_face(np.zeros(4))
MOVEMENT = moving_face(course(24, onset=3, apex=10, offset=20))
NOBODY = np.full((1, *REST.shape[1:]), 90, np.uint8)


def rest(frames):
    """A face that does nothing, with noise that changes."""
    return REST[np.arange(frames) % 4]


def stream(*parts, card=CARD, **options):
    one = Recognizer(FakeRunner(), card, FakeDetector())
    return one.stream_clip(Clip(np.concatenate(parts), FPS, "interview"), **options)


def test_each_movement_is_found_once_at_its_place():
    """Three movements, at any place in relation to the windows."""
    parts = [rest(30), MOVEMENT, rest(41), MOVEMENT, rest(36), MOVEMENT, rest(30)]
    begins = np.cumsum([0, *map(len, parts)])
    found = stream(*parts)
    results = list(found)
    assert len(results) == 3
    for result, begin in zip(results, begins[1::2], strict=False):
        assert abs(result.apex - (begin + 10)) <= 3
        assert result.onset < result.apex < result.offset
        assert result.source == "interview"
        assert result.apex_seconds == pytest.approx(result.apex / FPS)
        assert result.box == pytest.approx(BOX, abs=1.0)
        assert result.analysis.curve.shape == (result.frames,)
        assert 0 <= result.apex - result.first_frame < result.frames
    summary = found.summary.to_dict()
    assert (summary["frames"], summary["fps"]) == (begins[-1], FPS)
    assert (summary["movements"], summary["detections"], summary["without_face"]) == (3, 1, 0)
    assert summary["without_movement"] > 0
    assert set(summary["seconds"]) >= {"read", "detect", "follow", "gate", "motion", "model"}


def test_a_face_at_rest_has_no_movement_and_the_model_is_not_asked():
    one = Recognizer(FakeRunner(), CARD, FakeDetector())
    found = one.stream_clip(Clip(rest(120), FPS))
    assert list(found) == []
    assert found.summary.windows == found.summary.without_movement > 5
    assert one.runner.batches == []
    assert one.detector.calls == 1


def test_a_face_that_is_lost_is_found_anew_elsewhere():
    aside = np.roll(np.concatenate([rest(20), MOVEMENT, rest(10)]), 30, axis=2)
    one = Recognizer(FakeRunner(), CARD, FakeDetector())
    one.detector.detect = shifted_detector(one.detector.detect)
    clip = Clip(np.concatenate([MOVEMENT, rest(4), NOBODY.repeat(25, axis=0), aside]), FPS, "a")
    found = one.stream_clip(clip)
    first, second = found
    assert abs(first.apex - 10) <= 3
    assert abs(second.apex - (28 + 25 + 20 + 10)) <= 3
    assert first.box[0] == pytest.approx(BOX[0], abs=1)
    assert second.box[0] == pytest.approx(BOX[0] + 30, abs=1)
    assert found.summary.detections == 2
    assert 25 <= found.summary.without_face <= 25 + 5


def shifted_detector(detect):
    """As the detector, but the second time it finds a face that one is 30 pixels to the right."""
    found = []

    def shifted(picture):
        faces = detect(picture)
        if faces:
            found.append(faces)
        if len(found) < 2:
            return faces
        x, *rest_of_box = faces[0].box
        points = faces[0].landmarks + np.float32([30, 0])
        return [dataclasses.replace(faces[0], box=(x + 30, *rest_of_box), landmarks=points)]

    return shifted


def test_no_movement_is_given_twice_when_the_face_is_lost_after_it():
    """The last window before the loss begins where the next one would, not earlier."""
    for extra in (0, 6, 12):
        found = list(stream(rest(6), MOVEMENT, rest(extra), NOBODY.repeat(9, axis=0)))
        assert [abs(one.apex - 16) <= 3 for one in found] == [True], extra


def test_what_came_before_a_frame_that_cannot_be_read_is_given_first(tmp_path):
    frames = np.concatenate([rest(10), MOVEMENT, rest(6)])
    for number, frame in enumerate(frames):
        write_image(tmp_path / f"{number:02}.png", frame)
    (tmp_path / "37.png").write_bytes(b"damaged")
    found = Recognizer(FakeRunner(), CARD, FakeDetector()).stream_clip(tmp_path, fps=FPS)
    assert abs(next(found).apex - 20) <= 3
    with pytest.raises(MediaError, match=r"37\.png"):
        next(found)
    assert list(found) == []
    assert found.summary.frames == 37


def test_no_frame_is_held_back():
    """Whatever the length of a video, the frames that were gone through are gone."""
    alive = []

    def frames():
        for picture in np.concatenate([rest(30), MOVEMENT, rest(40)]):
            copy = picture.copy()
            alive.append(weakref.ref(copy))
            yield copy
            del copy
            assert sum(one() is not None for one in alive) <= 3

    one = Recognizer(FakeRunner(), CARD, FakeDetector())
    found = one.stream_clip(Clip(REST, FPS))
    found._frames = frames()
    assert len(list(found)) == 1
    assert len(alive) == 94
    assert len(found._ring.crops) == 25  # half a second


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"window": 0.05}, "a window needs 4 frames or more"),
        ({"window": 0.5, "hop": 0.6}, "no more than the window"),
        ({"hop": 0.001}, "a hop one"),
        ({"window": -1}, "window is -1, expected a number above 0"),
        ({"window": float("nan")}, "window is nan, expected a number above 0"),
        ({"hop": 0.0}, "hop is 0, expected a number above 0"),
        ({"threshold": 0.0}, "threshold is 0, expected a number above 0"),
        ({"fps": 0.0}, "fps is 0.0"),
    ],
)
def test_numbers_that_do_not_fit_together_are_refused_at_the_call(options, message):
    with pytest.raises(FerkerasError, match=message):
        stream(rest(4), **options)


def test_a_video_file_is_read_frame_by_frame(tmp_path, monkeypatch):
    path = write_video(tmp_path / "a.avi", np.concatenate([rest(20), MOVEMENT, rest(20)]), FPS)
    monkeypatch.setattr("ferkeras.media.videos._MAX_CLIP_BYTES", 1)
    (found,) = Recognizer(FakeRunner(), CARD, FakeDetector()).stream_clip(path, threshold=0.6)
    assert abs(found.apex - 30) <= 3
