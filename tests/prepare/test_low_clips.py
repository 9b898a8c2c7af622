import dataclasses

import cv2
import low_faces
import numpy as np
import pytest
from fake_restorer import restorers  # noqa: F401
from moving_faces import PORTRAIT, Reads, one_face, rendered, smile, turned

from ferkeras.errors import FaceError
from ferkeras.flow import optical_flow, spot_apex
from ferkeras.prepare import analyse_clip, flow_image_input
from ferkeras.types import Clip, FlowImage, FlowSpec, InputSpec, ResolutionSpec

SPEC = InputSpec("flow_whole", 28, 28, 3, flow=FlowSpec(compensate=False))
SIZE = SPEC.flow.face_size


def low(restore="bicubic", spec=SPEC, **settings):
    return dataclasses.replace(spec, resolution=ResolutionSpec(32, restore, **settings))


def frames(seed=0):
    move = turned(angle=0.03, shift=(2, 1))
    return [rendered(noise=1, seed=seed), rendered(move, smile(1.5), noise=1, seed=seed + 1)]


def expected(face, median, blur=True):
    small = low_faces.small(low_faces.sharp(face, 32), blur=blur, median=median)
    return low_faces.keys(small, (128, 128))


def alike(face, other):
    """To the bit, but for ties of a half."""
    difference = np.abs(face.astype(int) - other)
    return difference.max() <= 1 and (difference > 0).mean() < 0.001


def test_registered_faces_are_made_small_by_one_draw():
    drawn = []
    for seed in range(6):
        clip = Clip(frames(3 * seed), onset=0, apex=1)
        as_is = analyse_clip(clip, SPEC, one_face())
        motion = analyse_clip(clip, low(), one_face())
        pair = (motion.onset_face, as_is.onset_face), (motion.apex_face, as_is.apex_face)
        with_median = [alike(face, expected(before, True)) for face, before in pair]
        without = [alike(face, expected(before, False)) for face, before in pair]
        assert with_median[0] == with_median[1] != without[0] == without[1]
        drawn.append(with_median[0])
        assert motion.landmarks + 0.5 == pytest.approx((as_is.landmarks + 0.5) * 128 / SIZE)
        assert (motion.face, motion.faces_seen) == (as_is.face, as_is.faces_seen)
        np.testing.assert_array_equal(
            motion.flow, optical_flow(motion.onset_face, motion.apex_face)
        )
    assert len(set(drawn)) == 2


def test_what_moves_by_half_a_small_pixel_is_still_seen():
    """Stretched to 224 pixels it is not: 0.02 of the movement is left then."""
    clip = Clip(frames(), onset=0, apex=1)
    spec = dataclasses.replace(SPEC, flow=FlowSpec())
    truth = cv2.resize(analyse_clip(clip, spec, one_face()).flow[..., 1], (128, 128)) * 128 / SIZE
    seen = analyse_clip(clip, low("bicubic", spec), one_face()).flow[..., 1]
    mouth = truth > truth.max() / 2
    assert np.corrcoef(truth.ravel(), seen.ravel())[0, 1] > 0.7
    assert seen[mouth].mean() > 0.2 * truth[mouth].mean()


def test_small_windows_are_averaged():
    spec = dataclasses.replace(SPEC, flow=FlowSpec(face_size=64, compensate=False))
    clip = Clip(frames(), onset=0, apex=1)
    before = analyse_clip(clip, spec, one_face()).onset_face
    face = analyse_clip(clip, low("bicubic", spec, blur=False), one_face()).onset_face
    small = low_faces.small(low_faces.sharp(before, 32), blur=False)
    large = low_faces.keys(small, (128, 128)).astype(float)
    assert alike(face, np.rint(large.reshape(64, 2, 64, 2, 3).mean(axis=(1, 3))))


def test_only_onset_and_apex_are_restored(restorers):  # noqa: F811
    clip = Clip(frames(), onset=0, apex=1)
    motion = analyse_clip(clip, low(restorers.source), one_face())
    assert len(restorers.seen) == 2
    dark = (restorers.seen[0] // 2).repeat(4, axis=0).repeat(4, axis=1)
    assert np.array_equal(motion.onset_face, dark)
    assert motion.flow.shape == (128, 128, 2)


def test_an_apex_is_looked_for_in_small_faces(restorers, monkeypatch):  # noqa: F811
    looked_at = []

    def spot(faces, **settings):
        looked_at.extend(faces)
        return spot_apex(faces, **settings)

    monkeypatch.setattr("ferkeras.prepare._clip_motion.spot_apex", spot)
    levels = [0, 0, 0, 0.5, 1, 1.4, 1.6, 1.2, 0.6, 0.2]
    clip = Clip(Reads(*[lambda s=s: rendered(expression=smile(s)) for s in levels]))
    motion = analyse_clip(clip, low(restorers.source, blur=False), one_face())
    assert abs(motion.apex - 6) <= 2
    assert len(restorers.seen) == 2
    as_is = analyse_clip(Clip(clip.frames, onset=0, apex=6), SPEC, one_face()).onset_face
    assert len(looked_at) == len(levels)
    assert alike(looked_at[0], expected(as_is, False, blur=False))


def test_face_crops_go_the_same_way():
    crops = [PORTRAIT[60:170, 60:170], rendered(expression=smile(2))[60:170, 60:170]]
    motion = analyse_clip(Clip(crops, onset=0, apex=1), low(blur=False), None, cropped=True)
    before = analyse_clip(Clip(crops, onset=0, apex=1), SPEC, None, cropped=True).apex_face
    assert alike(motion.apex_face, expected(before, False, blur=False))


def test_ready_made_flow_has_no_frames():
    image = FlowImage(cv2.resize(PORTRAIT, (28, 28)))
    with pytest.raises(FaceError, match="no frames that could be brought to a low resolution"):
        flow_image_input(image, low())
    assert flow_image_input(image, SPEC).shape == (28, 28, 3)


def test_none_is_bicubic_since_flow_needs_larger_faces():
    clip = Clip(frames(), onset=0, apex=1)
    one, other = (analyse_clip(clip, low(how), one_face()) for how in ("none", "bicubic"))
    np.testing.assert_array_equal(one.flow, other.flow)
