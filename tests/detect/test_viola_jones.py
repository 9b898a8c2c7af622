import time

import cv2
import numpy as np
import pytest
from skimage import data

from ferkeras.detect import load_detector
from ferkeras.errors import MediaError
from ferkeras.media import as_picture

ASTRONAUT = data.astronaut()
# seen by eye: the face reaches from the upper forehead to the chin
FACE_CENTRE, FACE_SIDE = (224, 115), 100


@pytest.fixture(scope="module")
def detector():
    return load_detector("viola_jones")


def scaled(factor):
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    return cv2.resize(ASTRONAUT, None, fx=factor, fy=factor, interpolation=how)


@pytest.mark.parametrize("factor", [0.26, 0.5, 1, 1.7, 4, 8])
def test_the_astronaut_is_found_at_every_size(detector, factor):
    (face,) = detector.detect(scaled(factor))
    x, y, width, height = np.array(face.box) / factor
    assert (x + width / 2, y + height / 2) == pytest.approx(FACE_CENTRE, abs=8)
    assert width == height == pytest.approx(FACE_SIDE, rel=0.25)
    assert face.landmarks is None
    assert face.detector == detector.name == "viola_jones"


def test_four_small_faces_in_a_large_picture(detector):
    tile = cv2.resize(ASTRONAUT[20:220, 120:320], (80, 80), interpolation=cv2.INTER_AREA)
    picture = np.full((600, 800, 3), 150, np.uint8)
    corners = [(40, 60), (620, 90), (100, 420), (560, 450)]
    for x, y in corners:
        picture[y : y + 80, x : x + 80] = tile
    faces = detector.detect(picture)
    centres = sorted((f.box[0] + f.box[2] / 2, f.box[1] + f.box[3] / 2) for f in faces)
    assert centres == [pytest.approx((x + 40, y + 40), abs=8) for x, y in sorted(corners)]
    assert [f.score for f in faces] == sorted((f.score for f in faces), reverse=True)


@pytest.mark.parametrize(
    "picture",
    [
        data.coffee(),
        data.chelsea(),
        np.zeros((1, 1, 3), np.uint8),
        np.zeros((30, 2000, 3), np.uint8),
    ],
    ids=["coffee", "cat", "one pixel", "strip"],
)
def test_no_face(detector, picture):
    assert detector.detect(picture) == []


def test_grey_arrays_and_wrong_ones(detector):
    assert len(detector.detect(as_picture(ASTRONAUT[..., 1]))) == 1
    with pytest.raises(MediaError, match="not a picture"):
        detector.detect(np.zeros((4, 4, 2), np.uint8))


def test_the_same_again_and_quickly(detector):
    """No timing test; guards against a search of the full picture, which takes half a second."""
    picture = scaled(3)
    first = detector.detect(picture)
    start = time.thread_time()
    assert detector.detect(picture) == first
    assert time.thread_time() - start < 0.4
