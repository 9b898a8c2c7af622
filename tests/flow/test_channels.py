import cv2
import numpy as np
import pytest

from ferkeras.errors import FlowError
from ferkeras.flow import flow_channels, normalise

RANDOM = np.random.default_rng(0)
FLOW = RANDOM.normal(0, 2, (12, 10, 2)).astype(np.float32)
STRAIN = np.abs(RANDOM.normal(0, 0.1, (12, 10))).astype(np.float32)


def one(u, v, strain):
    return np.array([[[u, v, strain]]], np.float32)


def test_channels_are_u_v_and_strain():
    channels = flow_channels(FLOW, STRAIN)
    assert channels.dtype == np.float32
    np.testing.assert_array_equal(channels[..., 0], FLOW[..., 0])
    np.testing.assert_array_equal(channels[..., 1], FLOW[..., 1])
    np.testing.assert_array_equal(channels[..., 2], STRAIN)


def test_minmax_is_opencvs_for_each_channel():
    channels = flow_channels(FLOW, STRAIN)
    found = normalise(channels, "minmax", 1.0)
    assert found.dtype == np.float32
    for channel in range(3):
        oracle = cv2.normalize(channels[..., channel], None, 0, 255, cv2.NORM_MINMAX)
        np.testing.assert_allclose(found[..., channel], oracle, atol=1e-3)


@pytest.mark.parametrize("value", [0.0, 3.7, -1.2])
def test_minmax_of_a_constant_channel_is_zero(value):
    channels = flow_channels(FLOW, STRAIN)
    channels[..., 1] = value
    oracle = cv2.normalize(channels[..., 1], None, 0, 255, cv2.NORM_MINMAX)
    found = normalise(channels, "minmax", 1.0)
    np.testing.assert_array_equal(found[..., 1], 0)
    np.testing.assert_array_equal(oracle, 0)
    assert found[..., 0].max() == pytest.approx(255)


def test_fixed_keeps_strength_and_sign():
    def fixed(u, v, strain):
        return normalise(one(u, v, strain), "fixed", 4.0)[0, 0].tolist()

    assert fixed(0, 0, 0) == [127.5, 127.5, 0]
    assert fixed(4, -4, 0.1) == pytest.approx([255, 0, 255])
    assert fixed(-1, 2, 0.04) == pytest.approx([127.5 * 0.75, 127.5 * 1.5, 102])
    assert fixed(9, -9, 5) == [255, 0, 255]  # clipped


def test_fixed_is_the_same_for_all_pictures():
    channels = flow_channels(FLOW, STRAIN)
    whole = normalise(channels, "fixed", 3.0)
    np.testing.assert_array_equal(normalise(channels[:4], "fixed", 3.0), whole[:4])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: normalise(one(0, 0, 0), "zscore", 1.0), "no normalisation 'zscore'; known: minm"),
        (lambda: normalise(one(0, 0, 0), "fixed", 0.0), "scale is 0.0, expected pixels above 0"),
        (lambda: normalise(one(np.nan, 0, 0), "fixed", 1.0), "channels holds NaN"),
        (lambda: normalise(FLOW, "minmax", 1.0), r"channels has shape \(12, 10, 2\)"),
        (lambda: flow_channels(FLOW, STRAIN[:5]), r"strain has shape \(5, 10\), expected \(12"),
    ],
)
def test_what_is_wrong_is_named(call, message):
    with pytest.raises(FlowError, match=message):
        call()
