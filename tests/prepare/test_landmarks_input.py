"""Landmarks as a model's input, against closed forms."""

import os

import numpy as np
import pytest
import skimage.data
from landmark_files import MEAN, lbf

from ferkeras.datasets import Index
from ferkeras.detect import landmarks, load_detector
from ferkeras.detect.point_schemes import scheme_of
from ferkeras.errors import FaceError, FerkerasError
from ferkeras.inputs import Augmentation, batches, prepare_index
from ferkeras.prepare import mirror, needs_detector, prepare, prepare_crop, prepare_sample
from ferkeras.types import Face, InputSpec, Sample

PICTURE = np.full((120, 160, 3), 90, np.uint8)
FIVE = InputSpec("landmarks", detector="mtcnn", landmarks="mtcnn", margin=0.25)
POINTS = np.array([[40, 40], [70, 40], [55, 60], [42, 80], [68, 80]], np.float32)
ASTRONAUT = skimage.data.astronaut()


def spec68(path, **settings):
    return InputSpec("landmarks", landmarks=str(path), **settings)


def test_the_square_with_its_margin_is_0_to_255():
    face = Face((30.0, 20.0, 40.0, 80.0), landmarks=POINTS)  # square: 80, from x = 10 on
    found = prepare(PICTURE, face, FIVE)  # with margins: 120, from (-10, 0) on
    assert (found.shape, found.dtype) == ((5, 2), np.float32)
    np.testing.assert_allclose(found, 255 * (POINTS + np.array([10.5, 0.5])) / 120, atol=1e-4)
    assert (found % 1 != 0).any()  # not rounded


def test_points_outside_are_moved_to_the_border():
    face = Face((45.0, 30.0, 40.0, 40.0), landmarks=POINTS)
    tight = InputSpec("landmarks", detector="mtcnn", landmarks="mtcnn")
    plain = 255 * (POINTS + np.array([0.5 - 45, 0.5 - 30])) / 40
    np.testing.assert_allclose(prepare(PICTURE, face, tight), plain.clip(0, 255), atol=1e-4)
    assert plain.min() < 0 < 255 < plain.max()


@pytest.mark.parametrize("margin", [0.0, 0.15])
def test_a_model_file_is_asked_in_the_face_box(tmp_path, margin):
    spec = spec68(lbf(tmp_path / "lbf.yaml"), margin=margin)
    found = prepare(PICTURE, Face((30.0, 20.0, 80.0, 80.0)), spec)
    side = 80 * (1 + 2 * margin)
    np.testing.assert_allclose(found, 255 * (MEAN * 40 + 0.5 + side / 2) / side, atol=1e-3)


def test_landmarks_beside_the_face_are_no_landmarks():
    with pytest.raises(FaceError, match="do not lie on the face"):
        prepare(PICTURE, Face((100.0, 20.0, 30.0, 30.0), landmarks=POINTS), FIVE)
    with pytest.raises(FaceError, match="detector has found"):
        prepare(PICTURE, None, FIVE)
    with pytest.raises(FaceError, match="'viola_jones' gives no landmarks"):
        prepare(PICTURE, Face((30.0, 20.0, 40.0, 40.0), detector="viola_jones"), FIVE)


class Fixed:
    """Finds one face in every picture that is framed widely enough."""

    name = "fixed"

    def __init__(self, border):
        self.border = border  # that it needs

    def detect(self, picture):
        if picture.shape[0] < 120 + 2 * self.border:
            return []
        shift = np.float32(self.border)
        return [Face((30.0 + shift, 20.0 + shift, 80.0, 80.0), landmarks=POINTS + shift)]


def test_in_a_crop_the_whole_square_is_0_to_255(tmp_path):
    assert needs_detector(FIVE, cropped=True)
    # without the border that the detector needed: 30 % of the longer side
    for border in (0, 48):
        found = prepare_crop(PICTURE, FIVE, Fixed(border))
        np.testing.assert_allclose(found, 255 * (POINTS + np.array([0.5, 20.5])) / 160, atol=1e-4)
    spec = spec68(lbf(tmp_path / "lbf.yaml"), margin=0.3)
    found = prepare_sample(PICTURE, spec, Fixed(48), cropped=True)
    wanted = 255 * (MEAN * 40 + (70.5, 60.5 + 20)) / 160
    np.testing.assert_allclose(found, wanted, atol=1e-3)
    with pytest.raises(FaceError, match="no face found by fixed in the face crop"):
        prepare_crop(PICTURE, FIVE, Fixed(99))
    with pytest.raises(FaceError, match="needs a detector for face crops"):
        prepare_crop(PICTURE, FIVE, None)


def test_the_mirror_image_is_that_of_the_mirrored_picture():
    spec = InputSpec("landmarks", detector="mtcnn", landmarks="mtcnn", margin=0.2)
    detector = load_detector("mtcnn")
    plain = prepare_sample(ASTRONAUT, spec, detector)
    turned = prepare_sample(np.ascontiguousarray(ASTRONAUT[:, ::-1]), spec, detector)
    np.testing.assert_allclose(mirror(plain[None], spec)[0], turned, atol=9)  # MTCNN is not even
    assert np.abs(255 - plain[:, 0] - turned[:, 0]).max() > 50  # points keep no side
    batch = np.random.default_rng(0).uniform(0, 255, (3, 68, 2)).astype(np.float32)
    spec = spec68("any.dat")
    np.testing.assert_allclose(mirror(mirror(batch, spec), spec), batch, atol=1e-3)


def test_a_file_is_loaded_once_and_again_after_a_change(tmp_path, monkeypatch):
    path, loads = lbf(tmp_path / "lbf.yaml"), []
    load = landmarks.load_landmarks
    monkeypatch.setattr(landmarks, "load_landmarks", lambda one: loads.append(one) or load(one))
    face, spec = Face((30.0, 20.0, 80.0, 80.0)), spec68(path)
    first = [prepare(PICTURE, face, spec) for _ in range(3)]
    assert len(loads) == 1
    lbf(path, step=(0.1, 0.0))
    os.utime(path, ns=(1, 1))
    assert np.abs(prepare(PICTURE, face, spec) - first[0]).max() > 5
    assert len(loads) == 2


def index_of(*names, cropped=False):
    pictures = {"face": ASTRONAUT, "wall": PICTURE}
    samples = [Sample(name, "happy") for name in names]
    return Index.from_samples("two", samples, ("happy",), pictures.__getitem__, cropped=cropped)


def test_the_cache_follows_the_content_of_the_file(tmp_path, monkeypatch):
    cache = tmp_path / "cache"
    first = prepare_index(index_of("face", "wall"), spec68(lbf(tmp_path / "a.yaml")), cache=cache)
    assert (first.pictures.dtype, first.pictures.shape) == (np.float32, (1, 68, 2))
    assert [(one.item, one.reason) for one in first.skipped] == [
        ("wall", "no face found by viola_jones")
    ]
    with monkeypatch.context() as patch:
        patch.setattr("ferkeras.inputs.prepared.prepare_sample", None)
        again = prepare_index(
            index_of("face", "wall"), spec68(lbf(tmp_path / "b.yaml")), cache=cache
        )
    np.testing.assert_array_equal(again.pictures, first.pictures)  # another place, same content
    changed = spec68(lbf(tmp_path / "a.yaml", step=(0.1, 0.0)))
    other = prepare_index(index_of("face", "wall"), changed, cache=cache)
    assert len(list(cache.iterdir())) == 2
    assert np.abs(other.pictures - first.pictures).max() > 5
    for stored in cache.iterdir():
        np.savez(stored, pictures=np.zeros((1, 68, 2), np.uint8), reasons=["", "x"])
    with pytest.raises(FerkerasError, match="no cache of prepared"):
        prepare_index(index_of("face", "wall"), changed, cache=cache)


def test_a_landmark_file_that_cannot_be_used_is_told_before_all_samples(tmp_path):
    index = index_of("face")
    with pytest.raises(FaceError, match=r"set input\.landmarks to a file .*input\.landmarks=mtcnn"):
        prepare_index(index, InputSpec("landmarks"))
    for cache in (None, tmp_path / "cache"):
        with pytest.raises(FaceError, match=r"gone\.yaml: there is no such landmark model file"):
            prepare_index(index, spec68(tmp_path / "gone.yaml"), cache=cache)
    spec = spec68(lbf(tmp_path / "lbf.yaml"), points=29)
    with pytest.raises(FaceError, match="gives 68 landmarks, but 29 are wanted"):
        prepare_index(index, spec)


def test_a_batch_is_augmented_by_what_moves_points():
    faces = np.repeat(scheme_of(5).positions[None], 30, axis=0)
    targets = np.eye(30, dtype=np.float32)
    settings = Augmentation(flip=0.5, noise=2.0, mixup=0.2)
    (batch,) = batches(faces, targets, 30, augmentation=settings)
    found = np.asarray(batch[0])
    # a symmetric face is its own mirror image: what is left is noise, halved at most by mixing
    assert np.abs(found - faces).max() < 12
    assert 1.0 < (found - faces).std() < 2.2
    turned = np.asarray(
        next(iter(batches(faces, targets, 30, augmentation=Augmentation(rotation=180))))[0]
    )
    assert turned.min() >= 0
    assert turned.max() <= 255
    assert np.abs(turned - faces).max() > 100
    plain = batches(faces + np.arange(30)[:, None, None] / 10, targets, 30)
    x, y = (np.asarray(part) for part in next(iter(plain)))
    np.testing.assert_allclose(x[:, 0, 0] - faces[0, 0, 0], y.argmax(1) / 10, atol=1e-4)


@pytest.mark.parametrize(
    "name", ["brightness", "contrast", "erase", "hsv", "flow_flip", "flow_gain"]
)
def test_what_changes_pixels_is_refused(name):
    with pytest.raises(ValueError, match=rf"augmentation\.{name} changes pixels"):
        batches(POINTS[None], np.ones((1, 1)), 1, augmentation=Augmentation(**{name: 0.1}))


def test_a_flip_needs_a_known_scheme():
    faces, one = np.zeros((1, 29, 2), np.float32), np.ones((1, 1), np.float32)
    with pytest.raises(ValueError, match=r"augmentation\.flip: no scheme of 29 landmarks"):
        batches(faces, one, 1, augmentation=Augmentation(flip=0.5))
    assert len(list(batches(faces, one, 1, augmentation=Augmentation(rotation=5.0)))) == 1
