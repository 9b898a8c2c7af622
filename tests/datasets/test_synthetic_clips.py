"""Synthetic clips: determinism, course, motion against independent measurements, and the index."""

from __future__ import annotations

import hashlib
import os
import pickle
import subprocess
import sys

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import map_coordinates

from ferkeras.datasets import available, open_index
from ferkeras.datasets.expressions import FIVE, THREE
from ferkeras.datasets.synthetic_clips import ACTION_UNITS, SyntheticClip, render_clip
from ferkeras.errors import DatasetError

NOT_DRAWN = [*range(17, 36), *range(48, 60)]  # landmarks without jaw, eyes and inner lips


def _sample(field: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Values of a picture or a flow at points (x, y), by SciPy's cubic splines."""
    planes = np.moveaxis(np.atleast_3d(field).astype(float), -1, 0)
    return np.stack([map_coordinates(one, points.T[::-1], order=3) for one in planes], -1)


def _grey(picture: np.ndarray) -> np.ndarray:
    return picture.astype(float).mean(-1)


def test_equal_arguments_give_equal_bytes_in_any_order() -> None:
    frames = render_clip(3, 1, "surprise", size=96).clip.frames
    places = (0, 7, 31, 50)
    forth = [frames[at].tobytes() for at in places]
    render_clip(4, 0, "negative", size=96).clip.frames[3]
    np.random.seed(1)  # noqa: NPY002 (the global state must not matter)
    again = render_clip(3, 1, "surprise", size=96).clip.frames
    assert [again[at].tobytes() for at in reversed(places)] == forth[::-1]
    assert len(set(forth)) == len(places)


def test_a_fresh_process_with_one_thread_renders_the_same_bytes() -> None:
    code = (
        "import hashlib; from ferkeras.datasets.synthetic_clips import render_clip;"
        "frames = render_clip(3, 4, 'negative').clip.frames;"
        "print(hashlib.sha256(frames[40].tobytes()).hexdigest())"
    )
    alone = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    there = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, text=True, env=alone
    )
    here = render_clip(3, 4, "negative").clip.frames[40].tobytes()
    assert there.stdout.strip() == hashlib.sha256(here).hexdigest()


@settings(max_examples=40, deadline=None)
@given(
    subject=st.integers(0, 500),
    label=st.sampled_from(THREE),
    sequence=st.integers(0, 50),
    fps=st.sampled_from((25, 100, 200)),
    still=st.booleans(),
)
def test_course(subject: int, label: str, sequence: int, fps: int, still: bool) -> None:
    made = render_clip(0, subject, label, sequence, fps=fps, still=still, sway=0.0)
    clip, strength = made.clip, made.intensities
    assert clip.onset is not None
    assert clip.apex is not None
    assert clip.offset is not None
    assert 0.04 <= (clip.offset - clip.onset) / fps <= 0.5
    assert clip.onset < clip.apex < clip.offset
    assert (strength[: clip.onset + 1] == 0).all()
    assert (strength[clip.offset :] == 0).all()
    assert (strength[clip.onset + 1 : clip.offset] > 0).all()
    assert strength[clip.apex] == strength.max() <= 1
    moved = np.linalg.norm(made.landmarks - made.landmarks[clip.onset], axis=-1).max(1)
    assert moved.argmax() == clip.apex
    assert 0.05 < moved.max() < 4
    if still:
        assert clip.onset >= 1
        assert clip.offset <= len(clip.frames) - 2
    else:
        assert (clip.onset, clip.offset) == (0, len(clip.frames) - 1)


def test_most_movements_are_below_two_pixels() -> None:
    peaks = []
    for subject in range(45):
        made = render_clip(1, subject, THREE[subject % 3], fps=100, sway=0.0)
        moved = made.landmarks[made.clip.apex] - made.landmarks[made.clip.onset]
        peaks.append(np.linalg.norm(moved, axis=-1).max())
    assert np.quantile(peaks, 0.9) < 2.5
    assert 0.3 < np.median(peaks) < 1.5


def test_the_frame_rate_changes_neither_performance_nor_length() -> None:
    for subject in range(5):
        slow, fast = (render_clip(0, subject, "positive", fps=fps, size=64) for fps in (100, 200))
        np.testing.assert_allclose(
            fast.action_units.max(0) / fast.intensities.max(),
            slow.action_units.max(0) / slow.intensities.max(),
            rtol=1e-5,
        )
        lasts = [(one.clip.offset - one.clip.onset) / one.clip.fps for one in (slow, fast)]  # type: ignore[operator]
        assert abs(lasts[0] - lasts[1]) <= 0.01


def test_a_given_length_and_frames_as_a_lazy_sequence() -> None:
    made = render_clip(0, 0, "positive", fps=100, frames=90, size=64)
    frames = made.clip.frames
    assert len(frames) == 90
    assert made.landmarks.shape == (90, 68, 2)
    assert made.action_units.shape == (90, len(ACTION_UNITS))
    assert made.poses.shape == (90, 5)
    part = frames[10:13]
    assert len(part) == 3
    np.testing.assert_array_equal(part[-1], frames[12])
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(frames))[5], frames[5])
    with pytest.raises(IndexError):
        frames[90]


def test_noise_is_fresh_in_every_frame() -> None:
    clean, noisy = (
        render_clip(0, 5, "positive", noise=noise, flicker=0.0, size=128).clip.frames
        for noise in (0.0, 2.0)
    )
    noise = np.stack(
        [(noisy[at].astype(float) - clean[at])[:20, :, :].ravel() for at in (0, 1, 2, 40)]
    )
    alike = np.corrcoef(noise)
    assert np.abs(alike - np.eye(4)).max() < 0.05
    assert noise.std(1).min() > 1.0
    assert noise.std(1).max() < 5.0


def test_flicker_is_the_lamps_frequency_seen_at_the_frame_rate() -> None:
    """At 200 frames/s light of 100 Hz alternates; light of 120 Hz comes back after five frames."""
    periods = set()
    for subject in range(6):
        made = render_clip(0, subject, "positive", noise=0.0, sway=0.0, strength=0.0, size=64)
        light = np.array([_grey(made.clip.frames[at]).mean() for at in range(11)])
        swing = light / light.mean() - 1
        assert np.abs(swing).max() < 0.025
        if np.ptp(swing) < 0.005:  # too little to tell
            continue
        errors = {period: np.abs(swing[period:] - swing[:-period]).max() for period in (2, 5)}
        period = min(errors, key=lambda one: errors[one])
        assert errors[period] < 0.2 * np.ptp(swing)
        periods.add(period)
    assert periods == {2, 5}


@pytest.mark.parametrize(("subject", "label"), [(0, "positive"), (1, "surprise"), (2, "negative")])
def test_flow_agrees_with_the_landmarks(subject: int, label: str) -> None:
    made = render_clip(0, subject, label)
    first, second = made.clip.onset, made.clip.apex
    assert first is not None
    assert second is not None
    flow, valid = made.flow(first, second)
    start = made.landmarks[first][NOT_DRAWN]
    inside = _sample(valid, start)[:, 0] > 0.9
    assert inside.sum() > 0.7 * len(start)
    expected = (made.landmarks[second] - made.landmarks[first])[NOT_DRAWN][inside]
    error = np.linalg.norm(_sample(flow, start[inside]) - expected, axis=1)
    assert error.mean() < 0.03
    assert error.max() < 0.15
    assert error.mean() < 0.1 * np.linalg.norm(expected, axis=1).max()


def _left_over(made: SyntheticClip, first: int, second: int, block: int = 24) -> np.ndarray:
    """Motion in blocks that is left after the flow was taken out, by Lucas and Kanade's method."""
    flow, valid = made.flow(first, second)
    valid = cv2.erode(valid.astype(np.uint8), np.ones((5, 5))) > 0
    size = len(flow)
    grid = np.indices((size, size))[::-1].transpose(1, 2, 0)
    one, other = (_grey(made.clip.frames[at]) for at in (first, second))
    back = _sample(other, (grid + flow).reshape(-1, 2)).reshape(size, size)
    down, across = np.gradient((one + back) / 2)
    left = []
    for y in range(0, size - block, block):
        for x in range(0, size - block, block):
            part = np.s_[y : y + block, x : x + block]
            use = valid[part]
            if use.mean() > 0.8:
                slopes = np.stack([across[part][use], down[part][use], np.ones(use.sum())], 1)
                left.append(np.linalg.lstsq(slopes, (one - back)[part][use], rcond=None)[0][:2])
    return np.array(left)


def test_frames_move_as_the_flow_says_to_a_few_hundredths_of_a_pixel() -> None:
    """Without the folds' shading, which changes the brightness, nothing but motion is left."""
    left = np.concatenate(
        [
            _left_over(
                render_clip(0, subject, "positive", strength=0.0, noise=0.0, flicker=0.0), 0, 60
            )
            for subject in range(4)
        ]
    )
    assert len(left) > 40
    assert np.abs(left.mean(0)).max() < 0.005
    assert np.sqrt((left**2).mean(0)).max() < 0.025


def test_frames_of_an_expression_move_as_the_flow_says() -> None:
    for subject, label in ((0, "positive"), (1, "surprise"), (2, "negative")):
        made = render_clip(0, subject, label, noise=0.0, flicker=0.0)
        assert made.clip.onset is not None
        assert made.clip.apex is not None
        left = _left_over(made, made.clip.onset, made.clip.apex)
        assert np.sqrt((left**2).mean(0)).max() < 0.08


def test_flow_there_and_back_and_without_the_head() -> None:
    made = render_clip(0, 4, "negative", size=160)
    there, valid = made.flow(10, 40)
    back, _ = made.flow(40, 10)
    at = np.argwhere(cv2.erode(valid.astype(np.uint8), np.ones((9, 9))) > 0)[::7, ::-1].astype(
        float
    )
    forth = _sample(there, at)
    assert np.abs(forth + _sample(back, at + forth)).max() < 0.01
    assert np.abs(made.flow(10, 10)[0]).max() < 1e-4

    still_head = render_clip(0, 4, "negative", size=160, sway=0.0)
    with_head, _ = still_head.flow(0, 45)
    without, valid = still_head.flow(0, 45, head=False)
    np.testing.assert_allclose(without, with_head, atol=1e-6)
    still_face = render_clip(0, 4, "negative", size=160, strength=0.0)
    assert np.abs(still_face.flow(0, 45, head=False)[0]).max() < 1e-4
    assert np.linalg.norm(still_face.flow(0, 45)[0][valid], axis=1).mean() > 0.05


def test_flow_is_valid_on_the_face_only() -> None:
    made = render_clip(0, 4, "negative")
    flow, valid = made.flow(0, 20)
    marks = made.landmarks[0]
    rows, columns = np.nonzero(valid)
    assert marks[:17, 0].min() <= columns.min() <= columns.max() <= marks[:17, 0].max()
    assert rows.max() <= marks[8, 1] + 1
    for opening in (marks[36:42], marks[42:48], marks[60:68]):
        x, y = np.rint(opening.mean(0)).astype(int)
        assert not valid[y, x]
    cheek = np.rint((marks[31] + marks[4]) / 2).astype(int)
    assert valid[cheek[1], cheek[0]]
    assert (flow[~valid] == 0).all()
    assert 0.15 < valid.mean() < 0.45


def test_farneback_finds_most_of_the_motion() -> None:
    errors, moved = [], []
    for subject in range(3):
        made = render_clip(2, subject, THREE[subject % 3])
        assert made.clip.onset is not None
        assert made.clip.apex is not None
        pair = [made.clip.frames[at] for at in (made.clip.onset, made.clip.apex)]
        grey = [cv2.cvtColor(one, cv2.COLOR_RGB2GRAY) for one in pair]
        found = cv2.calcOpticalFlowFarneback(
            grey[0], grey[1], np.zeros((224, 224, 2), np.float32), 0.5, 3, 15, 3, 5, 1.2, 0
        )
        flow, valid = made.flow(made.clip.onset, made.clip.apex)
        errors.append(np.linalg.norm(found - flow, axis=2)[valid].mean())
        moved.append(np.linalg.norm(flow, axis=2)[valid].mean())
    assert np.mean(errors) < 0.2
    assert np.mean(errors) < 0.6 * np.mean(moved)


def test_the_cascade_finds_the_face() -> None:
    cascade = cv2.CascadeClassifier(cv2.data.haarcascades + "haarcascade_frontalface_default.xml")
    found = 0
    for subject in range(10):
        made = render_clip(11, subject, "positive")
        marks = made.landmarks[0]
        assert marks.min() >= 0
        assert marks.max() <= 223
        grey = cv2.cvtColor(made.clip.frames[0], cv2.COLOR_RGB2GRAY)
        centre = marks[27:36].mean(0)
        boxes = np.asarray(cascade.detectMultiScale(grey, 1.1, 5)).reshape(-1, 4)
        found += any(
            (box[:2] < centre - 30).all() and (box[:2] + box[2:] > centre + 30).all()
            for box in boxes
        )
    assert found >= 9


def test_the_index_names_clips_and_subjects() -> None:
    index = open_index("synthetic_clips:subjects=3,sequences=2,size=64,fps=100,seed=7")
    assert "synthetic_clips" in available()
    assert index.classes == THREE
    assert not index.cropped
    assert len(index) == 3 * 3 * 2
    row = index.table[index.table["item"] == "s002_surprise_01"].iloc[0]
    assert (row["subject"], row["label"], row["sequence"]) == (
        *("s002", "surprise"),
        "s002_surprise_01",
    )
    assert row["split"] is None
    assert row["dataset"] is None
    clip = index.load("s002_surprise_01")
    made = render_clip(7, 2, "surprise", 1, size=64, fps=100)
    np.testing.assert_array_equal(clip.frames[20], made.clip.frames[20])  # type: ignore[union-attr]
    assert (clip.onset, clip.apex, clip.offset, clip.fps) == (  # type: ignore[union-attr]
        *(made.clip.onset, made.clip.apex, made.clip.offset),
        100.0,
    )
    assert pickle.loads(pickle.dumps(index.load))("s000_negative_00").fps == 100.0


def test_annotation_as_far_as_it_is_wanted() -> None:
    full, onset, none = (
        open_index(f"synthetic_clips:subjects=1,annotated={word}").load("s000_positive_00")
        for word in ("yes", "onset", "no")
    )
    assert onset.onset == full.onset is not None  # type: ignore[union-attr]
    assert onset.offset == full.offset is not None  # type: ignore[union-attr]
    assert onset.apex is None  # type: ignore[union-attr]
    assert (none.onset, none.apex, none.offset) == (None, None, None)  # type: ignore[union-attr]


def test_clips_are_shared_out_as_in_the_composite_of_megc_2019() -> None:
    index = open_index("synthetic_clips:subjects=68,samples=442")
    table = index.table
    assert table["label"].value_counts().to_dict() == {
        **{"negative": 250, "positive": 109, "surprise": 83}
    }
    assert table["subject"].nunique() == 68
    sizes = table.groupby("subject").size()
    assert sizes.max() >= 4 * sizes.median() - 8
    assert (table.groupby("subject")["label"].nunique() == 1).any()
    assert table["item"].is_unique
    five = open_index("synthetic_clips:subjects=26,samples=247,classes=5")
    assert five.classes == FIVE
    assert five.table["label"].value_counts()["others"] == 102


def test_pretended_data_sets_differ() -> None:
    index = open_index("synthetic_clips:subjects=6,datasets=3,size=64")
    assert index.table.groupby("dataset")["subject"].nunique().to_dict() == {
        **{"synthetic_a": 2, "synthetic_b": 2, "synthetic_c": 2}
    }
    first = index.table.drop_duplicates("dataset").set_index("dataset")["item"]
    rates = {name: index.load(item).fps for name, item in first.items()}  # type: ignore[union-attr]
    assert rates == {"synthetic_a": 200.0, "synthetic_b": 100.0, "synthetic_c": 200.0}


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("people=3", "unknown option 'people=3'"),
        ("subjects=0", "subjects=0 gives no clips"),
        ("subjects=two", "not a whole number"),
        ("seed=-1", "seed=-1 is below 0"),
        ("sequences=-1", "is below 0"),
        ("samples=10", "is below subjects=20"),
        ("samples=40,sequences=2", "give one of them"),
        ("classes=7", "is not 3 or 5"),
        ("annotated=apex", "is not yes, onset or no"),
        ("still=perhaps", "neither yes nor no"),
        ("datasets=4", r"is outside 1\.\.3"),
        ("size=8", r"outside 64\.\.1024"),
        ("fps=5", r"fps=5 is outside 20\.\.1000"),
        ("fps=25,datasets=2", r"fps=12 is outside 20\.\.1000"),
    ],
)
def test_bad_options_are_one_clear_line(source: str, message: str) -> None:
    with pytest.raises(DatasetError, match=message) as error:
        open_index(f"synthetic_clips:{source}")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("label", "options", "message"),
    [
        ("bored", {}, "no class 'bored' among 3"),
        ("happy", {}, "no class 'happy' among 3"),
        ("positive", {"classes": 4}, "give 3 or 5"),
        ("positive", {"sequence": -1}, "0 or above"),
        ("positive", {"frames": 100}, "give 101 or more"),
        ("positive", {"frames": 200, "still": False}, "contradict"),
        ("positive", {"noise": -1.0}, "noise=-1.0 is outside"),
    ],
)
def test_bad_arguments(label: str, options: dict, message: str) -> None:  # type: ignore[type-arg]
    with pytest.raises(DatasetError, match=message):
        render_clip(0, 0, label, **options)


def test_bad_items_and_frames() -> None:
    load = open_index("synthetic_clips:subjects=1").load
    for item in ("face.png", "s000_happy_00"):
        with pytest.raises(DatasetError, match="is not like"):
            load(item)
    with pytest.raises(DatasetError, match="no frame 5000"):
        render_clip(0, 0, "positive").flow(0, 5000)
