"""What is measured of granular balls and of their pairs, against NumPy and SciPy."""

import ball_oracle
import numpy as np
import pytest
from ball_pictures import PICTURES, face, grey_of
from scipy import stats

from ferkeras.graphs import (
    BALL_COLOUR_EDGE_FEATURES,
    BALL_COLOUR_FEATURES,
    BALL_EDGE_FEATURES,
    BALL_FEATURES,
    ball_borders,
    granular_balls,
)

WAYS = [{}, {"max_nodes": 60}, {"compat": "official", "max_nodes": 300}]


def pixels_of(graph, image):
    for up, low, left, right in ball_borders(graph.nodes, *image.shape[:2]):
        yield image[up : low + 1, left : right + 1]


@pytest.mark.parametrize("way", WAYS)
def test_statistics_of_the_pixels_in_each_ball(way):
    image = ball_oracle.smoothed(grey_of(face(5)))
    graph = granular_balls(face(5), **way)
    assert graph.nodes.shape[1] == len(BALL_FEATURES) == 10
    for node, pixels in zip(graph.nodes, pixels_of(graph, image), strict=True):
        shares = np.unique(pixels, return_counts=True)[1] / pixels.size
        expected = [
            pixels.var(),
            pixels.mean(),
            0.0 if len(shares) == 1 else stats.skew(pixels.ravel()),
            pixels.max(),
            pixels.min(),
            stats.entropy(shares, base=2),
        ]
        np.testing.assert_allclose(node[4:], expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("way", WAYS)
def test_an_edge_holds_both_places_and_how_far_apart_they_are(way):
    graph = granular_balls(face(5), **way)
    assert graph.edge_features.shape == (graph.edges.shape[1], len(BALL_EDGE_FEATURES))
    assert len(graph.edge_features)
    for (source, target), features in zip(graph.edges.T, graph.edge_features, strict=True):
        one, other = graph.nodes[source, :4], graph.nodes[target, :4]
        rows, columns = abs(one - other)[:2]
        np.testing.assert_array_equal(features, [*one, *other, rows + columns, rows * columns])


@pytest.mark.parametrize("way", WAYS)
def test_colour_of_the_pixels_in_each_ball(way):
    picture, grey = face(5), granular_balls(face(5), **way)
    graph = granular_balls(picture, **way, colour=True)
    assert graph.nodes.shape[1] == len(BALL_COLOUR_FEATURES) == 13
    np.testing.assert_array_equal(graph.nodes[:, :4], grey.nodes[:, :4])
    np.testing.assert_array_equal(graph.edges, grey.edges)
    slopes = ball_oracle.gradient(ball_oracle.smoothed(grey_of(picture)))
    joined = np.zeros((len(graph.nodes),) * 2, bool)
    joined[tuple(graph.edges)] = True
    for number, pixels in enumerate(pixels_of(graph, picture)):
        node = graph.nodes[number]
        colours = pixels.reshape(-1, 3).astype(float)
        measured = np.stack([colours.mean(0), colours.var(0)], 1).ravel()
        np.testing.assert_allclose(node[4:10], measured, rtol=1e-5, atol=1e-5)
        assert node[10] == slopes[int(node[0]), int(node[1])]
        near = np.flatnonzero(joined[number])
        assert node[11] == len(near)
        pairs = len(near) * (len(near) - 1)
        triangles = joined[np.ix_(near, near)].sum()
        np.testing.assert_allclose(node[12], triangles / pairs if pairs else 0, rtol=1e-6)


@pytest.mark.parametrize("way", WAYS)
def test_what_two_balls_share(way):
    height, width = face(5).shape[:2]
    graph = granular_balls(face(5), **way, colour=True)
    assert graph.edge_features.shape == (graph.edges.shape[1], len(BALL_COLOUR_EDGE_FEATURES))
    masks = np.zeros((len(graph.nodes), height, width))
    for mask, (up, low, left, right) in zip(
        masks, ball_borders(graph.nodes, height, width), strict=True
    ):
        mask[up : low + 1, left : right + 1] = 1
    source, target = graph.edges
    shared = (masks[source] * masks[target]).sum((1, 2))
    size = masks.sum((1, 2))
    distance = np.hypot(*(graph.positions[source] - graph.positions[target]).T)
    expected = [shared / shared.max(), shared / (size[source] + size[target])]
    expected.append(distance / distance.max())
    np.testing.assert_allclose(graph.edge_features, np.stack(expected, 1), rtol=1e-5)


@pytest.mark.parametrize("colour", [False, True])
def test_a_single_ball_has_no_edge_to_describe(colour):
    graph = granular_balls(PICTURES["constant"], colour=colour)
    assert len(graph.nodes) == 1
    assert graph.edge_features.shape == (0, 3 if colour else 10)
    assert np.isfinite(graph.nodes).all()


def test_a_grey_picture_has_equal_channels():
    nodes = granular_balls(PICTURES["grey face"], colour=True).nodes
    np.testing.assert_array_equal(nodes[:, 4:6], nodes[:, 6:8])
    np.testing.assert_array_equal(nodes[:, 4:6], nodes[:, 8:10])
