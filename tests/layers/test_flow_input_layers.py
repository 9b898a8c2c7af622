"""The layers around the flow, each against the NumPy and OpenCV code of preparation."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import skimage.data

from ferkeras.flow import flow_channels, normalise, optical_strain, remove_head_motion
from ferkeras.flow._brightness import matched
from ferkeras.layers import (
    FlowChannels,
    FlowRegions,
    HeadMotionRemoval,
    Luma,
    MatchBrightness,
    OpticalStrain,
)
from ferkeras.prepare.flow_regions import compose
from ferkeras.types import FlowSpec, InputSpec


def smooth(seed, shape=(3, 60, 52, 2), size=4.0):
    """Smooth random fields, about ``size`` pixels."""
    random = np.random.default_rng(seed)
    fields = random.normal(0, size, (shape[0], 6, 5, shape[3])).astype(np.float32)
    return np.stack(
        [cv2.resize(one, shape[2:0:-1], interpolation=cv2.INTER_CUBIC) for one in fields]
    )


def test_luma_is_opencvs_to_the_last_bit():
    levels = np.random.default_rng(0).integers(0, 256, (2, 300, 301, 3), np.uint8)
    levels[0, :256, 0] = np.arange(256)[:, None]
    # Sums whose fraction is just one half: 9798 R + 19235 G + 3735 B = 16384 modulo 32768.
    colours = np.stack(np.meshgrid(*[np.arange(256)] * 3, indexing="ij"), -1).reshape(-1, 3)
    ties = colours[(colours @ [9798, 19235, 3735]) % 32768 == 16384]
    levels[1].reshape(-1, 3)[: len(ties)] = ties
    grey = np.asarray(Luma()(levels.astype(np.float32)))[..., 0]
    wanted = [cv2.cvtColor(one, cv2.COLOR_RGB2GRAY) for one in levels]
    assert len(ties) > 1000
    np.testing.assert_array_equal(grey, np.array(wanted))


def test_brightness_as_before_the_flow():
    first = cv2.cvtColor(skimage.data.astronaut(), cv2.COLOR_RGB2GRAY)[:120, 60:170]
    second = np.clip(np.rint(0.93 * np.roll(first, 1, axis=1) + 11.0), 0, 255)
    second[20:50, 30:60] = 200  # something else, which the second fit must not see
    flat = np.full_like(first, 90)
    pairs = [(first, second), (second, first), (first, flat), (flat, first), (flat, flat)]
    reference, picture = (np.array(side, np.float32) for side in zip(*pairs, strict=True))
    got = np.asarray(MatchBrightness()([reference[..., None], picture[..., None]]))[..., 0]
    for one, a, b in zip(got, reference, picture, strict=True):
        np.testing.assert_allclose(one, matched(a, b), atol=2e-3)


@pytest.mark.parametrize("shape", [(3, 60, 52, 2), (2, 41, 100, 2), (1, 5, 3, 2)])
def test_head_motion_as_in_preparation(shape):
    flow = smooth(1, shape, 0.3)
    y, x = np.indices(shape[1:3], np.float32)
    head = np.stack([2.0 + 0.01 * x - 0.03 * y, -1.0 + 0.03 * x + 0.01 * y], -1)
    flow[:, : shape[1] // 2] *= 0.1  # most of the face only goes with the head
    left = np.asarray(HeadMotionRemoval()(flow + head))
    for got, one in zip(left, flow + head, strict=True):
        np.testing.assert_allclose(got, remove_head_motion(one), atol=1e-4)


def test_head_motion_of_one_point_is_a_shift():
    flow = np.full((1, 1, 1, 2), 3.0, np.float32)
    np.testing.assert_allclose(HeadMotionRemoval()(flow), 0, atol=1e-6)


def test_strain_as_in_preparation_and_of_a_growing_field():
    flow = smooth(2)
    strain = np.asarray(OpticalStrain()(flow))[..., 0]
    for got, one in zip(strain, flow, strict=True):
        np.testing.assert_allclose(got, optical_strain(one), rtol=1e-4, atol=1e-6)
    y, x = np.indices((7, 9), np.float32)
    growing = np.stack([0.1 * x, 0.1 * y], -1)[None]
    np.testing.assert_allclose(OpticalStrain()(growing), 0.1 * np.sqrt(2), rtol=1e-5)


@pytest.mark.parametrize("normalisation", ["fixed", "minmax"])
@pytest.mark.parametrize("size", [(12, 13), (10, 7), (60, 52)])
def test_channels_as_in_preparation(normalisation, size):
    flow = smooth(3, size=1.5)
    flow[2, ..., 0] = 0.25  # without any spread
    strain = np.stack([optical_strain(one) for one in flow])
    layer = FlowChannels(*size, normalisation, 2.5)
    got = np.asarray(layer([flow, strain[..., None]]))
    assert (got == np.rint(got)).all()
    for one, u_v, stretched in zip(got, flow, strain, strict=True):
        stacked = flow_channels(u_v, stretched)
        small = cv2.resize(stacked, size[::-1], interpolation=cv2.INTER_AREA)
        apart = np.abs(one - normalise(small, normalisation, 2.5))
        assert apart.max() < 0.51
        assert np.abs(one - np.rint(normalise(small, normalisation, 2.5))).mean() < 0.01


def test_regions_as_in_preparation():
    random = np.random.default_rng(5)
    spec = InputSpec("flow_regions", 16, 24, 3, flow=FlowSpec())
    channels = random.uniform(0, 255, (40, 16, 24, 3)).astype(np.float32)
    landmarks = random.uniform(-30, 254, (40, 5, 2)).astype(np.float32)
    landmarks[0] = np.arange(10).reshape(5, 2) * 14  # some on the border between two pixels
    got = np.asarray(FlowRegions(224)([channels, landmarks]))
    for one, picture, points in zip(got, channels, landmarks, strict=True):
        factor = np.array([24 / 224, 16 / 224], np.float32)
        np.testing.assert_array_equal(one, compose(picture, (points + 0.5) * factor - 0.5, spec))


@pytest.mark.parametrize(
    ("layer", "values"),
    [
        (HeadMotionRemoval(), np.zeros((1, 30, 30, 2))),
        (OpticalStrain(), np.zeros((1, 30, 30, 2))),
        (MatchBrightness(), [np.full((1, 9, 9, 1), 50.0)] * 2),
        (FlowChannels(3, 3), [np.zeros((1, 9, 9, 2)), np.zeros((1, 9, 9, 1))]),
    ],
)
def test_gradients_are_finite_where_nothing_moves(layer, values):
    import tensorflow as tf

    given = tf.nest.map_structure(lambda one: tf.constant(one, tf.float32), values)
    with tf.GradientTape() as tape:
        tape.watch(given)
        total = tf.reduce_sum(layer(given))
    assert all(np.isfinite(one).all() for one in tf.nest.flatten(tape.gradient(total, given)))


@pytest.mark.parametrize(
    ("layer", "shape", "reason"),
    [
        (Luma(), (1, 4, 4, 1), "expected RGB pictures"),
        (MatchBrightness(), [(1, 4, 4, 1), (1, 4, 5, 1)], "expected two grey pictures"),
        (HeadMotionRemoval(), (1, 4, 4, 3), r"expected flow \(batch, height, width, 2\)"),
        (OpticalStrain(), (1, 2, 4, 2), "of 3x3 pixels or more"),
        (OpticalStrain(), (None, None, 4, 2), "of a known size"),
        (FlowChannels(5, 4), [(1, 4, 4, 2), (1, 4, 4, 1)], "5x4 is larger"),
        (FlowChannels(4, 4), [(1, 4, 4, 2), (1, 4, 5, 1)], "expected flow"),
        (FlowRegions(9), [(1, 6, 8, 3), (1, 5, 2)], "sides multiples of 4"),
        (FlowRegions(9), [(1, 8, 8, 3), (1, 68, 2)], r"landmarks \(batch, 5, 2\)"),
    ],
)
def test_inputs_that_do_not_fit(layer, shape, reason):
    with pytest.raises(ValueError, match=reason):
        layer.compute_output_shape(shape)


def test_settings_out_of_range():
    with pytest.raises(ValueError, match="normalisation is 'none', expected one of"):
        FlowChannels(4, 4, "none")
    with pytest.raises(ValueError, match="face_size is 0"):
        FlowRegions(0)
