"""Down-sampling of granular balls against slow programs, and what must hold for any picture."""

import ball_merging_oracle as oracle
import ball_oracle
import numpy as np
import pytest
from ball_pictures import PICTURES, checked, face, grey_of
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from ferkeras.errors import GraphError
from ferkeras.graphs import ball_borders, granular_balls


def small(name):
    return PICTURES[name][:16, :14]


def expected_edges(borders):
    """All pairs of rectangles that share a pixel."""
    up, low, left, right = borders.T
    rows = (up[:, None] <= low) & (up <= low[:, None])
    columns = (left[:, None] <= right) & (left <= right[:, None])
    return np.argwhere(rows & columns & ~np.eye(len(up), dtype=bool)).T


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("share", [0.0, 0.2, 0.6, 0.95])
def test_same_merged_balls_as_the_slow_program(name, share):
    picture = small(name)
    balls = granular_balls(picture).nodes[:, :4].astype(int)
    most = max(1, int(share * len(balls)))
    places, boxes = oracle.merged_nearest(balls, most, picture.shape)
    graph = granular_balls(picture, max_nodes=most)
    np.testing.assert_array_equal(graph.nodes[:, :4], places)
    np.testing.assert_array_equal(ball_borders(graph.nodes, *picture.shape[:2]), boxes)
    np.testing.assert_array_equal(graph.edges, expected_edges(boxes))


@pytest.mark.parametrize("name", PICTURES)
def test_same_merged_balls_in_the_official_way(name):
    picture = small(name)
    balls = granular_balls(picture, compat="official").nodes[:, :4].astype(int).tolist()
    for most in {1, max(1, len(balls) // 4), max(1, len(balls) // 2), len(balls)}:
        places = oracle.merged_as_official(balls, most)
        if places is None:
            with pytest.raises(GraphError, match="ends at"):
                granular_balls(picture, compat="official", max_nodes=most)
        else:
            graph = granular_balls(picture, compat="official", max_nodes=most)
            np.testing.assert_array_equal(graph.nodes[:, :4], places)


def test_the_official_way_loses_balls_and_the_other_does_not():
    lost = {}
    for compat in (None, "official"):
        graph = granular_balls(face(1), compat=compat, max_nodes=1024)
        seen = np.zeros(face(1).shape[:2], bool)
        for up, low, left, right in ball_borders(graph.nodes, *seen.shape):
            seen[up : low + 1, left : right + 1] = True
        lost[compat] = 1 - seen.mean()
    assert lost[None] == 0
    assert lost["official"] > 0.1


@given(
    image=arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=20)),
    blocks=st.integers(1, 5),
    most=st.integers(1, 200),
    colour=st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_of_fewer_balls_every_pixel_is_still_in_one(image, blocks, most, colour):
    picture = image.repeat(blocks, 0).repeat(blocks, 1)[:40, :40]
    whole = granular_balls(picture)
    graph = granular_balls(picture, max_nodes=most, colour=colour)
    assert len(graph.nodes) == min(most, len(whole.nodes))
    checked(graph)
    borders = ball_borders(graph.nodes, *picture.shape)
    smooth, seen = ball_oracle.smoothed(grey_of(picture)), np.zeros(picture.shape, bool)
    for node, (up, low, left, right) in zip(graph.nodes, borders, strict=True):
        seen[up : low + 1, left : right + 1] = True
        if not colour:
            pixels = smooth[up : low + 1, left : right + 1]
            np.testing.assert_allclose(node[4:6], [pixels.var(), pixels.mean()], rtol=1e-5)
            np.testing.assert_array_equal(node[7:9], [pixels.max(), pixels.min()])
    assert seen.all()
    # edges from the nodes alone, as a layer sees them
    row, column, half_x, half_y = graph.nodes[:, :4].T
    near = abs(row[:, None] - row) <= half_y[:, None] + half_y
    near &= abs(column[:, None] - column) <= half_x[:, None] + half_x
    np.fill_diagonal(near, False)
    np.testing.assert_array_equal(graph.edges, np.argwhere(near).T)


def test_one_ball_is_the_whole_picture():
    graph = granular_balls(face(4), max_nodes=1)
    height, width = face(4).shape[:2]
    expected = [(height - 1) / 2, (width - 1) / 2, (width - 1) / 2, (height - 1) / 2]
    np.testing.assert_array_equal(graph.nodes[:, :4], [expected])
    assert graph.edges.shape == (2, 0)


def test_room_for_more_balls_changes_nothing():
    whole = granular_balls(face(3))
    for most in (len(whole.nodes), 10**12):
        graph = granular_balls(face(3), max_nodes=most)
        np.testing.assert_array_equal(graph.nodes, whole.nodes)
        np.testing.assert_array_equal(graph.edges, whole.edges)
