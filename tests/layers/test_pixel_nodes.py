import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ferkeras.layers import PixelNodes


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 9), st.integers(1, 9), st.integers(1, 20), st.integers(0, 1000))
def test_reads_row_y_column_x(height, width, count, seed):
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 256, (2, height, width, 3)).astype(np.uint8)
    x, y = rng.integers(0, width, count), rng.integers(0, height, count)
    layer = PixelNodes(np.stack([x, y], axis=1).astype("f4"))
    answer = layer(images)
    assert answer.dtype == "float32"
    np.testing.assert_array_equal(answer, images[:, y, x])
    assert layer.compute_output_shape(images.shape) == answer.shape


@pytest.mark.parametrize(
    ("positions", "shape", "message"),
    [
        ([[8, 0]], (1, 6, 8, 1), r"x=8, y=0, beyond an image of width 8 and height 6"),
        ([[0, 6]], (1, 6, 8, 1), "y=6"),
        ([[0.5, 1]], (1, 6, 8, 1), "positions: expected whole numbers"),
        ([[-1, 1]], (1, 6, 8, 1), "positions: expected whole numbers"),
        ([[np.nan, 1]], (1, 6, 8, 1), "positions: expected whole numbers"),
        ([[1, 1, 1]], (1, 6, 8, 1), r"expected \(nodes, 2\)"),
        ([[1, 1]], (1, None, 8, 1), "of known size"),
        ([[1, 1]], (1, 6, 8), "expected images"),
    ],
)
def test_what_does_not_fit_is_named(positions, shape, message):
    with pytest.raises(ValueError, match=message):
        PixelNodes(np.array(positions)).build(shape)


def test_another_image_size_after_building_is_an_error():
    layer = PixelNodes(np.array([[1, 2]]))
    layer(np.zeros((1, 6, 8, 1), "f4"))
    with pytest.raises(ValueError, match="incompatible"):
        layer(np.zeros((1, 8, 6, 1), "f4"))


def test_a_layer_without_its_positions_answers_nan():
    layer = PixelNodes(4)
    assert np.isnan(layer(np.zeros((1, 6, 8, 1), "f4"))).all()
    layer.set_weights([np.array([[7, 5]] * 4)])
    assert not np.asarray(layer(np.zeros((1, 6, 8, 1), "f4"))).any()
