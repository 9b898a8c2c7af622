import subprocess
import sys

import cv2
import mtcnn_package
import numpy as np
import pytest
from moving_faces import rendered, turned
from skimage import data

from ferkeras.datasets.synthetic import render
from ferkeras.detect import load_detector
from ferkeras.detect._mtcnn_cascade import MtcnnCascade

ASTRONAUT = data.astronaut()


@pytest.fixture(scope="module")
def detector():
    return load_detector("mtcnn")


@pytest.fixture(scope="module")
def cascade():
    return MtcnnCascade()


def scaled(factor):
    return cv2.resize(ASTRONAUT, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)


def rotated(degrees, scale=1.0):
    matrix = cv2.getRotationMatrix2D((224, 115), degrees, scale)
    return cv2.warpAffine(ASTRONAUT, matrix, (512, 400))


def noise(height, width):
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)


@pytest.mark.parametrize("factor", [0.3, 1, 3])
def test_the_astronaut_with_landmarks(detector, factor):
    (face,) = detector.detect(scaled(factor))
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


PICTURES = {
    **{f"astronaut x {factor}": (lambda f=factor: scaled(f), 1) for factor in (0.15, 0.4, 1)},
    **{f"turned by {angle}": (lambda a=angle: rotated(a), 1) for angle in (-25, -15, 10, 20)},
    "far turned, and a thing taken for a face": (lambda: rotated(-40), 2),
    "small and turned": (lambda: rotated(25, 0.3), 1),
    "one box in another at last": (lambda: rotated(25, 0.5), 1),
    "two faces": (lambda: np.hstack([ASTRONAUT[:256], ASTRONAUT[:256, ::-1]]), 2),
    "a face half outside": (lambda: ASTRONAUT[90:, 225:], None),
    "moved": (lambda: rendered(turned(1.2, 0.2, (9, -7))), 1),
    "noisy": (lambda: rendered(turned(0.6), noise=20), 1),
    **{
        f"rendered, {label}": (lambda s=s, label=label: render(3, s, label).picture, 1)
        for s, label in enumerate(["happy", "sad", "surprise", "angry", "fear", "neutral"])
    },
    "a large rendered face": (lambda: render(4, 2, "disgust", size=320).picture, 1),
    "no face": (data.coffee, 0),
    "a cat": (data.chelsea, 0),
    "noise": (lambda: noise(200, 300), 0),
    "black": (lambda: np.zeros((120, 160, 3), np.uint8), 0),
    "strip": (lambda: noise(21, 300), 0),
    "tall strip": (lambda: noise(900, 31), 0),
}


@pytest.mark.parametrize("name", PICTURES)
def test_agrees_with_the_package_that_the_weights_are_from(cascade, name):
    make, count = PICTURES[name]
    picture = np.ascontiguousarray(make())
    boxes, scores, landmarks = cascade(picture)
    wanted = mtcnn_package.found(picture)
    assert len(boxes) == len(wanted[0])
    assert count in (None, len(boxes))
    assert boxes == pytest.approx(wanted[0], abs=0.02)
    assert scores == pytest.approx(wanted[1], abs=1e-3)
    assert landmarks == pytest.approx(wanted[2], abs=0.02)
    assert scores.tolist() == sorted(scores, reverse=True)


def test_two_faces_best_first_and_the_framing_of_viola_jones(detector):
    faces = detector.detect(np.hstack([ASTRONAUT[:256], ASTRONAUT[:256, ::-1]]))
    assert len(faces) == 2
    assert faces[0].score >= faces[1].score
    (other,) = load_detector("viola_jones").detect(ASTRONAUT)
    for face in faces:
        assert face.box[2] == pytest.approx(other.box[2], rel=0.12)


def test_many_small_faces_go_through_the_networks_in_parts(detector):
    tile = cv2.resize(ASTRONAUT[40:190, 150:300], (40, 40), interpolation=cv2.INTER_AREA)
    assert len(detector.detect(np.tile(tile, (9, 9, 1)))) == 81


@pytest.mark.parametrize(
    "shape", [(1, 1), (20, 20), (21, 21), (21, 700), (21, 300), (2000, 30), (30, 2000), (300, 300)]
)
@pytest.mark.parametrize("value", [0, 90, 255])
def test_no_face(detector, shape, value):
    assert detector.detect(np.full((*shape, 3), value, np.uint8)) == []


def test_the_same_again_whatever_was_seen_in_between(detector):
    def all_values(picture):
        return [(f.box, f.score, f.landmarks.tolist()) for f in detector.detect(picture)]

    first = all_values(ASTRONAUT)
    assert all_values(scaled(0.5)) != first
    assert all_values(ASTRONAUT) == first


def test_no_tensorflow_and_none_of_the_package_s_code_is_loaded():
    code = (
        "import sys, skimage.data\n"
        "from ferkeras.detect import load_detector\n"
        "assert len(load_detector('mtcnn').detect(skimage.data.astronaut())) == 1\n"
        "print(*sorted({'tensorflow', 'keras', 'mtcnn', 'tf2onnx'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []
    assert done.stderr == ""
