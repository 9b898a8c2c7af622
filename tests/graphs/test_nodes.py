import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ferkeras.errors import GraphError
from ferkeras.graphs import node_values, random_pixels, regular_pixels

BOTH = pytest.mark.parametrize("draw", [random_pixels, regular_pixels])


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 30), st.integers(1, 30), st.data())
def test_different_pixels_within_the_image_in_reading_order(height, width, data):
    count = data.draw(st.integers(1, height * width))
    for points in (random_pixels(height, width, count), regular_pixels(height, width, count)):
        x, y = points.T
        assert points.dtype == np.float32
        assert np.array_equal(points, np.rint(points))
        assert ((x >= 0) & (x < width) & (y >= 0) & (y < height)).all()
        assert (np.diff(y * width + x) > 0).all()
    assert len(random_pixels(height, width, count)) == count
    assert 1 <= len(points) <= count


@BOTH
def test_shares_and_whole_images(draw):
    every = [(x, y) for y in range(7) for x in range(5)]
    for count in (35, 1.0, np.int64(35)):
        assert [tuple(point) for point in draw(7, 5, count).tolist()] == every
    assert len(draw(7, 5, 1)) == 1
    assert len(draw(7, 5, 1e-9)) == 1


def test_40_percent():
    assert len(random_pixels(100, 100)) == 4000
    assert len(regular_pixels(100, 100)) == 63 * 63


def test_the_seed_decides():
    assert np.array_equal(random_pixels(50, 40, seed=3), random_pixels(50, 40, seed=3))
    assert not np.array_equal(random_pixels(50, 40, seed=3), random_pixels(50, 40, seed=4))


def test_all_pixels_have_the_same_chance():
    drawn = np.zeros((6, 8))
    for seed in range(1000):
        x, y = random_pixels(6, 8, 12, seed).astype(int).T
        drawn[y, x] += 1
    # binomial with mean 250 and standard deviation 13.7; five of them
    assert abs(drawn - 250).max() < 69


@pytest.mark.parametrize(
    ("height", "width", "count"), [(100, 100, 0.4), (30, 90, 500), (4, 400, 9)]
)
def test_a_regular_grid_is_even_and_centred(height, width, count):
    x, y = regular_pixels(height, width, count).T
    for values, side in ((np.unique(x), width), (np.unique(y), height)):
        steps = np.diff(values)
        assert len(steps) == 0 or steps.max() - steps.min() <= 1
        assert abs((values[0] + values[-1]) / 2 - (side - 1) / 2) <= 1
    assert len(np.unique(x)) * len(np.unique(y)) == len(x)
    # all but at most a row's or a column's worth of what was asked for
    wanted = count if isinstance(count, int) else round(count * height * width)
    assert len(x) > wanted - max(len(np.unique(x)), len(np.unique(y))) - 1


@BOTH
@pytest.mark.parametrize("count", [0, -3, 36, 0.0, 1.5, float("nan"), True, "10", None])
def test_a_count_that_is_not_possible(draw, count):
    with pytest.raises(GraphError, match="count is"):
        draw(7, 5, count)


@BOTH
def test_an_image_without_pixels(draw):
    with pytest.raises(GraphError, match="0x7 pixels has no nodes"):
        draw(7, 0)


def test_values_of_the_nearest_pixel():
    image = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)
    points = np.array([[3, 1], [0, 0], [1.4, 0.4]], np.float32)
    assert node_values(image, points).tolist() == [[21, 22, 23], [0, 1, 2], [3, 4, 5]]
    assert node_values(image[..., 0], points).tolist() == [[21], [0], [3]]
    for outside in ([4, 0], [0, 2], [-1, 0], [np.nan, 0]):
        with pytest.raises(GraphError, match="outside the image of 4x2 pixels"):
            node_values(image, np.array([outside], np.float32))
    with pytest.raises(GraphError, match="image has shape"):
        node_values(np.zeros(3), points)
