import colorsys

import numpy as np
import pytest

from ferkeras.errors import FlowError
from ferkeras.flow import draw_quiver, flow_to_rgb, strain_to_rgb

ANGLES = np.arange(0, 360, 15)


def flow_of(pairs):
    return np.array([pairs], np.float32)


def test_direction_is_hue_and_magnitude_saturation():
    for share in (0.25, 1.0):
        turns = np.radians(ANGLES)
        flow = flow_of(np.stack([np.cos(turns), np.sin(turns)], -1) * 4 * share)
        found = flow_to_rgb(flow, full=4.0)[0]
        wanted = [255 * np.array(colorsys.hsv_to_rgb(a / 360, share, 1.0)) for a in ANGLES]
        assert found.dtype == np.uint8
        np.testing.assert_allclose(found, wanted, atol=3)


def test_no_movement_is_white_and_too_much_is_clipped():
    found = flow_to_rgb(flow_of([(0, 0), (9, 0), (3, 0)]), full=3.0)[0].tolist()
    assert found == [[255, 255, 255], [255, 0, 0], [255, 0, 0]]
    assert (flow_to_rgb(np.zeros((4, 4, 2), np.float32)) == 255).all()


def test_without_full_one_wrong_vector_does_not_fade_the_rest():
    flow = np.full((50, 50, 2), (1.0, 0.0), np.float32)
    flow[0, 0] = 100, 0
    assert flow_to_rgb(flow)[20, 20].tolist() == [255, 0, 0]


def test_strain_grows_lighter():
    found = strain_to_rgb(np.array([[0, 0.02, 0.05, 0.1, 0.3]]), full=0.1)[0].astype(int)
    light = found @ [0.299, 0.587, 0.114]
    assert light[0] < 5
    assert (np.diff(light[:4]) > 20).all()
    assert found[3].tolist() == found[4].tolist()
    assert found[2][0] > found[2][2]  # red above blue in the middle


def test_arrows_stand_where_something_moves_and_point_there():
    picture = np.full((70, 70), 90, np.uint8)
    flow = np.zeros((70, 70, 2), np.float32)
    flow[28:42, 28:42] = 2, 0  # the middle of five by five arrows, to the right
    drawn = draw_quiver(picture, flow, step=14, full=2.0, colour=(255, 0, 0))
    assert drawn.shape == (70, 70, 3)
    changed = np.argwhere((drawn != 90).any(axis=-1))
    (top, left), (bottom, right) = changed.min(0), changed.max(0)
    assert 32 <= top <= bottom <= 38
    assert 33 <= left <= 35
    assert 48 <= right <= 52  # 14 pixels on, and the arrow's head
    assert (picture == 90).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: flow_to_rgb(np.zeros((4, 4))), r"flow has shape \(4, 4\)"),
        (lambda: flow_to_rgb(np.zeros((4, 4, 2)), full=0), "full is 0, expected above 0"),
        (lambda: strain_to_rgb(np.zeros((4, 4, 2))), "strain has shape"),
        (
            lambda: draw_quiver(np.zeros((5, 5, 3), np.uint8), np.zeros((4, 4, 2))),
            r"picture has shape \(5, 5, 3\) of uint8, expected uint8 \(4, 4\)",
        ),
        (lambda: draw_quiver(np.zeros((4, 4), np.uint8), np.zeros((4, 4, 2)), 1), "step is 1"),
    ],
)
def test_what_is_wrong_is_named(call, message):
    with pytest.raises(FlowError, match=message):
        call()
