import dataclasses
import shutil

import numpy as np
import pytest
from clips import (
    CARD,
    SPEC,
    FakeDetector,
    FakeRunner,
    clip_model,  # noqa: F401
    course,
    moving_face,
)
from fake_restorer import restorers  # noqa: F401

from ferkeras import Recognizer
from ferkeras.errors import ModelFileError
from ferkeras.prepare import LowClip, analyse_clip
from ferkeras.recognizer.registered_motion import registered_motion
from ferkeras.runtime import read_card, write_card
from ferkeras.types import Clip, ResolutionSpec

COURSE = course(24, onset=3, apex=10, offset=20)
FRAMES = moving_face(COURSE, pixels=8)


def low(restore, **settings):
    resolution = ResolutionSpec(24, str(restore), **settings)
    return dataclasses.replace(SPEC, resolution=resolution)


def stream(spec, frames):
    one = Recognizer(FakeRunner(), dataclasses.replace(CARD, input=spec), FakeDetector())
    return one.stream_clip(Clip(frames, 50.0, "interview"))


def test_a_stream_sees_its_movements_at_low_resolution(restorers):  # noqa: F811
    rest = moving_face(np.zeros(30))
    (found,) = stream(low(restorers.source, blur=False), np.concatenate([rest, FRAMES, rest]))
    assert abs(found.apex - 40) <= 3
    face = found.analysis.apex_face
    assert face.shape == (96, 96, 3)
    assert np.array_equal(face, face[::4, ::4].repeat(4, axis=0).repeat(4, axis=1))
    assert any(np.array_equal(one // 2, face[::4, ::4]) for one in restorers.seen)
    assert len(restorers.seen) <= 2 * 4  # onset and apex of the windows that saw it


@pytest.mark.parametrize("seed", range(4))
def test_one_draw_for_a_window_that_of_its_first_face(seed):
    spec = low("bicubic", seed=seed)
    faces = [face[40:168, 40:168] for face in FRAMES]
    motion = registered_motion(faces, None, spec)
    whole = LowClip(spec.resolution, faces[0])
    clip = Clip(faces, onset=motion.onset, apex=motion.apex)
    plain = dataclasses.replace(SPEC, margin=0.0)
    as_is = analyse_clip(clip, plain, None, cropped=True)
    np.testing.assert_array_equal(motion.onset_face, whole.restored(as_is.onset_face))
    np.testing.assert_array_equal(motion.apex_face, whole.restored(as_is.apex_face))


def test_a_model_brings_its_resolution_along_in_its_card(clip_model, restorers, tmp_path):  # noqa: F811
    folder = tmp_path / "model"
    shutil.copytree(clip_model.folder, folder)
    card = read_card(folder)
    write_card(folder, dataclasses.replace(card, input=low(restorers.source)))
    loaded = Recognizer.load(folder, detector=FakeDetector())
    result = loaded.predict_clip(FRAMES, onset=3, apex=10)
    assert result.analysis.flow.shape == (96, 96, 2)
    assert len(restorers.seen) == 2
    write_card(folder, dataclasses.replace(card, input=low("esrgan/no")))
    with pytest.raises(
        ModelFileError, match=r"takes restored faces: .*'esrgan/no'.* of card\.json"
    ):
        Recognizer.load(folder, detector=FakeDetector())
