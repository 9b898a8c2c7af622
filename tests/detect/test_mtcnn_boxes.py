import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from scipy import ndimage

from ferkeras.detect import _mtcnn_boxes
from ferkeras.detect._mtcnn_boxes import best_first, corrected, squares, windows, without_overlap

CORNERS = npst.arrays(
    np.float64, st.tuples(st.integers(0, 12), st.just(4)), elements=st.integers(0, 30).map(float)
)


def boxes_of(corners):
    """Left, top, right, bottom, with at least one pixel a side."""
    return np.concatenate([corners[:, :2], corners[:, :2] + corners[:, 2:] + 1], axis=1)


def share(one, other, share_of):
    """The common area of two boxes, by the cells of a grid of pixels."""
    grids = []
    for left, top, right, bottom in (one.astype(int), other.astype(int)):
        grid = np.zeros((62, 62), bool)
        grid[top:bottom, left:right] = True
        grids.append(grid)
    first, second = grids
    whole = (first | second).sum() if share_of == "union" else min(first.sum(), second.sum())
    return (first & second).sum() / whole


@pytest.mark.parametrize("share_of", ["union", "min"])
@given(CORNERS, st.sampled_from([0.0, 0.3, 0.51, 0.71, 1.0]))
def test_a_box_goes_if_it_overlaps_any_better_one(share_of, corners, limit):
    boxes = boxes_of(corners)
    wanted = [
        n
        for n in range(len(boxes))
        if all(share(boxes[n], boxes[m], share_of) <= limit for m in range(n))
    ]
    assert without_overlap(boxes, limit, share_of).tolist() == wanted


def test_a_chain_of_boxes_leaves_its_first_alone():
    chain = np.array([[x, 0, x + 10, 10] for x in (0.0, 3.0, 6.0, 9.0)])
    assert without_overlap(chain, 0.5, "union").tolist() == [0]


def test_blocks_do_not_matter(monkeypatch):
    random = np.random.default_rng(0)
    boxes = boxes_of(random.uniform(0, 40, (200, 4)))
    wanted = without_overlap(boxes, 0.5, "union")
    monkeypatch.setattr(_mtcnn_boxes, "_PAIRS", 200 * 7)
    assert without_overlap(boxes, 0.5, "union").tolist() == wanted.tolist()


def test_best_first_and_of_equals_the_last():
    assert best_first(np.array([0.5, 0.9, 0.5, 0.7])).tolist() == [1, 3, 2, 0]


@given(CORNERS)
def test_squares_have_the_longer_side_and_the_same_middle(corners):
    boxes = boxes_of(corners)
    made = squares(boxes)
    sides = boxes[:, 2:] - boxes[:, :2]
    assert made[:, 2:] - made[:, :2] == pytest.approx(np.stack([sides.max(axis=1)] * 2, axis=1))
    assert made[:, :2] + made[:, 2:] == pytest.approx(boxes[:, :2] + boxes[:, 2:])


def test_a_correction_counts_in_sides_with_both_ends():
    moved = corrected(np.array([[10.0, 20.0, 19.0, 39.0]]), np.float32([[0.5, 0.25, -0.5, 1.0]]))
    assert moved.tolist() == [[15.0, 25.0, 14.0, 59.0]]


@pytest.mark.parametrize("side", [24, 48])
def test_windows_agree_with_scipy(side):
    random = np.random.default_rng(0)
    pixels = random.uniform(-1, 1, (60, 90, 3)).astype(np.float32)
    boxes = np.array([[10.3, 5.5, 40.1, 35.3], [-8, -3, 30, 35], [60, 40, 99, 79], [0, 0, 90, 60]])
    found = windows(pixels, boxes, side)
    assert found.dtype == np.float32
    for window, (left, top, right, bottom) in zip(found, boxes, strict=True):
        y = np.linspace(top, bottom, side) * 59 / 60
        x = np.linspace(left, right, side) * 89 / 90
        grid = np.meshgrid(y, x, indexing="ij")
        for channel in range(3):
            wanted = ndimage.map_coordinates(
                pixels[..., channel], grid, order=1, mode="constant", output=np.float64
            )
            assert window[..., channel] == pytest.approx(wanted, abs=1e-5)


def test_no_boxes():
    none = np.zeros((0, 4))
    assert windows(np.zeros((30, 30, 3), np.float32), none, 24).shape == (0, 24, 24, 3)
    assert squares(none).shape == corrected(none, np.zeros((0, 4), np.float32)).shape == (0, 4)
    assert without_overlap(none, 0.5, "min").tolist() == []
