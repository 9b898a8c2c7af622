from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from ferkeras.errors import MediaError
from ferkeras.explain.annotate import COLOURS, annotate
from ferkeras.explain.annotated_files import AnnotatedFiles
from ferkeras.recognizer import Recognition

CHANCES = {"anger": 0.1, "happiness": 0.7, "surprise": 0.2}


def face(box, label="happiness"):
    return Recognition(box, None, label, CHANCES, 1.0, "viola_jones")


def _luminance(colour):
    """Relative luminance of WCAG 2.1."""
    share = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in share]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("name", COLOURS)
def test_white_text_is_readable_on_every_plate(name):
    assert 1.05 / (_luminance(COLOURS[name]) + 0.05) >= 3.9


@pytest.mark.parametrize("grey", [0, 255])
def test_box_and_label_are_drawn_and_the_rest_stays(grey):
    picture = np.full((480, 640, 3), grey, np.uint8)
    drawn = annotate(picture, [face((200, 150, 120, 120))])
    assert (picture == grey).all()  # the input is not touched
    assert drawn.shape == picture.shape
    assert drawn.dtype == np.uint8
    colour = [int(COLOURS["happiness"][i : i + 2], 16) for i in (1, 3, 5)]
    assert (drawn[200, 200] == colour).all()
    assert (drawn[300:, 500:] == grey).all()
    assert (drawn[155:260, 210:310] == grey).all()  # the face itself is left free


@settings(max_examples=20, deadline=None)
@given(
    size=st.tuples(st.integers(1, 400), st.integers(1, 400)),
    box=st.tuples(*[st.floats(-100, 400)] * 2, *[st.floats(0.5, 500)] * 2),
)
def test_any_picture_and_any_box(size, box):
    picture = np.zeros((*size, 3), np.uint8)
    drawn = annotate(picture, [face(box)])
    factors = {drawn.shape[0] / size[0], drawn.shape[1] / size[1]}
    assert len(factors) == 1
    assert factors.pop().is_integer()


def test_no_face_leaves_the_picture_as_it_is():
    picture = np.random.default_rng(0).integers(0, 256, (330, 350, 3), dtype=np.uint8)
    np.testing.assert_array_equal(annotate(picture, []), picture)


def test_files_are_named_after_their_sources(tmp_path):
    picture = np.zeros((320, 336, 3), np.uint8)
    with AnnotatedFiles(tmp_path / "out") as files:
        assert files.add(picture, [], "a/photo.jpg").name == "photo.png"
        for number in range(3):
            where = files.add(picture, [face((9, 90, 99, 99))], "clip.avi", number / 5)
            assert where.name == "clip.mp4"
        assert files.add(picture, [], "b/photo.jpg").name == "photo-2.png"
        files.add(picture, [], "one_frame.avi", 0.0)
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["clip.mp4", "one_frame.mp4", "photo-2.png", "photo.png"]
    with Image.open(tmp_path / "out" / "photo.png") as copy:
        assert copy.size == (336, 320)
    video = cv2.VideoCapture(str(tmp_path / "out" / "clip.mp4"))
    assert video.get(cv2.CAP_PROP_FRAME_COUNT) == 3
    assert video.get(cv2.CAP_PROP_FPS) == pytest.approx(5)
    video.release()
    (tmp_path / "file").touch()
    with pytest.raises(MediaError, match="cannot be made a folder"):
        AnnotatedFiles(tmp_path / "file")
