import dataclasses
import json

import numpy as np
import pytest
from clips import (
    BOX,
    CARD,
    LABELS,
    LANDMARKS,
    SPEC,
    FakeDetector,
    FakeRunner,
    clip_model,  # noqa: F401
    course,
    moving_face,
    portrait,
    write_video,
)

from ferkeras import Recognizer
from ferkeras.errors import FaceError, FerkerasError, MediaError
from ferkeras.media import write_image
from ferkeras.prepare import prepare_sample
from ferkeras.types import Clip

COURSE = course(40, onset=8, apex=18, offset=32)
FRAMES = moving_face(COURSE)
REGIONS = dataclasses.replace(CARD, input=dataclasses.replace(SPEC, kind="flow_regions"))


def recogniser(card=CARD, **settings):
    return Recognizer(FakeRunner(), card, FakeDetector(**settings))


@pytest.fixture(scope="module")
def spotted():
    return recogniser().predict_clip(Clip(FRAMES, 100.0, "a.avi"))


def test_a_movement_is_found_where_it_is(spotted):
    assert abs(spotted.apex - 18) <= 3
    assert 4 <= spotted.onset <= 14
    assert 22 <= spotted.offset <= 39
    assert spotted.onset < spotted.apex < spotted.offset
    assert spotted.apex_seconds == pytest.approx(spotted.apex / 100)
    assert spotted.spotted
    assert spotted.onset_estimated
    assert spotted.notes == ("onset, apex, offset estimated, not annotated",)
    # 3 pixels at most, a Gaussian bump; the box has 99 pixels
    assert 1.0 < spotted.motion < 3.1


def test_the_annotation_is_taken_and_the_detector_asked_once(spotted):
    one = recogniser()
    result = one.predict_clip(FRAMES, onset=8, apex=18, offset=32)
    assert one.detector.calls == 1
    assert (result.onset, result.apex, result.offset) == (8, 18, 32)
    assert (result.spotted, result.onset_estimated) == (False, False)
    assert (result.box, result.faces_seen, result.frames) == (BOX, 1, 40)
    assert result.notes == ("frames per second not known: no times; give fps= (--fps)",)
    assert result.apex_seconds is None
    partly = one.predict_clip(FRAMES, apex=18, fps=200)
    assert (partly.onset, partly.offset, partly.apex_seconds) == (0, None, 0.09)
    assert partly.notes == ("onset not annotated: frame 0 is taken",)


@pytest.mark.parametrize("card", [CARD, REGIONS])
@pytest.mark.parametrize("cropped", [False, True])
def test_a_clip_goes_through_the_same_steps_as_training(card, cropped):
    one = recogniser(card)
    clip = Clip(FRAMES, 100.0, onset=8, apex=18)
    result = one.predict_clip(clip, cropped=cropped)
    finder = None if cropped and card is CARD else FakeDetector()
    want = prepare_sample(clip, card.input, finder, cropped=cropped)
    np.testing.assert_array_equal(one.runner.batches[-1][0], want)
    share = (want.mean(axis=(0, 1)) + 1) / (want.mean(axis=(0, 1)) + 1).sum()
    np.testing.assert_allclose(list(result.probabilities.values()), share, rtol=1e-5)
    assert list(result.probabilities) == list(LABELS)
    assert result.label == LABELS[share.argmax()]
    assert (one.detector.calls > 0) == (finder is not None)
    if cropped:
        assert result.box == (0, 0, 192, 192)


def test_result_as_json(spotted):
    values = json.loads(json.dumps(spotted.to_dict()))
    assert set(values) == {
        *("source", "fps", "frames", "onset", "apex", "offset", "spotted", "onset_estimated"),
        *("box", "faces_seen", "label", "probabilities", "motion", "seconds", "notes"),
        *("onset_seconds", "apex_seconds", "offset_seconds"),
    }
    assert values["box"] == pytest.approx(BOX, abs=0.5)
    assert values["offset_seconds"] == pytest.approx(spotted.offset / 100)
    assert set(values["seconds"]) == {"read", "detect", "motion", "model"}
    assert spotted.frame is not None
    assert spotted.analysis.curve.shape == (40,)


def test_a_face_at_rest_is_said_to_hardly_move():
    result = recogniser().predict_clip(Clip(moving_face(np.zeros(12)), 100.0))
    assert result.motion < 0.2
    assert any(note.startswith("hardly any movement") for note in result.notes)


def test_of_two_faces_one_is_taken_and_the_result_says_so():
    result = recogniser(faces=2).predict_clip(FRAMES, onset=8, apex=18, fps=100)
    assert result.notes == ("2 faces seen; the one with the highest score is taken",)
    assert result.faces_seen == 2
    assert result.box == BOX


def test_a_real_detector_and_a_real_model(clip_model, tmp_path):  # noqa: F811
    one = Recognizer.load(clip_model.folder, threads=1)
    path = write_video(tmp_path / "clip.avi", FRAMES)
    result = one.predict_clip(path, onset=8)
    assert abs(result.apex - 18) <= 4
    assert result.source == str(path)
    assert sum(result.probabilities.values()) == pytest.approx(1, abs=1e-5)
    x, y, width, height = result.box
    assert x < LANDMARKS[:, 0].min() < LANDMARKS[:, 0].max() < x + width
    assert y < LANDMARKS[:, 1].min() < LANDMARKS[:, 1].max() < y + height


def folder_with_a_broken_frame(place):
    for number, frame in enumerate(FRAMES[:8]):
        write_image(place / f"{number}.png", frame)
    broken = (place / "5.png").read_bytes()
    (place / "5.png").write_bytes(broken[: len(broken) // 2])
    return place


@pytest.mark.parametrize(
    ("make", "kind", "message"),
    [
        (lambda _: FRAMES[:1], FerkerasError, "the clip has one frame; .* at least two"),
        (lambda _: [FRAMES[0], FRAMES[1, 1:]], MediaError, "frame 1: has 192x191 pixels"),
        (lambda _: Clip([FRAMES[0], FRAMES[1, 1:]]), MediaError, "frame"),
        (folder_with_a_broken_frame, MediaError, r"5\.png: the picture is damaged or cut off"),
        (lambda _: np.full((6, 90, 90, 3), 99, np.uint8), FaceError, "no face found by fake in"),
        (lambda place: place, MediaError, "no picture among its 0 files"),
    ],
)
def test_bad_clips_give_one_clear_line(tmp_path, make, kind, message):
    with pytest.raises(kind, match=message) as caught:
        recogniser().predict_clip(make(tmp_path))
    assert "\n" not in str(caught.value)


def test_a_video_that_ends_early_is_recognised_with_a_warning(tmp_path):
    path = write_video(tmp_path / "a.avi", FRAMES)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 3 // 5])
    with pytest.warns(UserWarning, match="ends after .* of 40 announced frames"):
        result = recogniser().predict_clip(path)
    assert 20 < result.frames < 30


def test_a_model_for_pictures_takes_no_clip_and_the_reverse():
    with pytest.raises(FerkerasError, match=r"htnet/fake takes clips, .* use predict_clip\(\)"):
        recogniser().predict(portrait())
    pictures = dataclasses.replace(SPEC, kind="face_crop", flow=None)
    one = recogniser(dataclasses.replace(CARD, input=pictures))
    for function in (one.predict_clip, one.stream_clip):
        with pytest.raises(FerkerasError, match="takes single pictures, not clips; use predict"):
            function(FRAMES)
