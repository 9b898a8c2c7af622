"""Farneback's flow as a layer, against OpenCV's function."""

from __future__ import annotations

from functools import cache

import cv2
import keras
import numpy as np
import pytest
import skimage.data

from ferkeras.datasets.synthetic_clips import render_clip
from ferkeras.layers import FarnebackFlow

SETTINGS = [
    {},
    {"winsize": 15, "poly_sigma": 1.2, "gaussian": False},
    {"winsize": 14, "poly_n": 7, "poly_sigma": 1.5, "gaussian": False},
    {"pyr_scale": 0.7, "levels": 2, "winsize": 20, "iterations": 2, "poly_n": 7},
]


@cache
def photographs(height: int = 150, width: int = 131):
    """Grey photographs and the same shifted by parts of a pixel, some pixels, and many."""
    pairs = []
    shifts = ((0.3, -0.4), (2.6, 1.7), (-9.0, 6.5))
    for name, (right, down) in zip(("astronaut", "chelsea", "coffee"), shifts, strict=True):
        photo = cv2.cvtColor(getattr(skimage.data, name)(), cv2.COLOR_RGB2GRAY)
        first = photo[40 : 40 + height, 90 : 90 + width].astype(np.float32)
        matrix = np.array([[1, 0, right], [0, 1, down]], np.float32)
        second = cv2.warpAffine(
            first, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT
        )
        pairs.append((first, second))
    return np.array(pairs)[..., None]


def by_opencv(first, second, **changes):
    values = {"pyr_scale": 0.5, "levels": 3, "winsize": 27, "iterations": 3, "poly_n": 5}
    values |= {"poly_sigma": 1.1, "gaussian": True} | changes
    flags = cv2.OPTFLOW_FARNEBACK_GAUSSIAN if values.pop("gaussian") else 0
    return cv2.calcOpticalFlowFarneback(first, second, None, *values.values(), flags)


def end_points_apart(got, wanted):
    return np.linalg.norm(np.asarray(got) - wanted, axis=-1)


@pytest.mark.parametrize("changes", SETTINGS)
def test_shifted_photographs_as_opencv_has_them(changes):
    first, second = np.moveaxis(photographs(), 1, 0)
    flow = FarnebackFlow(**changes)([first, second])
    wanted = np.stack([by_opencv(*pair[..., 0], **changes) for pair in photographs()])
    assert np.linalg.norm(wanted, axis=-1).mean() > 1
    apart = end_points_apart(flow, wanted)
    assert apart.mean() < 1e-4
    assert apart.max() < 0.02


def test_rendered_clips_as_opencv_has_them():
    pairs = []
    for person, label in enumerate(("positive", "negative")):
        clip = render_clip(1, person, label).clip
        frames = [np.asarray(clip.frames[at]) for at in (clip.onset, clip.apex)]
        pairs.append([cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY) for frame in frames])
    first, second = np.moveaxis(np.array(pairs, np.float32)[..., None], 1, 0)
    flow = FarnebackFlow()([first, second])
    wanted = np.stack([by_opencv(*np.array(pair, np.float32)) for pair in pairs])
    assert end_points_apart(flow, wanted).mean() < 1e-5


def test_samples_of_a_batch_do_not_touch():
    first, second = np.moveaxis(photographs(), 1, 0)
    layer = FarnebackFlow(levels=1)
    together = np.asarray(layer([first, second]))
    for row in range(len(first)):
        alone = layer([first[row : row + 1], second[row : row + 1]])
        np.testing.assert_allclose(alone[0], together[row], atol=2e-4)


@pytest.mark.parametrize("size", [(16, 16), (16, 40), (31, 70), (64, 33)])
def test_small_and_odd_sizes(size):
    first, second = np.moveaxis(photographs(*size), 1, 0)
    wanted = np.stack([by_opencv(*pair[..., 0]) for pair in photographs(*size)])
    apart = end_points_apart(FarnebackFlow()([first, second]), wanted)
    assert np.median(apart) < 1e-4
    assert apart[:2].mean() < 1e-3


def test_what_has_no_texture_does_not_move_and_has_a_finite_gradient():
    import tensorflow as tf

    flat = tf.fill((1, 40, 36, 1), 77.0)
    stripes = tf.tile(tf.reshape(tf.sin(tf.range(36.0)) * 60 + 100, (1, 1, 36, 1)), (1, 40, 1, 1))
    layer = FarnebackFlow()
    for first, second in ((flat, flat), (flat, flat + 9), (stripes, stripes), (flat, stripes)):
        with tf.GradientTape() as tape:
            tape.watch([first, second])
            flow = layer([first, second])
            total = tf.reduce_sum(flow**2) + tf.reduce_sum(flow)
        assert np.isfinite(flow).all()
        assert all(np.isfinite(one).all() for one in tape.gradient(total, [first, second]))
    np.testing.assert_allclose(layer([flat, flat + 9]), 0, atol=1e-12)


def test_gradient_is_that_of_finite_differences():
    import tensorflow as tf

    random = np.random.default_rng(4)
    first, second = np.moveaxis(photographs(40, 36)[:2], 1, 0).astype("float64")
    layer = FarnebackFlow(winsize=9, iterations=2, dtype="float64")
    weight = random.normal(size=(2, 40, 36, 2))

    def total(*pictures):
        return tf.reduce_sum(layer(list(pictures)) * weight)

    pictures = [tf.constant(first), tf.constant(second)]
    with tf.GradientTape() as tape:
        tape.watch(pictures)
        answer = total(*pictures)
    gradients = tape.gradient(answer, pictures)
    for number in range(2):
        way = random.normal(size=first.shape)
        ends = [[*pictures] for _ in range(2)]
        for end, step in zip(ends, (1e-6, -1e-6), strict=True):
            end[number] = end[number] + step * way
        difference = float(total(*ends[0]) - total(*ends[1])) / 2e-6
        assert float(tf.reduce_sum(gradients[number] * way)) == pytest.approx(difference, rel=1e-4)


def test_half_precision_policies_compute_in_float32():
    first, second = np.moveaxis(photographs(32, 48), 1, 0)
    exact = FarnebackFlow()([first, second])
    layer = FarnebackFlow(dtype="mixed_bfloat16")
    assert keras.backend.standardize_dtype(layer([first, second]).dtype) == "float32"
    np.testing.assert_array_equal(layer([first, second]), exact)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"pyr_scale": 1.0}, "pyr_scale is 1.0, expected a share above 0, below 1"),
        ({"pyr_scale": 0}, "pyr_scale is 0, expected a number above 0"),
        ({"levels": 0}, "levels is 0, expected a whole number of 1 or more"),
        ({"winsize": 2.5}, "winsize is 2.5, expected a whole number"),
        ({"poly_n": 6}, "poly_n is 6, expected 5 or 7"),
        ({"poly_sigma": -1}, "poly_sigma is -1, expected a number above 0"),
    ],
)
def test_settings_out_of_range(changes, reason):
    with pytest.raises(ValueError, match=reason):
        FarnebackFlow(**changes)


@pytest.mark.parametrize(
    "shapes",
    [
        [(1, 32, 32, 1)],
        [(1, 32, 32, 1), (1, 32, 31, 1)],
        [(1, 32, 32, 3), (1, 32, 32, 3)],
        [(1, 15, 32, 1), (1, 15, 32, 1)],
        [(1, 32, 32), (1, 32, 32)],
        [(None, None, 32, 1), (None, None, 32, 1)],
    ],
)
def test_pictures_that_do_not_fit(shapes):
    with pytest.raises(ValueError, match="expected two grey pictures"):
        FarnebackFlow().compute_output_shape(shapes)
