import re

import numpy as np
import pytest
from moving_faces import (
    BOX,
    BROW,
    CENTRE,
    MOUTH,
    PORTRAIT,
    STILL,
    bump,
    distance,
    found_face,
    rendered,
    turned,
)
from skimage import data

from ferkeras.detect import available
from ferkeras.detect.align import TEMPLATE
from ferkeras.detect.track import FaceTracker
from ferkeras.errors import MediaError
from ferkeras.types import Face

MOTIONS = {
    "shift": turned(shift=(0.37, -0.21)),
    "shift, turn": turned(angle=0.03, shift=(-3.4, 2.2)),
    "turn": turned(angle=-0.12),
    "growth": turned(scale=1.06, shift=(1.5, 0.0)),
    "far": turned(scale=0.95, angle=0.1, shift=(9.0, -7.0)),
}


def tracker(picture=None, face=None):
    return FaceTracker(rendered() if picture is None else picture, face or found_face())


@pytest.mark.parametrize("name", MOTIONS)
def test_known_motion_is_found_to_hundredths_of_a_pixel(name):
    found = tracker().follow(rendered(MOTIONS[name]))
    assert not found.lost
    assert found.reason == ""
    assert found.motion.dtype == np.float64
    assert distance(found.motion, MOTIONS[name]) < 0.05


@pytest.mark.parametrize(
    "light",
    [
        {"noise": 6.0},
        {"gain": 1.2, "offset": -15.0},
        {"gain": 0.4},
        {"gain": 0.8, "offset": 40.0, "noise": 3.0},
    ],
)
def test_light_and_noise_hardly_matter(light):
    start = rendered(noise=light.get("noise", 0.0), seed=1)
    found = tracker(start).follow(rendered(MOTIONS["shift, turn"], seed=2, **light))
    assert distance(found.motion, MOTIONS["shift, turn"]) < 0.06


def test_no_drift_in_a_long_video():
    follower = tracker()
    for number in range(30):
        angle, shift = 0.2 * np.sin(number / 5), (14 * np.sin(number / 4), 6 * np.cos(number / 3))
        motion = turned(1 + 0.004 * number, angle, shift)
        flicker = 1 + 0.1 * (-1) ** number
        found = follower.follow(rendered(motion, gain=flicker, noise=2, seed=number))
        assert not found.lost, found.reason
        assert distance(found.motion, motion) < 0.06


@pytest.mark.parametrize("place", [MOUTH, BROW])
def test_an_expression_does_not_pull_the_head_along(place):
    muscle = bump(place, 9.0)
    picture = rendered(turned(shift=(0.5, 0.5)), lambda x, y: 2 * muscle(x, y))
    assert distance(tracker().follow(picture).motion, turned(shift=(0.5, 0.5))) < 0.1


def test_the_background_stays_and_the_head_moves():
    y, x = np.mgrid[:224, :224]

    def scene(shift):
        radius = np.hypot((x - CENTRE[0] - shift) / 56, (y - CENTRE[1] + 10) / 72)
        inside = np.clip((1 - radius) * 15 + 0.5, 0, 1)[..., None]
        wall = np.ascontiguousarray(data.coffee()[:224, :224])
        mixed = inside * rendered(turned(shift=(shift, 0))) + (1 - inside) * wall
        return np.rint(mixed).astype(np.uint8)

    found = tracker(scene(0.0)).follow(scene(4.3))
    assert distance(found.motion, turned(shift=(4.3, 0))) < 0.1


def test_the_face_moves_along():
    points = (TEMPLATE * BOX[2] + [BOX[0] - 0.5, BOX[1] - 0.5]).astype(np.float32)
    face = Face(BOX, score=3.0, landmarks=points, detector="some")
    motion = turned(1.05, 0.1, (4.0, -3.0))
    moved = tracker(face=face).follow(rendered(motion)).face
    assert (moved.score, moved.detector) == (3.0, "some")
    expected = points @ motion[:, :2].T + motion[:, 2]
    assert moved.landmarks == pytest.approx(expected, abs=0.1)
    assert moved.landmarks.dtype == np.float32
    x, y, width, height = moved.box
    assert (width, height) == pytest.approx((1.05 * BOX[2], 1.05 * BOX[3]), abs=0.1)
    middle = np.array([BOX[0] + BOX[2] / 2 - 0.5, BOX[1] + BOX[3] / 2 - 0.5])
    expected = motion[:, :2] @ middle + motion[:, 2] + 0.5
    assert (x + width / 2, y + height / 2) == pytest.approx(tuple(expected), abs=0.1)


def test_a_turned_face_is_framed_by_its_landmarks():
    upright = (TEMPLATE * BOX[2] + [BOX[0] - 0.5, BOX[1] - 0.5]).astype(np.float32)
    start = turned(angle=0.6)
    points = (upright @ start[:, :2].T + start[:, 2]).astype(np.float32)
    more = turned(angle=0.65, shift=(1, 1))
    found = tracker(rendered(start), Face(BOX, landmarks=points)).follow(rendered(more))
    expected = np.vstack([more, [0, 0, 1]]) @ np.linalg.inv(np.vstack([start, [0, 0, 1]]))
    assert distance(found.motion, expected[:2]) < 0.05


LOSSES = {
    "covered": (lambda: np.full_like(PORTRAIT, 120), "points could be followed"),
    "dark": (lambda: np.zeros_like(PORTRAIT), "points could be followed"),
    "another scene": (lambda: data.coffee()[:224, :224].copy(), "followed|texture"),
    "mirrored": (lambda: PORTRAIT[:, ::-1].copy(), "followed|texture|would"),
    "much larger": (lambda: rendered(turned(1.8)), "followed|times as large"),
}


@pytest.mark.parametrize("name", LOSSES)
def test_a_face_that_is_gone_is_lost_and_may_come_back(name):
    picture, reason = LOSSES[name]
    follower = tracker()
    motion = turned(shift=(2, 1))
    follower.follow(rendered(motion))
    found = follower.follow(picture())
    assert found.lost
    assert re.search(reason, found.reason)
    assert distance(found.motion, motion) < 0.05  # where it was last
    assert not follower.follow(rendered(motion)).lost


def test_a_head_that_walks_out_of_the_picture_is_lost():
    follower = tracker()
    steps = [follower.follow(rendered(turned(shift=(-12 * n, 0)))) for n in range(11)]
    assert not any(found.lost for found in steps[:6])
    assert steps[-1].lost


def test_no_texture_cannot_be_followed():
    flat = np.full((90, 90, 3), 70, np.uint8)
    found = FaceTracker(flat, Face((20.0, 20.0, 50.0, 50.0))).follow(flat)
    assert found.lost
    assert "only 0 of its 0 points" in found.reason


def test_a_still_picture_does_not_move():
    assert distance(tracker(PORTRAIT).follow(PORTRAIT).motion, STILL) < 0.005


def test_another_size_is_one_clear_line():
    with pytest.raises(MediaError, match="100x50 pixels in a video of 224x224"):
        tracker().follow(np.zeros((50, 100, 3), np.uint8))


def test_it_is_no_detector():
    assert available() == ["mtcnn", "viola_jones"]
