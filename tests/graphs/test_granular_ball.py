"""Granular balls against a slow NumPy program, SciPy, and what must hold for any picture."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import ball_oracle
import numpy as np
import pytest
import skimage.data
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from scipy import stats

from ferkeras.errors import GraphError
from ferkeras.graphs import BALL_FEATURES, ball_borders, granular_balls


def face(step):
    return skimage.data.astronaut()[20:200:step, 140:300:step]


CHECKERS = np.indices((9, 12)).sum(0) % 2 * 255
PICTURES = {
    "face": face(5),
    "grey face": face(6)[..., 1],
    "constant": np.full((13, 7), 90, np.uint8),
    "checkerboard": CHECKERS.astype(np.uint8),
    "one pixel": np.full((1, 1), 3, np.uint8),
    "one row": face(4)[20, :, 0][None],
    "one column": face(4)[:, 20, :][:, None],
    "16 bits": face(6)[..., 0].astype(np.uint16) * 257,
    "floats": face(6).astype(np.float32) / 255,
    "noise": np.random.default_rng(0).integers(0, 256, (17, 23), np.uint8),
}


def grey_of(picture):
    import cv2

    from ferkeras.media import as_picture

    return cv2.cvtColor(as_picture(picture), cv2.COLOR_RGB2GRAY)


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("limits", [(0.7, 30, 50.0), (0.9, 8, 400.0)])
def test_same_balls_and_edges_as_the_slow_program(name, limits):
    image = ball_oracle.smoothed(grey_of(PICTURES[name]))
    balls = ball_oracle.balls_of(image, *limits)
    graph = granular_balls(PICTURES[name], *limits)
    np.testing.assert_array_equal(graph.nodes[:, :4], balls)
    np.testing.assert_array_equal(graph.edges, ball_oracle.edges_of(image, balls))
    np.testing.assert_array_equal(graph.positions, balls[:, 1::-1])


def test_statistics_of_the_pixels_in_each_ball():
    image = ball_oracle.smoothed(grey_of(PICTURES["face"]))
    graph = granular_balls(PICTURES["face"])
    assert graph.nodes.shape[1] == len(BALL_FEATURES) == 10
    for node in graph.nodes:
        pixels = ball_oracle.inside(image, node[:4].astype(int)).ravel()
        shares = np.unique(pixels, return_counts=True)[1] / pixels.size
        flat = len(shares) == 1
        expected = [
            pixels.var(),
            pixels.mean(),
            0.0 if flat else stats.skew(pixels),
            pixels.max(),
            pixels.min(),
            stats.entropy(shares, base=2),
        ]
        np.testing.assert_allclose(node[4:], expected, rtol=1e-5, atol=1e-6)


@given(
    image=arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=24)),
    blocks=st.integers(1, 6),
    purity=st.floats(0, 0.99),
    tolerance=st.integers(0, 255),
    variance=st.floats(0.01, 5000),
)
@settings(max_examples=60, deadline=None)
def test_every_ball_keeps_its_limits_and_every_pixel_is_in_one(
    image, blocks, purity, tolerance, variance
):
    picture = image.repeat(blocks, 0).repeat(blocks, 1)[:40, :40]
    graph = granular_balls(picture, purity, tolerance, variance)
    smooth, seen = ball_oracle.smoothed(picture), np.zeros(picture.shape, bool)
    for ball in graph.nodes[:, :4].astype(int):
        assert ball_oracle.purity_of(smooth, ball, tolerance) > purity
        assert ball_oracle.inside(smooth, ball).var() < variance * (1 + 1e-9)
        ball_oracle.inside(seen, ball)[:] = True
    assert seen.all()
    borders = ball_borders(graph.nodes, *picture.shape)
    assert (borders[:, 0] <= borders[:, 1]).all()
    assert (borders[:, 2] <= borders[:, 3]).all()
    pairs = {tuple(pair) for pair in graph.edges.T}
    assert pairs == {(b, a) for a, b in pairs}


def test_the_same_picture_gives_the_same_graph_in_any_thread():
    first = granular_balls(face(2))
    with ThreadPoolExecutor(4) as pool:
        for graph in pool.map(granular_balls, [face(2)] * 8):
            np.testing.assert_array_equal(graph.nodes, first.nodes)
            np.testing.assert_array_equal(graph.edges, first.edges)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([np.full((4, 4), np.nan)], "NaN"),
        ([np.zeros((0, 4), np.uint8)], "no pixels"),
        ([np.zeros((3, 3, 2), np.uint8)], "not a picture"),
        ([np.zeros((4, 4), np.uint8), 1.0], "purity is 1.0"),
        ([np.zeros((4, 4), np.uint8), 0.995], "purity is 0.995"),
        ([np.zeros((4, 4), np.uint8), 0.7, float("nan")], "tolerance is nan"),
        ([np.zeros((4, 4), np.uint8), 0.7, 2.5], "tolerance is 2.5, expected a whole number"),
        ([np.zeros((4, 4), np.uint8), 0.7, 30, float("nan")], "variance is nan"),
        ([np.zeros((3000, 3000), np.uint8)], "make it smaller"),
    ],
)
def test_what_cannot_be_done_is_said(arguments, message):
    with pytest.raises(GraphError, match=message):
        granular_balls(*arguments)


def test_numba_is_imported_with_the_first_ball_only():
    code = "import ferkeras.graphs, sys; assert 'numba' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
