"""Synthetic faces: determinism, ground truth, the index, and whether a detector sees faces."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ferkeras.datasets import available, open_index
from ferkeras.datasets._synthetic.geometry import perform, project
from ferkeras.datasets._synthetic.identity import sample_identity
from ferkeras.datasets._synthetic.recording import Pose
from ferkeras.datasets.synthetic import ACTION_UNITS, render
from ferkeras.errors import DatasetError

LABELS = ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")


def test_equal_arguments_give_equal_bytes_in_any_order() -> None:
    cases = [(0, 1, "sad", 0, 0), (0, 2, "happy", 1, 2), (5, 1, "sad", 0, 0), (0, 1, "sad", 0, 1)]
    np.random.seed(1)  # noqa: NPY002 (the global state must not matter)
    forth = [render(*case, size=64).picture.tobytes() for case in cases]
    np.random.seed(2)  # noqa: NPY002
    back = [render(*case, size=64).picture.tobytes() for case in reversed(cases)]
    assert forth == back[::-1]
    assert len(set(forth)) == len(cases)


def test_a_fresh_process_renders_the_same_bytes() -> None:
    code = (
        "import hashlib; from ferkeras.datasets.synthetic import render;"
        "print(hashlib.sha256(render(3, 4, 'fear', size=64).picture.tobytes()).hexdigest())"
    )
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    here = hashlib.sha256(render(3, 4, "fear", size=64).picture.tobytes()).hexdigest()
    assert there.stdout.strip() == here


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**40),
    subject=st.integers(0, 10**6),
    label=st.sampled_from(LABELS),
    size=st.integers(32, 160),
)
def test_shapes_ranges_and_landmark_order(seed: int, subject: int, label: str, size: int) -> None:
    face = render(seed, subject, label, size=size)
    assert face.picture.shape == (size, size, 3)
    assert face.picture.dtype == np.uint8
    assert face.landmarks.shape == (68, 2)
    assert face.landmarks.dtype == np.float32
    assert face.landmarks.min() >= 0
    assert face.landmarks.max() <= size - 1
    assert face.action_units.shape == (len(ACTION_UNITS),)
    assert face.action_units.min() >= 0
    assert face.action_units.max() <= 1
    assert max(abs(angle) for angle in face.pose) <= 10
    x, y = face.landmarks.T
    assert x[:4].max() < x[8] < x[13:17].min()  # the jaw runs from left to right
    assert x[36:42].max() < x[42:48].min()  # the left eye stands left
    assert y[17:27].mean() < y[36:48].mean() < y[31:36].mean() < y[48:68].mean() < y[8]
    lids = y[[41, 40, 47, 46]] - y[[37, 38, 43, 44]]
    assert lids.min() > 0


def test_pictures_of_a_sequence_are_nearly_equal_and_other_sequences_are_not() -> None:
    first, second, other = (
        render(0, 0, "happy", sequence, frame) for sequence, frame in ((0, 0), (0, 1), (1, 0))
    )
    near = np.linalg.norm(first.landmarks - second.landmarks, axis=1).mean()
    far = np.linalg.norm(first.landmarks - other.landmarks, axis=1).mean()
    assert 0 < near < 1.0 < far


def _mean_units(label: str) -> dict[int, float]:
    units = np.mean([render(0, person, label, size=32).action_units for person in range(25)], 0)
    return dict(zip(ACTION_UNITS, units, strict=True))


@pytest.mark.parametrize(
    ("label", "units"),
    [
        ("angry", {4, 5, 7, 23}),
        ("disgust", {9, 15}),
        ("fear", {1, 2, 4, 5, 20, 25}),
        ("happy", {6, 12}),
        ("sad", {1, 4, 15}),
        ("surprise", {1, 2, 5, 26}),
    ],
)
def test_expressions_follow_emfacs(label: str, units: set[int]) -> None:
    mean = _mean_units(label)
    others = max(mean[unit] for unit in set(ACTION_UNITS) - units - {25})
    assert min(mean[unit] for unit in units) > max(0.25, others - 0.1)
    neutral = _mean_units("neutral")
    assert max(neutral.values()) < 0.1


def test_the_cascade_finds_the_face_where_the_landmarks_are() -> None:
    index = open_index("synthetic:subjects=8,frames=1,seed=11")
    cascade = cv2.CascadeClassifier(cv2.data.haarcascades + "haarcascade_frontalface_default.xml")
    found = 0
    for item, label, subject in index.table[["item", "label", "subject"]].itertuples(index=False):
        face = render(11, int(subject[1:]), label)
        picture = index.load(item)
        np.testing.assert_array_equal(picture, face.picture)
        boxes = cascade.detectMultiScale(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), 1.1, 5)
        low, high = face.landmarks[17:].min(0), face.landmarks[17:].max(0)
        found += any(
            (box[:2] <= low + 6).all() and (box[:2] + box[2:] >= high - 6).all()
            for box in np.asarray(boxes).reshape(-1, 4)
        )
    assert found / len(index) >= 0.95


def test_landmarks_sit_on_what_is_drawn() -> None:
    """Irises are darker than the skin below the eye; an open mouth is darker than the chin."""
    darker = []
    for person in range(20):
        face = render(2, person, "surprise", size=192)
        grey = cv2.cvtColor(face.picture, cv2.COLOR_RGB2GRAY).astype(float)

        def at(point: np.ndarray, reach: int = 1, grey: np.ndarray = grey) -> float:
            x, y = np.rint(point).astype(int)
            return float(grey[y - reach : y + reach + 1, x - reach : x + reach + 1].mean())

        marks = face.landmarks
        for eye in (marks[36:42], marks[42:48]):
            below = eye[[4, 5]].mean(0) + 0.6 * (eye[[4, 5]].mean(0) - eye[[1, 2]].mean(0))
            darker.append(at(eye.mean(0), 2) < at(below, 2))
        darker.append(at(0.3 * marks[62] + 0.7 * marks[66]) < at(0.5 * marks[57] + 0.5 * marks[8]))
    assert np.mean(darker) >= 0.9


def test_landmarks_move_steadily_with_action_units_and_pose() -> None:
    identity = sample_identity(0, 0)
    for share in np.linspace(0, 1, 6):
        units = np.full(len(ACTION_UNITS), share)
        pose = Pose(yaw=10 * share, pitch=5.0, roll=-4.0, x=0.5, y=0.5, scale=0.25)
        turned = replace(pose, yaw=pose.yaw + 1e-3)
        here = project(perform(identity, units), pose, 128)
        assert np.abs(project(perform(identity, units + 1e-4), pose, 128) - here).max() < 0.01
        assert 0 < np.abs(project(perform(identity, units), turned, 128) - here).max() < 0.01


def test_the_index_names_subjects_sequences_and_frames() -> None:
    index = open_index("synthetic:subjects=3,sequences=2,frames=2,size=48,seed=7")
    assert "synthetic" in available()
    assert index.classes == LABELS
    assert not index.cropped
    assert len(index) == 3 * 7 * 2 * 2
    row = index.table[index.table["item"] == "s002_happy_01_00"].iloc[0]
    assert (row["subject"], row["label"]) == ("s002", "happy")
    assert row["sequence"] == "s002_happy_01"
    assert row["split"] is None
    assert (index.table.groupby("sequence").size() == 2).all()
    expected = render(7, 2, "happy", 1, 0, 48).picture
    np.testing.assert_array_equal(index.load("s002_happy_01_00"), expected)


def test_six_classes_leave_out_neutral() -> None:
    index = open_index("synthetic:subjects=1,classes=6")
    assert "neutral" not in index.classes
    assert len(index) == 6 * 3
    assert len(open_index("synthetic")) == 20 * 7 * 3


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("people=3", "no option 'people'"),
        ("subjects=0", "subjects=0 gives no pictures"),
        ("subjects=-1", "not a whole number"),
        ("subjects=two", "not a whole number"),
        ("subjects", "not a whole number"),
        ("seed=1,seed=2", "given twice"),
        ("classes=5", "give 7, or 6"),
        ("size=8", "outside 32..1024"),
    ],
)
def test_bad_options_are_one_clear_line(source: str, message: str) -> None:
    with pytest.raises(DatasetError, match=message) as error:
        open_index(f"synthetic:{source}")
    assert "\n" not in str(error.value)


def test_bad_arguments_of_render_and_load() -> None:
    with pytest.raises(DatasetError, match="no expression 'bored'"):
        render(0, 0, "bored")
    with pytest.raises(DatasetError, match="0 or above"):
        render(0, -1, "happy")
    with pytest.raises(DatasetError, match=r"item 'face\.png'"):
        open_index("synthetic:subjects=1").load("face.png")
