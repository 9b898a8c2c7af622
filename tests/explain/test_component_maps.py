"""What each component attends to, over the picture and over its balls."""

import keras
import numpy as np
import pytest

from ferkeras.datasets.synthetic import render
from ferkeras.errors import FerkerasError
from ferkeras.explain.component_maps import component_maps
from ferkeras.explain.component_panels import ball_heat, component_panels
from ferkeras.explain.explained_panels import explained_panels
from ferkeras.models import CSGBSBF, MFFCNN
from ferkeras.models.cs_gbsbf.explained_layers import explained_layers
from ferkeras.prepare import face_graph, model_inputs, prepare
from ferkeras.types import GraphSpec, InputSpec

SPEC = InputSpec(height=32, width=32, channels=1, graph=GraphSpec())


@pytest.fixture(scope="module")
def face():
    return prepare(render(0, 1, "happy", size=80).picture[10:70, 10:70], None, SPEC)


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(0)
    return CSGBSBF(
        (32, 32, 1),
        3,
        variant="small",
        embedding=16,
        components=4,
        component_units=8,
        graph_filters=(8, 12),
    )


def test_maps_are_cam_of_each_component(model, face):
    _, components = explained_layers(model)
    maps = component_maps(model, face, 1, components, SPEC)
    inputs = model_inputs(face[None], SPEC)
    count = inputs["nodes"].shape[1]
    assert maps.visual.shape == (4, 32, 32)
    assert maps.spatial.shape == (4, count)
    np.testing.assert_array_equal(maps.nodes, inputs["nodes"][0])
    for heats in (maps.visual, maps.spatial):
        assert heats.min() >= 0
        assert heats.max() <= 1
        assert (heats.reshape(4, -1).max(1) > 0.9).all()
        assert (heats.reshape(4, -1).min(1) < 0.1).all()
    # W as the model itself has it
    training = CSGBSBF(
        (32, 32, 1),
        3,
        variant="small",
        embedding=16,
        components=4,
        component_units=8,
        graph_filters=(8, 12),
        branch_outputs=True,
    )
    training.set_weights(model.get_weights())
    shares = np.asarray(training(inputs)["components"])[0, 1:, -1]
    np.testing.assert_allclose(maps.shares, shares, rtol=1e-4)


def test_heat_of_balls_by_the_equation(model, face):
    """``sum_c a_c A_c``, stretched, with a_c from the chain of dense layers, by NumPy."""
    _, components = explained_layers(model)
    maps = component_maps(model, face, 1, components, SPEC)
    names = ["graph_conv2", "visual_components", "spatial_components", "guidance"]
    tapped = keras.Model(model.input, [model.get_layer(name).output for name in names])
    nodes, visual, spatial, _ = (np.asarray(v)[0] for v in tapped(model_inputs(face[None], SPEC)))
    kernel = model.get_layer("spatial_components").get_weights()[0]
    embed = model.get_layer("spatial_embedding").get_weights()[0]
    for k in range(4):
        # <V, sigmoid(W^T (E^T mean(A)))>
        by_feature = embed @ (kernel[k] @ (visual[k] * spatial[k] * (1 - spatial[k])))
        heat = nodes @ by_feature
        heat = heat - heat.min()
        np.testing.assert_allclose(maps.spatial[k], heat / heat.max(), atol=1e-3)


def test_the_hottest_ball_colours_a_pixel():
    nodes = np.zeros((3, 10), "float32")
    nodes[0, :4] = [2, 2, 2, 1]  # rows 1..3, columns 0..4
    nodes[1, :4] = [2, 4, 0, 0]
    nodes[2, :4] = [0, 0, 1, 0]  # reaches over the border
    heat = ball_heat(nodes, np.array([0.5, 0.9, 0.2], "float32"), 5, 6)
    wanted = np.zeros((5, 6), "float32")
    wanted[0, :2] = 0.2
    wanted[1:4, :5] = 0.5
    wanted[2, 4] = 0.9
    np.testing.assert_array_equal(heat, wanted)


def test_pictures_of_picture_and_graph(model, face):
    panels = explained_panels(model, face, 2, explained_layers(model), spec=SPEC)
    titles = [title for title, _ in panels]
    assert titles[0].startswith("fused answer")
    count = len(face_graph(face, SPEC.graph).nodes)
    assert titles[1:3] == [f"{count} granular balls, by size", "their graph"]
    assert titles[3:] == ["components: picture", "components: granular balls"]
    assert panels[3][1].shape == panels[4][1].shape
    assert (panels[3][1] != panels[4][1]).any()


def test_without_the_graph_there_is_one_picture(face):
    model = CSGBSBF((32, 32, 1), 3, variant="small", graph_stream=False, components=5)
    panels = component_panels(model, face, 0, explained_layers(model)[1])
    assert [title for title, _ in panels] == ["components: picture"]


def test_another_model_is_an_error():
    with pytest.raises(FerkerasError, match=r"has no components, so it is no CS-GBSBF"):
        explained_layers(MFFCNN())
