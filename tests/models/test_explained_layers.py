from __future__ import annotations

import keras
import pytest

from ferkeras.errors import FerkerasError
from ferkeras.models import MFFCNN, SPAGNN, SPEGNN, SSGNN
from ferkeras.models.mff_cnn.explained_layers import explained_layers
from ferkeras.models.ssgnn.explained_layers import explained_layers as explained_nodes


@pytest.mark.parametrize(
    ("variant", "names"),
    [
        ("paper", ["image2_pool", "image3_pool", "patch2_pool", "patch2_pool"]),
        ("wide", ["image3_bn", "image4_bn", "patch2_bn", "patch2_bn"]),
    ],
)
def test_layers_of_figure_8(variant, names):
    model = MFFCNN(variant=variant)
    found = explained_layers(model)
    assert [layer.layer for layer in found] == names
    assert [layer.before for layer in found] == [None, None, "selected", None]
    for layer in found:
        assert layer.scores is not None
        assert model.get_layer(layer.scores).output.shape == (None, 7)


def test_another_model_is_an_error():
    inputs = keras.Input((4,))
    model = keras.Model(inputs, keras.layers.Dense(2)(inputs), name="other")
    with pytest.raises(FerkerasError, match="other: has no image and patch branch"):
        explained_layers(model)
    with pytest.raises(FerkerasError, match="other: has no spatial or spectral branch"):
        explained_nodes(model)


BOTH = ["spatial", "spectral"]


@pytest.mark.parametrize(
    ("builder", "options", "branches"),
    [
        (SSGNN, {"variant": "paper"}, BOTH),
        (SSGNN, {"variant": "shared", "branch_outputs": True}, BOTH),
        (SPAGNN, {}, ["spatial"]),
        (SPEGNN, {"chebyshev_order": 2}, ["spectral"]),
    ],
)
def test_nodes_of_figure_10(builder, options, branches):
    small = {"input_shape": (20, 20, 1), "nodes": 300}
    model = builder(**small, **options)
    found = explained_nodes(model)
    first = {"spatial": "spatial_conv1", "spectral": "spectral_conv"}
    seen = [(b, layer) for b in branches for layer in ("nodes", first[b])]
    assert [(n.learned, n.scores, n.layer) for n in found] == [
        *((True, f"{b}_scores", "nodes") for b in branches),
        *((False, f"{b}_scores", layer) for b, layer in seen),
    ]
    for nodes in found:
        assert nodes.pixels == "nodes"
        assert model.get_layer(nodes.layer).output.shape[:2] == (None, 300)
        assert model.get_layer(nodes.scores).output.shape == (None, 7)


def test_landmarks_are_their_own_nodes():
    places = [[x, x * x % 7] for x in range(12)]
    found = explained_nodes(SSGNN((12, 2), positions=places, neighbours=3))
    assert {nodes.layer for nodes in found} == {"scale", "spatial_conv1", "spectral_conv"}
    assert {nodes.pixels for nodes in found} == {None}
