import itertools

import numpy as np
import pytest
import skimage.data
import tensorflow as tf

from ferkeras.layers import RandomDegradation
from ferkeras.media import degrade

FACE = skimage.data.astronaut()[20:164, 160:288].astype("float32")  # 144x128
BATCH = np.stack([FACE, FACE[::-1], 255 - FACE])
FIXED = {"gaussian_probability": 1.0, "median_probability": 1.0}


@pytest.mark.parametrize(
    ("scale", "method", "gaussian", "median"),
    list(itertools.product((1, 2, 4), ("area", "bicubic"), (0, 3, 5), (0, 3, 5))),
)
def test_same_as_the_numpy_form_for_fixed_settings(scale, method, gaussian, median):
    settings = {"scale": scale, "method": method, "gaussian": gaussian, "median": median, **FIXED}
    small = BATCH[:, ::2, ::2]
    expected = [degrade(picture, **settings) for picture in small]
    np.testing.assert_allclose(RandomDegradation(**settings)(small), expected, atol=2e-3)


def test_the_papers_chain_at_full_size_in_a_data_set():
    layer = RandomDegradation(median_probability=1.0)
    batch = BATCH[:, :128]
    (made,) = tf.data.Dataset.from_tensors(batch).map(layer)
    assert made.shape == (3, 32, 32, 3)
    expected = [degrade(picture, median_probability=1.0) for picture in batch]
    np.testing.assert_allclose(made, expected, atol=2e-3)


def test_each_picture_gets_its_own_draw_of_the_given_probability():
    noise = np.random.default_rng(0).uniform(0, 255, (400, 8, 8, 1)).astype("float32")
    layer = RandomDegradation(scale=1, gaussian=0, median=3, median_probability=0.3, seed=4)
    made = np.asarray(layer(noise, training=True))
    filtered = np.asarray(
        RandomDegradation(scale=1, gaussian=0, median_probability=1.0)(noise, training=True)
    )
    same = np.isclose(made, noise).all(axis=(1, 2, 3))
    np.testing.assert_allclose(made[~same], filtered[~same], atol=1e-4)
    assert 0.22 < np.mean(~same) < 0.38


def test_same_seed_same_result_and_no_draw_outside_training():
    settings = {"gaussian_probability": 0.5, "seed": 5}
    one = RandomDegradation(**settings)(BATCH, training=True)
    np.testing.assert_array_equal(RandomDegradation(**settings)(BATCH, training=True), one)
    plain = [degrade(picture, gaussian=0, median=0) for picture in BATCH]
    np.testing.assert_allclose(RandomDegradation(**settings)(BATCH), plain, atol=2e-3)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"scale": 0}, "scale is 0"),
        ({"method": "nearest"}, "method is 'nearest'"),
        ({"gaussian": 4}, "gaussian is 4"),
        ({"median": 7}, "median 7"),
        ({"median_probability": 1.5}, r"median_probability 1\.5"),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        RandomDegradation(**arguments)


def test_sizes_that_do_not_fit_are_named():
    for shape in ((None, 30, 32, 3), (None, None, 32, 3)):
        with pytest.raises(ValueError, match="4 times smaller; both sides must be known"):
            RandomDegradation().build(shape)
