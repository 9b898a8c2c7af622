"""Pictures for the tests of granular balls, and what is done with each."""

import cv2
import numpy as np
import skimage.data

from ferkeras.media import as_picture
from ferkeras.types import Graph


def face(step):
    return skimage.data.astronaut()[20:200:step, 140:300:step]


_CHECKERS = np.indices((9, 12)).sum(0) % 2 * 255
PICTURES = {
    "face": face(5),
    "grey face": face(6)[..., 1],
    "constant": np.full((13, 7), 90, np.uint8),
    "checkerboard": _CHECKERS.astype(np.uint8),
    "one pixel": np.full((1, 1), 3, np.uint8),
    "one row": face(4)[20, :, 0][None],
    "one column": face(4)[:, 20, :][:, None],
    "16 bits": face(6)[..., 0].astype(np.uint16) * 257,
    "floats": face(6).astype(np.float32) / 255,
    "noise": np.random.default_rng(0).integers(0, 256, (17, 23), np.uint8),
}


def grey_of(picture):
    return cv2.cvtColor(as_picture(picture), cv2.COLOR_RGB2GRAY)


def checked(graph):
    """The same graph through all checks of `Graph`, which `granular_balls` leaves out."""
    for array in (graph.nodes, graph.edges, graph.weights, graph.edge_features, graph.positions):
        assert array.flags.c_contiguous
        assert array.dtype == (np.int32 if array is graph.edges else np.float32)
    return Graph(graph.nodes, graph.edges, graph.weights, graph.edge_features, graph.positions)


def same(one, other):
    """Whether two graphs are equal in everything."""
    for name in ("nodes", "edges", "weights", "edge_features", "positions"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)
    return True
