"""Granular balls against a slow NumPy program, SciPy, and what must hold for any picture."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import ball_oracle
import numpy as np
import pytest
from ball_pictures import PICTURES, checked, face, grey_of, same
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from ferkeras.errors import GraphError
from ferkeras.graphs import ball_borders, granular_balls


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("limits", [(0.7, 30, 50.0), (0.9, 8, 400.0)])
def test_same_balls_and_edges_as_the_slow_program(name, limits):
    image = ball_oracle.smoothed(grey_of(PICTURES[name]))
    balls = ball_oracle.balls_of(image, *limits)
    graph = granular_balls(PICTURES[name], *limits)
    np.testing.assert_array_equal(graph.nodes[:, :4], balls)
    np.testing.assert_array_equal(graph.edges, ball_oracle.edges_of(image, balls))
    np.testing.assert_array_equal(graph.positions, balls[:, 1::-1])


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("limits", [(0.7, 30, 50.0), (0.97, 40, 4000.0)])
def test_same_balls_and_edges_in_the_official_way(name, limits):
    image = ball_oracle.smoothed(grey_of(PICTURES[name]))
    balls = ball_oracle.balls_of(image, *limits, ball_oracle.grown_as_official)[::-1]
    graph = granular_balls(PICTURES[name], *limits, compat="official")
    np.testing.assert_array_equal(graph.nodes[:, :4], balls)
    np.testing.assert_array_equal(graph.edges, ball_oracle.edges_of(image, balls))


@given(
    image=arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=10)),
    blocks=st.integers(1, 3),
    purity=st.floats(0, 0.99),
    tolerance=st.integers(0, 255),
    variance=st.floats(0.01, 5000),
)
@settings(max_examples=60, deadline=None)
def test_same_balls_of_any_picture(image, blocks, purity, tolerance, variance):
    picture = image.repeat(blocks, 0).repeat(blocks, 1)
    smooth, limits = ball_oracle.smoothed(picture), (purity, tolerance, variance)
    balls = ball_oracle.balls_of(smooth, *limits)
    np.testing.assert_array_equal(granular_balls(picture, *limits).nodes[:, :4], balls)
    balls = ball_oracle.balls_of(smooth, *limits, ball_oracle.grown_as_official)[::-1]
    graph = granular_balls(picture, *limits, compat="official")
    np.testing.assert_array_equal(graph.nodes[:, :4], balls)


def test_the_official_way_keeps_steps_that_break_the_thresholds():
    image = ball_oracle.smoothed(grey_of(face(2)))
    shares = {}
    for compat in (None, "official"):
        balls = granular_balls(face(2), compat=compat).nodes[:, :4].astype(int)
        broken = [
            ball_oracle.purity_of(image, ball, 30) <= 0.7
            or ball_oracle.inside(image, ball).var() >= 50
            for ball in balls
        ]
        shares[compat] = np.mean(broken)
    assert shares[None] == 0
    assert 0.2 < shares["official"] < 0.6


@given(
    image=arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=24)),
    blocks=st.integers(1, 6),
    purity=st.floats(0, 0.99),
    tolerance=st.integers(0, 255),
    variance=st.floats(0.01, 5000),
    colour=st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_every_ball_keeps_its_limits_and_every_pixel_is_in_one(
    image, blocks, purity, tolerance, variance, colour
):
    picture = image.repeat(blocks, 0).repeat(blocks, 1)[:40, :40]
    graph = granular_balls(picture, purity, tolerance, variance, colour=colour)
    smooth, seen = ball_oracle.smoothed(picture), np.zeros(picture.shape, bool)
    for ball in graph.nodes[:, :4].astype(int):
        assert ball_oracle.purity_of(smooth, ball, tolerance) > purity
        assert ball_oracle.inside(smooth, ball).var() < variance * (1 + 1e-9)
        ball_oracle.inside(seen, ball)[:] = True
    assert seen.all()
    borders = ball_borders(graph.nodes, *picture.shape)
    assert (borders[:, 0] <= borders[:, 1]).all()
    assert (borders[:, 2] <= borders[:, 3]).all()
    checked(graph)


def test_the_same_picture_gives_the_same_graph_in_any_thread():
    first = granular_balls(face(2))
    with ThreadPoolExecutor(4) as pool:
        for graph in pool.map(granular_balls, [face(2)] * 8):
            assert same(graph, first)


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("colour", [False, True])
@pytest.mark.parametrize("compat", [None, "official"])
def test_without_edge_features_all_else_is_the_same(name, colour, compat):
    for most in (None, 50):
        settings = {"compat": compat, "colour": colour, "max_nodes": most}
        graph = granular_balls(PICTURES[name], **settings)
        checked(graph)
        assert graph.nodes.shape[1] == (13 if colour else 10)
        bare = granular_balls(PICTURES[name], **settings, edge_features=False)
        np.testing.assert_array_equal(bare.nodes, graph.nodes)
        assert bare.edge_features is None
        np.testing.assert_array_equal(bare.edges, graph.edges)


def test_any_layout_of_memory_will_do():
    picture = face(3)
    expected = granular_balls(picture, colour=True).nodes
    fixed = picture.copy()
    fixed.flags.writeable = False
    for other in (fixed, picture[:, ::-1].copy()[:, ::-1], np.asfortranarray(picture)):
        np.testing.assert_array_equal(granular_balls(other, colour=True).nodes, expected)


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


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"compat": "other"}, "compat is 'other', expected None or 'official'"),
        ({"max_nodes": 0}, "max_nodes is 0, expected a whole number above 0"),
        ({"max_nodes": 2.5}, "max_nodes is 2.5"),
        ({"max_nodes": float("inf")}, "max_nodes is inf"),
        ({"compat": "official", "max_nodes": 1}, "ends at .* give a higher one, or compat=None"),
    ],
)
def test_settings_that_cannot_be_used_are_said(settings, message):
    with pytest.raises(GraphError, match=message):
        granular_balls(face(3), **settings)


def test_numba_is_imported_with_the_first_ball_only():
    code = "import ferkeras.graphs, sys; assert 'numba' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
