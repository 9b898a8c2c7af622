"""Balls and their graph over a face: lines where the borders are, points where the seeds are."""

import numpy as np
import pytest
import skimage.data

from ferkeras.errors import FerkerasError, MediaError
from ferkeras.explain.ball_picture import draw_ball_graph, draw_balls
from ferkeras.graphs import ball_borders, granular_balls
from ferkeras.types import Graph

FACE = skimage.data.astronaut()[20:200:5, 140:300:5]  # 36x32
ZOOM = 22  # 768 / 36, rounded up
FLAT = np.full((10, 20), 100, np.uint8)  # one ball
DARK = 80  # of FLAT under the drawing


def in_colour(drawn):
    return np.ptp(drawn.astype(int), axis=2) > 0


@pytest.mark.parametrize("draw", [draw_balls, draw_ball_graph])
@pytest.mark.parametrize("settings", [{}, {"max_nodes": 50}, {"colour": True}])
def test_the_face_is_seen_between_the_lines(draw, settings):
    drawn = draw(FACE, granular_balls(FACE, **settings))
    assert (drawn.dtype, drawn.shape) == (np.uint8, (36 * ZOOM, 32 * ZOOM, 3))
    assert 0.01 < in_colour(drawn).mean() < 0.3
    np.testing.assert_array_equal(drawn, draw(FACE, granular_balls(FACE, **settings)))


@pytest.mark.parametrize("most", [None, 60])
def test_lines_are_along_the_borders_of_the_balls(most):
    graph = granular_balls(FACE, max_nodes=most)
    lines = in_colour(draw_balls(FACE, graph))
    expected = np.zeros(lines.shape, bool)
    for up, low, left, right in ball_borders(graph.nodes, 36, 32):
        rows, columns = [ZOOM * up, ZOOM * low + ZOOM - 1], [ZOOM * left, ZOOM * right + ZOOM - 1]
        expected[rows, columns[0] : columns[1] + 1] = True
        expected[rows[0] : rows[1] + 1, columns] = True
    np.testing.assert_array_equal(lines, expected)


def test_one_ball_is_a_frame_and_a_point():
    graph = granular_balls(FLAT)
    frame = draw_balls(FLAT, graph, side=40)
    assert frame.shape == (20, 40, 3)
    assert (frame[1:-1, 1:-1] == DARK).all()
    assert in_colour(frame).sum() == 2 * 20 + 2 * 38
    red, green, blue = frame[0, 0].astype(int)
    assert red > max(green, blue)  # the largest
    point = draw_ball_graph(FLAT, granular_balls(FLAT, max_nodes=1), side=200)
    assert (point[:, 150:] == DARK).all()
    assert in_colour(point)[0, 0]  # the seed is the first pixel


def test_an_edge_is_a_line_between_two_points():
    nodes = np.array([[2, 3, 5, 1], [8, 16, 8, 8]], np.float32)
    graph = Graph(nodes, np.array([[0, 1], [1, 0]]))
    drawn = draw_ball_graph(FLAT, graph, side=200)
    middle = (nodes[:, :2].mean(0) + 0.5) * 10 - 0.5
    line = drawn[tuple(middle.astype(int))].astype(int)
    assert np.ptp(line) == 0
    assert line[0] > DARK + 40
    alone = draw_ball_graph(FLAT, Graph(nodes, np.zeros((2, 0), int)), side=200)
    assert (alone[tuple(middle.astype(int))] == DARK).all()
    for row, column in nodes[:, :2]:
        assert in_colour(drawn)[int(10 * row + 4), int(10 * column + 4)]


def test_a_large_picture_keeps_its_size():
    picture = np.zeros((900, 800, 3), np.uint8)
    assert draw_balls(picture, granular_balls(picture)).shape == picture.shape


@pytest.mark.parametrize("draw", [draw_balls, draw_ball_graph])
def test_another_graph_or_picture_is_refused(draw):
    graph = granular_balls(FACE)
    with pytest.raises(FerkerasError, match=r"the picture is 10x20: give the one"):
        draw(FLAT, graph)
    with pytest.raises(FerkerasError, match="not one of granular balls"):
        draw(FACE, Graph(graph.nodes[:, :3], graph.edges))
    with pytest.raises(MediaError, match="not a picture"):
        draw(np.zeros(4, np.uint8), graph)
