import numpy as np
import pytest
from moving_faces import (
    BOX,
    MOUTH,
    POINTS,
    Finds,
    Reads,
    bump,
    found_face,
    one_face,
    rendered,
    smile,
    turned,
)

from ferkeras.detect import load_detector
from ferkeras.detect.align import TEMPLATE
from ferkeras.prepare import analyse_clip
from ferkeras.types import Clip, Face, FlowSpec, InputSpec

SPEC = InputSpec("flow_whole", 28, 28, 3, "viola_jones", flow=FlowSpec())
HEAD_ONLY = InputSpec("flow_whole", 28, 28, 3, flow=FlowSpec(compensate=False))
SIZE = SPEC.flow.face_size


def jitter(number):
    return turned(1.0, 0.01 * np.sin(number), (1.5 * np.sin(number / 3), np.cos(number / 2)))


def course(count=15, onset=4, apex=9, offset=13, strength=1.2):
    """Frames with a smile that comes and goes, and a head that is never still."""
    rise, fall = np.arange(onset, apex + 1), np.arange(apex, offset + 1)
    level = np.zeros(count)
    level[rise] = np.sin(np.linspace(0, np.pi / 2, len(rise)))
    level[fall] = np.cos(np.linspace(0, np.pi / 2, len(fall)))
    return [
        lambda n=n: rendered(jitter(n), smile(strength * level[n]), noise=1.0, seed=n)
        for n in range(count)
    ]


def test_annotated_reads_two_frames_and_sees_the_movement():
    frames = Reads(*course())
    detector = load_detector("viola_jones")
    motion = analyse_clip(Clip(frames, 100.0, "a.avi", 4, 9, 13), SPEC, detector)
    assert frames.asked == [4, 9]
    assert (motion.onset, motion.apex, motion.offset) == (4, 9, 13)
    assert (motion.spotted, motion.onset_estimated, motion.curve) == (False, False, None)
    assert motion.faces_seen == 1
    assert motion.landmarks is None
    assert motion.onset_face.shape == motion.apex_face.shape == (SIZE, SIZE, 3)
    assert motion.flow.shape == (SIZE, SIZE, 2)
    assert motion.strain.shape == (SIZE, SIZE)
    x, y, side, _ = motion.face.box
    scale = SIZE / side
    down, across = np.mgrid[:SIZE, :SIZE]
    place = jitter(4)
    mouth = place[:, :2] @ np.array(MOUTH) + place[:, 2]
    at = (mouth - [x - 0.5, y - 0.5]) * scale - 0.5
    expected = 1.2 * scale * bump(at, 9.0 * scale)(across, down)
    near = expected > 0.3 * scale
    error = np.abs(motion.flow[..., 1] - expected)
    assert error[near].mean() < 0.2 * expected[near].mean()
    assert np.median(error[~near]) < 0.1
    assert np.median(np.abs(motion.flow[..., 0])) < 0.1


@pytest.mark.parametrize(
    "head",
    [turned(shift=(3.4, -2.3)), turned(angle=0.08), turned(1.04, -0.05, (-2.0, 5.0))],
    ids=["shift", "turn", "all"],
)
def test_registration_takes_the_head_motion_out(head):
    clip = Clip([rendered(), rendered(head)], onset=0, apex=1)
    motion = analyse_clip(clip, HEAD_ONLY, Finds(found_face()))
    speed = np.hypot(*np.moveaxis(motion.flow[10:-10, 10:-10], -1, 0))
    # 98 pixels of face are shown as 224, and the head moves by 4 to 6 of them
    assert np.median(speed) < 0.06
    assert np.quantile(speed, 0.95) < 0.25


@pytest.mark.parametrize("annotated", [{}, {"onset": 4}, {"onset": 4, "offset": 13}])
def test_spotted_is_near_where_it_is(annotated):
    frames = Reads(*course())
    motion = analyse_clip(Clip(frames, **annotated), SPEC, one_face())
    assert abs(motion.apex - 9) <= 2
    assert abs(motion.onset - 4) <= 3
    assert motion.onset < motion.apex <= motion.offset
    assert (motion.spotted, motion.onset_estimated) == (True, "onset" not in annotated)
    if "onset" in annotated:
        assert motion.onset == 4
    if "offset" in annotated:
        assert motion.offset == 13
    first, last = annotated.get("onset", 0), annotated.get("offset", 14)
    assert frames.asked == list(range(first, last + 1))  # each once
    assert motion.curve.shape == (15,)
    assert np.isfinite(motion.curve[first : last + 1]).all()
    assert np.isnan(motion.curve[:first]).all()
    assert np.isnan(motion.curve[last + 1 :]).all()
    assert motion.flow[..., 1].max() > 1.0


def test_the_face_is_that_of_the_onset_frame():
    """Found in the first frame, but the head moves before the movement of the face begins."""
    still = [rendered(turned(shift=(1.5 * n, 0)), seed=n, noise=1) for n in range(5)]
    place = turned(shift=(6, 0))
    moves = [rendered(place, smile(s), seed=9, noise=1) for s in (0.3, 0.9, 1.4, 1.6, 1.5)]
    motion = analyse_clip(Clip(still + moves), SPEC, one_face())
    assert motion.face.box[0] - BOX[0] == pytest.approx(1.5 * min(motion.onset, 4), abs=0.1)


def test_detected_once_and_landmarks_travel():
    detector = one_face()
    clip = Clip([rendered(jitter(3)), rendered(turned(angle=0.1, shift=(4, 2)))], onset=0, apex=1)
    motion = analyse_clip(clip, SPEC, detector)
    assert len(detector.seen) == 1
    scale = SIZE / BOX[2]
    expected = (POINTS + 0.5 - BOX[:2]) * scale - 0.5  # on the onset face, so on the apex face
    assert motion.landmarks == pytest.approx(expected, abs=1e-3)
    assert motion.landmarks.dtype == np.float32


def test_landmarks_lie_where_mtcnn_sees_them_on_the_apex_face():
    detector = load_detector("mtcnn")
    frames = [rendered(), rendered(turned(1.03, 0.06, (5, -3)), smile(1.5))]
    motion = analyse_clip(Clip(frames, onset=0, apex=1), SPEC, detector)
    seen = np.pad(motion.apex_face, ((60, 60), (60, 60), (0, 0)), mode="edge")
    found = detector.detect(seen)[0].landmarks - 60
    error = np.linalg.norm(motion.landmarks - found, axis=1)
    assert error.max() < 0.03 * SIZE  # a region has half the side


def test_a_way_too_far_for_one_step_is_gone_in_many():
    steps = [turned(1.03**n, 0.09 * n, (0, 0)) for n in range(9)]
    frames = Reads(*[lambda m=m: rendered(m) for m in steps])
    motion = analyse_clip(Clip(frames, onset=0, apex=8), HEAD_ONLY, one_face())
    assert frames.asked == [0, 8, *range(1, 8)]
    assert np.median(np.abs(motion.flow)) < 0.1


def test_align_turns_the_face_upright():
    spec = InputSpec("flow_whole", 28, 28, 3, align=True, margin=0.1, flow=FlowSpec())
    start = turned(angle=0.4)
    points = (POINTS @ start[:, :2].T + start[:, 2]).astype(np.float32)
    clip = Clip([rendered(start), rendered(turned(angle=0.42), smile(1))], onset=0, apex=1)
    motion = analyse_clip(clip, spec, one_face(points))
    side = SIZE / 1.2
    assert motion.landmarks == pytest.approx(TEMPLATE * side + 0.1 * side - 0.5, abs=0.01)
    upright = analyse_clip(Clip([rendered()] * 2, onset=0, apex=1), spec, one_face())
    alike = np.corrcoef(motion.onset_face.ravel(), upright.onset_face.ravel())[0, 1]
    assert alike > 0.99


def test_of_two_faces_the_best_counts():
    best, other = Face(BOX, score=2.0), Face((5.0, 5.0, 30.0, 30.0), score=1.0)
    clip = Clip([rendered(), rendered()], onset=0, apex=1)
    motion = analyse_clip(clip, SPEC, Finds(best, other))
    assert motion.faces_seen == 2
    assert motion.face.box == BOX


def test_two_real_faces_are_both_seen():
    pair = [np.hstack([rendered(m), rendered()]) for m in (turned(), turned(shift=(2, 1)))]
    motion = analyse_clip(Clip(pair, onset=0, apex=1), HEAD_ONLY, load_detector("viola_jones"))
    assert motion.faces_seen == 2
