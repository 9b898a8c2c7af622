import cv2
import numpy as np
import pytest

from ferkeras.layers import RandomAffine


def picture():
    image = np.zeros((41, 41), "float32")
    cv2.ellipse(image, (15, 20), (8, 4), 30, 0, 360, 200, -1)
    return cv2.GaussianBlur(image, (7, 7), 2)[None, :, :, None]


def test_flip_alone_mirrors_exactly():
    flipped = RandomAffine(flip=1.0, rotation=0.0)(picture(), training=True)
    np.testing.assert_allclose(flipped, picture()[:, :, ::-1], atol=1e-3)


def test_zoom_of_two_shows_the_middle_twice_as_large():
    big = np.asarray(RandomAffine(flip=0, rotation=0, scale=(2, 2))(picture(), training=True))
    matrix = cv2.getRotationMatrix2D((20, 20), 0, 2)
    expected = cv2.warpAffine(
        picture()[0, :, :, 0], matrix, (41, 41), borderMode=cv2.BORDER_REFLECT
    )
    np.testing.assert_allclose(big[0, :, :, 0], expected, atol=2.0)


def test_rotation_stays_within_the_angle_and_differs_between_pictures():
    batch = np.repeat(picture(), 64, axis=0)
    turned = np.asarray(RandomAffine(flip=0, rotation=20.0, seed=3)(batch, training=True))
    angles = []
    for image in turned[..., 0]:
        m = cv2.moments(image)
        angles.append(np.degrees(0.5 * np.arctan2(2 * m["mu11"], m["mu20"] - m["mu02"])))
    spread = np.array(angles) - 30
    assert np.abs(spread).max() < 21
    assert spread.std() > 5


def test_same_seed_same_result():
    one = RandomAffine(shift=0.2, seed=5)(picture(), training=True)
    two = RandomAffine(shift=0.2, seed=5)(picture(), training=True)
    np.testing.assert_array_equal(one, two)


def test_bad_scale_is_an_error():
    with pytest.raises(ValueError, match="scale"):
        RandomAffine(scale=(1.2, 0.8))
