"""Neighbours by direction: against a 3x3 convolution, and by hand."""

import keras
import numpy as np
import pytest

from ferkeras.errors import GraphError
from ferkeras.graphs import direction_table, graph_from_edges, knn_graph, regular_pixels
from ferkeras.layers import SpatialGraphConv

# (dx, dy) of sector 0..7: along x, then clockwise as seen, for y points down.
OFFSETS = ((1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1))


def test_a_full_grid_gives_a_convolution():
    height, width, channels, filters = 6, 7, 2, 3
    grid = regular_pixels(height, width, 1.0)
    # Pixels of the border have farther neighbours too, but behind near ones.
    table = direction_table(knn_graph(grid, 8))
    layer = SpatialGraphConv(filters, *table, kernel_per="rank")
    layer.build((None, height * width, channels))
    random = np.random.default_rng(0)
    kernel = random.normal(size=(9, channels, filters)).astype("float32")
    bias = random.normal(size=filters).astype("float32")
    layer.kernel.assign(kernel)
    layer.bias.assign(bias)
    values = random.normal(size=(4, height * width, channels)).astype("float32")

    square = np.zeros((3, 3, channels, filters), "float32")
    square[1, 1] = kernel[0]
    for place, (dx, dy) in enumerate(OFFSETS, start=1):
        square[1 + dy, 1 + dx] = kernel[place]
    picture = values.reshape(4, height, width, channels)
    wanted = keras.ops.conv(picture, square, padding="same") + bias
    wanted = np.asarray(wanted).reshape(4, height * width, filters)
    found = np.asarray(layer(values))
    np.testing.assert_allclose(found, wanted, atol=1e-5)


def test_by_hand():
    # 0 in the middle; 1 and 2 right of it (1 nearer), 3 above, 4 in the same place.
    places = [[5, 5], [6, 5], [8, 5], [5, 2], [5, 5]]
    graph = graph_from_edges(
        np.zeros((5, 0)), [[0, 1], [0, 2], [0, 3], [0, 4]], positions=np.float32(places)
    )
    neighbours, weights = direction_table(graph, 4)
    assert neighbours[0].tolist() == [1, 0, 0, 3]
    assert weights[0].tolist() == [1, 0, 0, 1]
    assert neighbours[2].tolist() == [2, 2, 0, 2]  # 0 is left of it
    assert weights[4].sum() == 0


def test_clear_errors():
    graph = knn_graph(regular_pixels(4, 4, 1.0), 3)
    for sectors in (0, True, 2.0):
        with pytest.raises(GraphError, match="sectors"):
            direction_table(graph, sectors)
    bare = graph_from_edges(np.zeros((2, 1)), [[0, 1]])
    with pytest.raises(GraphError, match="positions"):
        direction_table(bare)
