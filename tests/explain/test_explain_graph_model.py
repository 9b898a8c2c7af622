"""Heat maps and node relevance of a model that takes a picture and its graph."""

from __future__ import annotations

import dataclasses

import keras
import numpy as np
import pytest
from exported_model import crops
from graph_model import SPEC
from keras import layers, ops

from ferkeras.errors import FerkerasError
from ferkeras.explain.explained_panels import explained_panels
from ferkeras.explain.grad_cam import grad_cam
from ferkeras.explain.node_relevance import node_relevance
from ferkeras.models.explained_layer import ExplainedLayer
from ferkeras.prepare import model_inputs
from ferkeras.types import GraphSpec


@pytest.fixture(scope="module")
def model():
    """Means of maps and sums of nodes, each through one dense layer, added up."""
    keras.utils.set_random_seed(3)
    image = keras.Input((28, 28, 1), name="image")
    nodes = keras.Input((None, 10), name="nodes")
    edges = keras.Input((2, None), name="edges", dtype="int32")
    maps = layers.Conv2D(4, 3, padding="same", activation="relu", name="maps")(image / 255)
    balls = layers.Dense(5, name="balls")(nodes / 255)
    links = ops.sum(ops.cast(ops.greater_equal(edges, 0), "float32"), axis=(1, 2))
    seen = [
        layers.Dense(3, name="of_maps")(layers.GlobalAveragePooling2D()(maps)),
        layers.Dense(3, name="of_balls")(ops.mean(balls, axis=1)),
        layers.Dense(3, name="of_edges")(ops.expand_dims(links / 500, -1)),
    ]
    outputs = layers.Softmax()(layers.Add(name="scores")(seen))
    return keras.Model({"image": image, "nodes": nodes, "edges": edges}, outputs, name="both")


@pytest.mark.parametrize("label", range(3))
def test_the_map_is_that_of_the_image_and_the_graph_is_passed_on(model, label):
    """dp_l / dA = p_l (w_l - sum_c p_c w_c), with the probabilities p that the graph takes part in.

    For a mean over the places; scaling to 0..1 takes off what all weights have in common.
    """
    (crop,) = crops(1, seed=4)
    batch = model_inputs(crop[np.newaxis], SPEC)
    p = np.asarray(model(batch))[0]
    without = {**batch, "edges": np.full_like(batch["edges"], -1)}
    assert np.abs(np.asarray(model(without))[0] - p).max() > 0.01
    weights = np.asarray(model.get_layer("of_maps").kernel)
    image = model.input["image"]
    maps = np.asarray(keras.Model(image, model.get_layer("maps").output)(batch["image"]))[0]
    want = np.maximum(maps @ (weights[:, label] - weights @ p), 0)
    got = grad_cam(model, crop, "maps", label, spec=SPEC)
    np.testing.assert_allclose(got, want / (want.max() or 1), atol=1e-5)


def test_nodes_speak_for_a_class_by_gradient_times_value(model):
    (crop,) = crops(1, seed=4)
    batch = model_inputs(crop[np.newaxis], SPEC)
    nodes = keras.Model(model.input, model.get_layer("balls").output)
    want = np.asarray(nodes(batch))[0] @ np.asarray(model.get_layer("of_balls").kernel)[:, 1]
    want = np.maximum(want, 0)
    got = node_relevance(model, crop, "balls", 1, scores="scores", spec=SPEC)
    assert got.shape == (batch["nodes"].shape[1],)
    np.testing.assert_allclose(got, want / want.max(), atol=1e-5)


def test_a_system_that_takes_graphs_gets_its_panels(model):
    (crop,) = crops(1)
    listed = [ExplainedLayer("whole face", "maps", "scores")]
    ((title, picture),) = explained_panels(model, crop, 0, listed, spec=SPEC)
    assert title.endswith("(maps)")
    assert picture.dtype == np.uint8


def test_without_the_right_spec_is_one_clear_line(model):
    (crop,) = crops(1)
    coloured = dataclasses.replace(SPEC, channels=3, graph=GraphSpec(colour=True))
    for spec, reason in (
        (None, r"takes several inputs \(image, nodes, edges\); give spec, its card's input"),
        (
            coloured,
            r"takes image \(28, 28, 1\), .*, spec says image \(28, 28, 3\)",
        ),
    ):
        with pytest.raises(FerkerasError, match=reason):
            grad_cam(model, crop, "maps", 0, spec=spec)
    with pytest.raises(FerkerasError, match=r"takes a picture \(28, 28, 1\), got \(28, 1\)"):
        grad_cam(model, crop[0], "maps", 0, spec=SPEC)
