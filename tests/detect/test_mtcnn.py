import cv2
import numpy as np
import pytest
from skimage import data

from ferkeras.detect import load_detector

ASTRONAUT = data.astronaut()


@pytest.fixture(scope="module")
def detector():
    return load_detector("mtcnn")


@pytest.mark.parametrize("factor", [0.3, 1, 3])
def test_the_astronaut_with_landmarks(detector, factor):
    picture = cv2.resize(ASTRONAUT, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    (face,) = detector.detect(picture)
    x, y, width, height = np.array(face.box) / factor
    assert (x + width / 2, y + height / 2) == pytest.approx((224, 115), abs=8)
    assert width == pytest.approx(height)
    assert width == pytest.approx(100, rel=0.25)
    assert 0.9 < face.score <= 1
    # read off the photo by eye: eyes, nose, mouth corners; left is the picture's left
    seen = [(204, 101), (245, 102), (224, 124), (203, 139), (244, 140)]
    assert np.abs(face.landmarks / factor - seen).max() < 5
    assert face.landmarks.dtype == np.float32
    assert face.detector == detector.name == "mtcnn"


def test_two_faces_best_first_and_the_framing_of_viola_jones(detector):
    faces = detector.detect(np.hstack([ASTRONAUT[:256], ASTRONAUT[:256, ::-1]]))
    assert len(faces) == 2
    assert faces[0].score >= faces[1].score
    (other,) = load_detector("viola_jones").detect(ASTRONAUT)
    for face in faces:
        assert face.box[2] == pytest.approx(other.box[2], rel=0.12)


@pytest.mark.parametrize("shape", [(1, 1), (20, 20), (21, 21), (21, 700), (300, 300)])
def test_no_face(detector, shape):
    assert detector.detect(np.full((*shape, 3), 90, np.uint8)) == []
