"""Nodes over a face against matplotlib's colours and plain geometry."""

import matplotlib
import numpy as np
import pytest

from ferkeras.errors import FerkerasError
from ferkeras.explain.node_map import node_map

GREY = np.full((60, 80, 3), 120, np.uint8)
DARK = 90  # the face between the nodes: three quarters


def colour(heat):
    return np.array(matplotlib.colormaps["turbo"](float(heat))[:3]) * 255


def hue(drawn, x, y, strength):
    """The node's colour, the face behind it taken off."""
    return (drawn[y, x].astype(float) - DARK * (1 - strength)) / strength


def test_each_node_has_the_colour_of_its_heat_at_its_place():
    places = np.array([[10, 10], [40, 20], [70, 50]], np.float32)
    drawn = node_map(GREY, places, np.array([0, 0.5, 1], np.float32))
    assert (drawn.dtype, drawn.shape) == (np.uint8, GREY.shape)
    for (x, y), heat, strength in zip(
        places.astype(int), (0, 0.5, 1), (0.35, 0.65, 0.95), strict=True
    ):
        np.testing.assert_allclose(hue(drawn, x, y, strength), colour(heat), atol=5)
    assert (drawn[35, 20] == DARK).all()  # far from all
    assert (node_map(GREY, places, np.full(3, 0.4, np.float32))[[10, 20], [10, 40]] != DARK).any()


def test_points_are_round_and_do_not_hide_each_other():
    x, y = np.meshgrid(np.arange(5, 80, 10), np.arange(5, 60, 10))
    places = np.stack([x.ravel(), y.ravel()], axis=1).astype(np.float32)
    heat = np.zeros(len(places), np.float32)
    heat[12] = 1
    drawn = node_map(GREY, places, heat)
    rows, columns = np.indices(drawn.shape[:2])
    far = np.hypot(columns - places[12, 0], rows - places[12, 1])
    red = drawn[..., 0].astype(int) - drawn[..., 2] > 60
    assert red[far <= 4].all()
    assert not red[far > 6].any()
    assert (drawn[0, 10] == DARK).all()  # where four points leave a gap


def test_cells_go_to_the_nearest_node():
    places = np.array([[20, 30], [60, 30]], np.float32)
    drawn = node_map(GREY, places, np.array([0, 1], np.float32), cells=True).astype(int)
    assert (drawn[:, :40] == drawn[0, 0]).all()
    assert (drawn[:, 41:] == drawn[0, 79]).all()
    assert drawn[0, 79, 0] > drawn[0, 0, 0] + 30


def test_dense_nodes_become_cells():
    rows, columns = np.indices((30, 20))  # in the left half
    places = np.stack([2 * columns.ravel(), 2 * rows.ravel()], axis=1).astype(np.float32)
    heat = np.linspace(0, 1, len(places), dtype=np.float32)
    assert (node_map(GREY, places, heat) == node_map(GREY, places, heat, cells=True)).all()
    points = node_map(GREY, places, heat, cells=False)
    assert (points[:, 50:] == DARK).all()
    assert (node_map(GREY, places, heat)[:, 50:] != DARK).any(axis=2).all()


def test_one_node_nodes_outside_and_nodes_in_one_place():
    one = node_map(GREY, np.array([[40, 30]], np.float32), np.ones(1, np.float32))
    assert (one[30, 40] != DARK).any()
    places = np.array([[-500, 4], [40, 30], [40, 30], [82, 61]], np.float32)
    drawn = node_map(GREY, places, np.ones(4, np.float32), cells=False)
    assert (drawn[30, 40] != DARK).any()
    assert (drawn[4, :10] == DARK).all()


@pytest.mark.parametrize(
    ("places", "heat", "message"),
    [
        (np.zeros((2, 2)), [0, np.nan], r"values in 0\.\.1"),
        (np.zeros((2, 2)), [0, 2], r"values in 0\.\.1"),
        (np.zeros((2, 2)), [-1, 0], r"values in 0\.\.1"),
        (np.zeros((0, 2)), [], r"heat of nodes \(0,\)"),
        (np.zeros((2, 2)), [[0, 1]], r"heat of nodes \(1, 2\)"),
        (np.zeros((3, 2)), [0, 1], r"positions of nodes \(3, 2\): expected \(2, 2\)"),
        (np.full((2, 2), np.inf), [0, 1], "finite"),
    ],
)
def test_what_cannot_be_drawn_is_one_clear_line(places, heat, message):
    with pytest.raises(FerkerasError, match=message):
        node_map(GREY, places, np.array(heat, np.float32))


PLACES = np.array([[10, 10], [40, 20]], np.float32)


@pytest.mark.parametrize(
    "picture",
    [
        GREY.astype(np.int64),
        GREY.astype(np.float32),  # 0..255
        GREY[:0],
        GREY[..., :2],
        [[1, 2]],
        None,
        "face.png",
    ],
)
def test_what_is_no_picture_is_one_clear_line(picture):
    with pytest.raises(FerkerasError, match=r"^picture of the nodes: [^\n]*$"):
        node_map(picture, PLACES, [0, 1])


def test_grey_pictures_and_shares_are_pictures_too():
    wanted = node_map(GREY, PLACES, [0, 1])
    np.testing.assert_array_equal(node_map(GREY[..., 0], PLACES, [0, 1]), wanted)
    np.testing.assert_array_equal(node_map(GREY / 255, PLACES, [0, 1]), wanted)


@pytest.mark.parametrize("wrong", [[["a", "b"], ["c", "d"]], [[1], [2, 3]], None, PLACES + 1j])
def test_what_are_no_numbers_is_one_clear_line(wrong):
    with pytest.raises(FerkerasError, match=r"^positions of nodes: expected an array [^\n]*$"):
        node_map(GREY, wrong, [0, 1])
    with pytest.raises(FerkerasError, match=r"^heat of nodes: expected an array [^\n]*$"):
        node_map(GREY, PLACES, wrong)


def test_numbers_too_large_are_not_finite():
    with pytest.raises(FerkerasError, match="finite"):
        node_map(GREY, [[1e200, 5], [5, 5]], [0, 1])


@pytest.mark.parametrize("cells", [None, True, False])
def test_nodes_that_are_all_outside_are_an_error(cells):
    with pytest.raises(FerkerasError, match=r"outside the picture of 80x60 pixels, x in 1010\.\."):
        node_map(GREY, PLACES + 1000, [0, 1], cells=cells)
