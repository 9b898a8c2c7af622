"""One tiny model that takes a picture and its graph, exported once for all tests that need it.

A test file uses it by ``from graph_model import exported_graph  # noqa: F401``.
"""

from __future__ import annotations

from functools import cache

import keras
import pytest
from exported_model import LABELS, crops
from keras import layers, ops

from ferkeras.export import ExportResult, export_model
from ferkeras.layers import GraphConv
from ferkeras.types import GraphSpec, InputSpec

SPEC = InputSpec(height=28, width=28, channels=1, margin=0.1, graph=GraphSpec())


def build() -> keras.Model:
    """A convolution of the picture and one of the graph, side by side."""
    image = keras.Input((28, 28, 1), name="image")
    nodes = keras.Input((None, 10), name="nodes")
    edges = keras.Input((2, None), name="edges", dtype="int32")
    x = layers.Rescaling(1 / 255)(image)
    maps = layers.Conv2D(4, 3, strides=2, activation="relu", name="maps")(x)
    real = ops.greater_equal(nodes[:, :, 0], 0)
    weights = ops.cast(ops.greater_equal(edges[:, 0], 0), "float32")
    balls = GraphConv(6, activation="relu", name="balls")(
        [layers.Rescaling(1 / 255)(nodes), ops.maximum(edges, 0), weights], mask=real
    )
    seen = [layers.GlobalAveragePooling2D()(maps), ops.max(balls, axis=1)]
    seen = [layers.LayerNormalization()(one) for one in seen]
    scores = layers.Dense(len(LABELS), name="scores")(layers.Concatenate()(seen))
    outputs = layers.Activation("softmax", dtype="float32")(scores)
    return keras.Model({"image": image, "nodes": nodes, "edges": edges}, outputs, name="tiny_graph")


@cache
def graph_model() -> keras.Model:
    """`build` with seeded weights."""
    keras.utils.set_random_seed(5)
    return build()


_made: list[ExportResult] = []


@pytest.fixture(scope="session")
def exported_graph(tmp_path_factory: pytest.TempPathFactory) -> ExportResult:
    """`graph_model` in every format, with a card."""
    if not _made:  # pytest sees one fixture in each file that imports this
        folder = tmp_path_factory.mktemp("graph_models") / "toy" / "graph"
        about = {"trained_on": "nothing"}
        _made.append(
            export_model(graph_model(), SPEC, LABELS, folder, samples=crops(6), about=about)
        )
    return _made[0]
