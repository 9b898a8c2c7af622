"""Node features of balls on one scale."""

import keras
import numpy as np
import pytest
import skimage.data

from ferkeras.graphs import BALL_COLOUR_FEATURES, BALL_FEATURES, granular_balls
from ferkeras.layers import BallNodes


def scaled(nodes, height, width):
    """The same in NumPy, column by column, by name."""
    columns = dict(zip(BALL_FEATURES, np.asarray(nodes, np.float64).T, strict=True))
    columns["row"] = 2 * columns["row"] / (height - 1) - 1
    columns["column"] = 2 * columns["column"] / (width - 1) - 1
    for name in ("half_width_x", "half_width_y"):
        columns[name] = np.log1p(columns[name]) / 2
    columns["variance"] = np.log1p(columns["variance"]) / 4
    for name in ("mean", "maximum", "minimum"):
        columns[name] = columns[name] / 127.5 - 1
    columns["skewness"] = columns["skewness"] / (1 + abs(columns["skewness"]))
    columns["entropy"] = columns["entropy"] / 4 - 1
    return np.stack(list(columns.values()), 1)


def test_columns_of_a_real_face_are_scaled_by_name():
    picture = skimage.data.astronaut()[20:100, 170:270]
    nodes = granular_balls(picture).nodes
    answer = np.asarray(BallNodes((80, 100))(nodes[None]))[0]
    np.testing.assert_allclose(answer, scaled(nodes, 80, 100), atol=1e-6)
    assert np.abs(answer).max() < 1.5


def test_columns_of_the_colour_form():
    nodes = granular_balls(skimage.data.astronaut()[20:100, 170:270], colour=True).nodes
    columns = dict(zip(BALL_COLOUR_FEATURES, nodes.astype(np.float64).T, strict=True))
    columns["row"] = 2 * columns["row"] / 79 - 1
    columns["column"] = 2 * columns["column"] / 99 - 1
    for name in ("half_width_x", "half_width_y", "degree"):
        columns[name] = np.log1p(columns[name]) / 2
    for colour in ("red", "green", "blue"):
        columns[f"mean_{colour}"] = columns[f"mean_{colour}"] / 127.5 - 1
        columns[f"variance_{colour}"] = np.log1p(columns[f"variance_{colour}"]) / 4
    columns["gradient"] = columns["gradient"] / 127.5 - 1
    columns["clustering"] = 2 * columns["clustering"] - 1
    answer = np.asarray(BallNodes((80, 100))(nodes[None]))[0]
    np.testing.assert_allclose(answer, np.stack(list(columns.values()), 1), atol=1e-5)
    assert np.abs(answer).max() < 2.5


def test_padding_is_zero_and_masked_behind():
    nodes = np.full((2, 5, 10), -1, "float32")
    nodes[0, :3] = 3
    nodes[1] = 4
    layer = BallNodes((9, 9))
    answer = layer(nodes)
    assert np.all(np.asarray(answer)[0, 3:] == 0)
    wanted = np.array([[1, 1, 1, 0, 0], [1] * 5], bool)
    np.testing.assert_array_equal(layer.compute_mask(nodes), wanted)
    pooled = keras.layers.GlobalAveragePooling1D()(answer)
    np.testing.assert_allclose(pooled[0], np.asarray(answer)[0, :3].mean(0), rtol=1e-5)


def test_half_precision_computes_positions_in_float32():
    nodes = np.full((1, 2, 10), 500.0, "float32")
    nodes[0, 1, 0] = 501
    exact = np.asarray(BallNodes((1024, 1024))(nodes))
    layer = BallNodes((1024, 1024), dtype="mixed_float16")
    half = np.asarray(layer(nodes), np.float32)
    assert keras.backend.standardize_dtype(layer(nodes).dtype) == "float16"
    np.testing.assert_allclose(half, exact, atol=5e-3)
    assert half[0, 0, 0] != half[0, 1, 0]


@pytest.mark.parametrize("size", [(0, 4), (4,), (4.5, 4), (-1, 3)])
def test_a_size_that_is_none(size):
    with pytest.raises(ValueError, match=r"picture_size is .*expected \(height, width\)"):
        BallNodes(size)


def test_another_number_of_features():
    with pytest.raises(ValueError, match=r"expected \(batch, nodes, 10"):
        BallNodes((4, 4))(np.zeros((1, 3, 7), "float32"))
