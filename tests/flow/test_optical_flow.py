import cv2
import numpy as np
import pytest
from moving_face import bump, moved, similarity_field, still_face, to_bytes

from ferkeras.errors import FlowError
from ferkeras.flow import available, optical_flow

METHODS = ("farneback", "tvl1")
FACE = still_face(160)
INNER = np.s_[20:-20, 20:-20]
HTNET = {"winsize": 15, "iterations": 3, "poly_n": 5, "poly_sigma": 1.2, "gaussian": False}


def waves(dx=0.0, dy=0.0, side=96):
    """A texture that can be shifted by any fraction of a pixel without interpolation."""
    y, x = np.mgrid[:side, :side].astype(float)
    x, y = x - dx, y - dy
    value = np.sin(x / 3.1 + 0.4) * np.cos(y / 3.7) + 0.7 * np.sin((x + y) / 5.3)
    return np.rint(127 + 60 * value).astype(np.uint8)


def test_methods_are_the_files_of_the_folder():
    assert available() == ["farneback", "tvl1"]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("shift", [(0.0, 0.0), (0.3, -0.2), (-0.6, 0.45), (1.2, 0.8)])
def test_a_shift_is_found_with_its_sign(method, shift):
    flow = optical_flow(waves(), waves(*shift), method=method)
    assert flow.shape == (96, 96, 2)
    assert flow.dtype == np.float32
    error = np.hypot(*(flow - np.float32(shift))[INNER].reshape(-1, 2).T)
    assert error.mean() < 0.1


@pytest.mark.parametrize("method", METHODS)
def test_a_known_field_on_a_face(method):
    field = bump(160, (105, 118), (1.2, -0.9), 16) + bump(160, (58, 45), (0, -1.0), 16)
    flow = optical_flow(to_bytes(FACE), to_bytes(moved(FACE, field)), method=method)
    error = np.hypot(*(flow - field)[INNER].reshape(-1, 2).T)
    still = np.hypot(*field[INNER].reshape(-1, 2).T)
    assert error.mean() < 0.35 * still.mean()


@pytest.mark.parametrize("method", METHODS)
def test_flicker_is_no_movement(method):
    face = FACE[30:110, 40:120]
    onset, brighter = to_bytes(face), to_bytes(1.04 * face + 3)
    matched = optical_flow(onset, brighter, method=method)
    plain = optical_flow(onset, brighter, method=method, match_brightness=False)
    assert np.abs(matched).mean() < 0.02
    assert np.abs(plain).mean() > 3 * np.abs(matched).mean()


def test_farneback_with_the_usual_settings_is_opencvs():
    onset, apex = waves(), waves(0.4, 0.1)
    oracle = cv2.calcOpticalFlowFarneback(onset, apex, None, 0.5, 3, 15, 3, 5, 1.2, 0)
    found = optical_flow(onset, apex, match_brightness=False, **HTNET)
    np.testing.assert_allclose(found, oracle, atol=1e-5)


def test_tvl1_is_opencvs_on_the_mirrored_picture():
    onset, apex = waves(side=48), waves(0.4, 0.1, side=48)
    framed = [cv2.copyMakeBorder(one, 8, 8, 8, 8, cv2.BORDER_REFLECT) for one in (onset, apex)]
    oracle = cv2.optflow.DualTVL1OpticalFlow_create().calc(*framed, None)[8:-8, 8:-8]
    found = optical_flow(onset, apex, method="tvl1", match_brightness=False)
    np.testing.assert_allclose(found, oracle, atol=2e-3)


def test_rgb_counts_by_its_luma():
    """Red moves, green and blue stand still: with red and blue swapped the flow is another."""
    field = bump(160, (105, 118), (1.2, -0.9), 16)
    still = [FACE[::-1], FACE[:, ::-1]]
    onset = np.dstack([to_bytes(one) for one in (FACE, *still)])
    apex = np.dstack([to_bytes(one) for one in (moved(FACE, field), *still)])
    grey = [np.rint(one @ [0.299, 0.587, 0.114]).astype(np.uint8) for one in (onset, apex)]
    wanted = optical_flow(*grey)

    def error(flow):
        return np.abs(flow - wanted).mean() / np.abs(wanted).mean()

    assert error(optical_flow(onset, apex)) < 0.1
    assert error(optical_flow(onset[..., ::-1], apex[..., ::-1])) > 0.3


def test_pictures_are_left_as_they_are():
    onset, apex = to_bytes(FACE), to_bytes(moved(FACE, similarity_field(160, (1, 0), 0, 0)))
    copies = onset.copy(), apex.copy()
    optical_flow(onset, apex)
    np.testing.assert_array_equal(onset, copies[0])
    np.testing.assert_array_equal(apex, copies[1])


@pytest.mark.parametrize(
    ("onset", "apex", "settings", "message"),
    [
        (waves(), waves()[:60], {}, "onset has 96x96 pixels, apex 96x60"),
        (waves().astype(np.float32), waves(), {}, "onset has values of type float32"),
        (waves(), waves()[:12, :12], {}, "apex has 12x12 pixels; optical flow needs 16x16"),
        (waves(), np.zeros((96, 96, 4), np.uint8), {}, r"apex has shape \(96, 96, 4\)"),
        (waves(), waves(), {"method": "lucas"}, "no optical flow 'lucas'; known: farneback, tvl1"),
        (waves(), waves(), {"window": 3}, "farneback has no setting 'window'; known: pyr_scale"),
    ],
)
def test_what_is_wrong_is_named(onset, apex, settings, message):
    with pytest.raises(FlowError, match=message):
        optical_flow(onset, apex, **settings)


@pytest.mark.parametrize("method", METHODS)
def test_pictures_without_texture_do_not_move(method):
    flat = np.full((32, 32), 90, np.uint8)
    np.testing.assert_allclose(optical_flow(flat, flat + 5, method=method), 0, atol=1e-3)
