from __future__ import annotations

import numpy as np
import pytest

from ferkeras.errors import FerkerasError
from ferkeras.explain.explained_panels import explained_panels
from ferkeras.explain.heat_map_figure import heat_map_figure
from ferkeras.explain.node_panel import node_panel
from ferkeras.models import SPAGNN, SPEGNN, SSGNN
from ferkeras.models.explained_layer import ExplainedNodes
from ferkeras.models.ssgnn.explained_layers import explained_layers

# Far apart: an edge is shorter than a disk is wide nowhere.
PLACES = [[2, 2], [9, 1], [5, 6], [1, 10], [10, 9]]


def looks_at(model, node, filters):
    """Make the scores read one node alone, after the convolution."""
    scores = model.get_layer("spectral_scores")
    count = scores.kernel.shape[0] // filters
    kernel = np.zeros((count, filters, 3), np.float32)
    kernel[node] = [-1, 0, 1]
    scores.set_weights([kernel.reshape(-1, 3), np.zeros(3)])
    model.get_layer("spectral_conv").bias.assign(np.full(filters, 50.0))
    return model


def warm_middle(drawn):
    """Where the picture is red."""
    red = drawn[..., 0].astype(int) - drawn[..., 2] > 60
    rows, columns = np.nonzero(red)
    assert 20 < len(rows) < 400
    return columns.mean(), rows.mean()


@pytest.mark.parametrize("node", range(5))
def test_the_warm_point_is_at_its_pixel(node):
    model = SPEGNN((12, 12, 1), 3, positions=PLACES, neighbours=2, spectral_filters=4)
    look = ExplainedNodes("t", "spectral_conv", "spectral_scores", "nodes")
    crop = np.full((12, 12, 1), 130, np.float32)
    title, drawn = node_panel(looks_at(model, node, 4), crop, 2, look)
    assert title == "t\n(spectral_conv)"
    assert drawn.shape == (360, 360, 3)  # 30 times 12
    expected = (np.array(PLACES[node]) + 0.5) * 30 - 0.5  # the middle of a pixel is its own
    np.testing.assert_allclose(warm_middle(drawn), expected, atol=1)


def test_landmarks_are_drawn_where_they_lie_on_the_face():
    model = SPEGNN((5, 2), 3, positions=PLACES, neighbours=2, spectral_filters=4)
    look = ExplainedNodes("t", "spectral_conv", "spectral_scores")
    landmarks = np.array([[60, 70], [190, 75], [130, 140], [70, 200], [180, 205]], np.float32)
    face = np.full((400, 400, 3), 128, np.uint8)
    _, drawn = node_panel(looks_at(model, 2, 4), landmarks, 2, look, face)
    assert drawn.shape == face.shape
    expected = np.array([130, 140]) / 255 * 400 - 0.5
    np.testing.assert_allclose(warm_middle(drawn), expected, atol=1)
    with pytest.raises(FerkerasError, match=r"takes landmarks \(5, 2\); to draw them, give the pi"):
        node_panel(model, landmarks, 2, look)


@pytest.mark.parametrize(("builder", "count"), [(SSGNN, 6), (SPAGNN, 3), (SPEGNN, 3)])
def test_each_builder_gets_its_pictures(builder, count):
    model = builder((16, 16, 1), 3, nodes=60, neighbours=4)
    crop = np.random.default_rng(0).uniform(0, 255, (16, 16, 1)).astype(np.float32)
    panels = explained_panels(model, crop, 1, explained_layers(model))
    assert len(panels) == count
    assert panels[0][0].splitlines()[0].endswith(": learned weights")
    assert len({picture.tobytes() for _, picture in panels}) == count
    chances = {"a": 0.2, "b": 0.3, "c": 0.5}
    figure = heat_map_figure("Why?", [("face", panels[0][1]), *panels], chances, "b")
    assert figure.shape == ((740, 1240, 3) if count == 6 else (400, 1550, 3))


def test_a_model_without_anything_learned_says_so():
    model = SPEGNN((12, 12, 1), 3, positions=PLACES, neighbours=2)
    scores = model.get_layer("spectral_scores")
    scores.set_weights([np.zeros_like(scores.get_weights()[0]), np.zeros(3)])
    crop = np.full((12, 12, 1), 130, np.float32)
    for title, picture in explained_panels(model, crop, 0, explained_layers(model)):
        assert "nothing speaks for it" in title
        assert picture.dtype == np.uint8
