import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferkeras.detect.crop import crop
from ferkeras.errors import FaceError

PICTURE = np.arange(40 * 50 * 3, dtype=np.uint32).reshape(40, 50, 3).astype(np.uint8)


@given(st.integers(0, 30), st.integers(0, 20), st.integers(1, 20))
def test_a_square_inside_is_a_slice(x, y, side):
    part = crop(PICTURE, (x, y, side, side))
    assert np.array_equal(part, PICTURE[y : y + side, x : x + side])


@given(
    st.floats(-30, 49), st.floats(-30, 39), st.floats(1, 60), st.floats(1, 60), st.floats(-0.4, 0.4)
)
def test_any_box_gives_the_square_of_the_padded_picture(x, y, width, height, margin):
    if x + width <= 0 or y + height <= 0:
        return
    part = crop(PICTURE, (x, y, width, height), margin)
    side = max(width, height) * (1 + 2 * margin)
    assert part.shape[0] == part.shape[1]
    assert part.shape[0] == pytest.approx(side, abs=1)
    padded = np.pad(PICTURE, ((200, 200), (200, 200), (0, 0)), mode="edge")
    rows = round(y + height / 2 + 200 - part.shape[0] / 2)
    columns = round(x + width / 2 + 200 - part.shape[0] / 2)
    near = [
        padded[rows + i : rows + i + len(part), columns + j : columns + j + len(part)]
        for i in (-1, 0, 1)
        for j in (-1, 0, 1)
    ]
    assert any(np.array_equal(part, other) for other in near)


def test_a_margin_is_added_at_each_side():
    assert np.array_equal(crop(PICTURE, (10, 10, 20, 20), 0.25), PICTURE[5:35, 5:35])
    assert np.array_equal(crop(PICTURE, (10, 10, 20, 20), -0.25), PICTURE[15:25, 15:25])


def test_a_tall_box_becomes_the_square_on_its_longer_side():
    assert np.array_equal(crop(PICTURE, (15, 10, 10, 20)), PICTURE[10:30, 10:30])


def test_other_shapes_hold_the_square():
    assert np.array_equal(crop(PICTURE, (10, 10, 20, 20), aspect=1.5), PICTURE[10:30, 5:35])
    assert np.array_equal(crop(PICTURE, (10, 10, 20, 20), aspect=0.5), PICTURE[0:40, 10:30])


@pytest.mark.parametrize(
    ("box", "margin", "message"),
    [
        ((5, 5, 0.5, 0.5), 0.0, "smaller than 1 pixel"),
        ((60, 5, 10, 10), 0.0, r"\(60, 5, 10, 10\) lies outside the picture of 50x40"),
        ((5, -20, 10, 10), 0.0, "lies outside"),
        ((0, 0, 1e9, 1e9), 0.0, "4 times as large as the picture"),
        ((0, 0, 40, 40), 9.0, "with margin 9"),
    ],
)
def test_boxes_that_show_no_face(box, margin, message):
    with pytest.raises(FaceError, match=message):
        crop(PICTURE, box, margin)
