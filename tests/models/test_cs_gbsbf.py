"""CS-GBSBF: sizes, paths of the gradient, options, and that it learns."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from ferkeras.datasets.synthetic import render
from ferkeras.errors import FerkerasError, ModelFileError, RecipeError
from ferkeras.losses import BootstrapAlignmentLoss
from ferkeras.models import CSGBSBF
from ferkeras.models.cs_gbsbf import backbones
from ferkeras.prepare import model_inputs, prepare
from ferkeras.training import load_recipe
from ferkeras.training.build import count_parameters, training_model
from ferkeras.types import GraphSpec, InputSpec

SPEC = InputSpec(height=24, width=24, channels=1, graph=GraphSpec())
TINY = {
    "variant": "small",
    "embedding": 16,
    "components": 3,
    "component_units": 8,
    "hidden_units": 8,
    "graph_filters": (8,),
    "dropout": 0.0,
}


def tiny(shape=(24, 24, 1), **changes):
    keras.utils.set_random_seed(3)
    return CSGBSBF(shape, 4, **{**TINY, **changes})


def faces(count=6):
    names = ("happy", "sad", "angry", "surprise")
    made = [render(0, s, names[s % 4], size=80).picture[10:70, 10:70] for s in range(count)]
    return np.stack([prepare(one, None, SPEC) for one in made])


def test_the_separations_have_the_papers_number_of_weights():
    model = CSGBSBF(variant="paper", backbone="small", input_shape=(32, 32, 3))
    assert model.get_layer("visual_components").count_params() == 1_329_408
    assert model.get_layer("spatial_components").count_params() == 1_180_800
    assert model.get_layer("guidance").count_params() == 1024 * 1024 + 1024
    assert model.get_layer("graph_conv3").output.shape == (None, None, 1024)


def test_answers_of_training_form():
    model = tiny(branch_outputs=True)
    answer = model(model_inputs(faces(), SPEC))
    table = np.asarray(answer["components"])
    assert table.shape == (6, 4, 5)
    np.testing.assert_allclose(table[:, 0, :-1], answer["probabilities"], rtol=1e-6)
    np.testing.assert_allclose(table[:, :, :-1].sum(-1), 1, rtol=1e-5)
    np.testing.assert_allclose(table[:, 1:, -1].sum(-1), 1, rtol=1e-5)  # W
    assert np.all(table[:, 0, -1] == 0)


def test_components_alone_are_classified_by_the_shared_layer():
    """Row k of the table is Dense(C_k), row 0 is Dense(sum W_k C_k): Eq. 7 and 8 in NumPy."""
    model = tiny(branch_outputs=True)
    inputs = model_inputs(faces(), SPEC)
    tapped = keras.Model(model.input, [model.get_layer("visual_components").output, model.output])
    parts, answer = tapped(inputs)
    parts, table = np.asarray(parts), np.asarray(answer["components"])
    kernel, bias = model.get_layer("scores").get_weights()
    fused = np.einsum("bk,bku->bu", table[:, 1:, -1], parts)
    rows = np.concatenate([fused[:, None], parts], 1) @ kernel + bias
    wanted = np.exp(rows) / np.exp(rows).sum(-1, keepdims=True)
    np.testing.assert_allclose(table[..., :-1], wanted, atol=1e-5)


def test_more_padding_changes_nothing():
    model = tiny()
    inputs = model_inputs(faces(), SPEC)
    wide = {
        "image": inputs["image"],
        "nodes": np.pad(inputs["nodes"], ((0, 0), (0, 9), (0, 0)), constant_values=-1),
        "edges": np.pad(inputs["edges"], ((0, 0), (0, 0), (0, 5)), constant_values=-1),
    }
    np.testing.assert_allclose(model(wide), model(inputs), atol=1e-6)


def test_the_graph_counts_and_its_edges_too():
    model = tiny()
    inputs = model_inputs(faces(), SPEC)
    other = {**inputs, "nodes": inputs["nodes"][::-1], "edges": inputs["edges"][::-1]}
    cut = {**inputs, "edges": np.full_like(inputs["edges"], -1)}
    plain = np.asarray(model(inputs))
    assert np.abs(np.asarray(model(other)) - plain).max() > 1e-6
    assert np.abs(np.asarray(model(cut)) - plain).max() > 1e-9


def gradients(model, loss, inputs, target):
    with tf.GradientTape() as tape:
        total = loss(target, model(inputs)["components"])
    return dict(
        zip(
            [weight.path for weight in model.trainable_variables],
            tape.gradient(total, [weight.value for weight in model.trainable_variables]),
            strict=True,
        )
    )


def test_the_alignment_moves_both_streams_but_not_the_classifier():
    """Accuracy has no gradient: KL(P || W) alone reaches what W is made of, and no dense layer."""
    model = tiny(branch_outputs=True)
    inputs, target = model_inputs(faces(), SPEC), np.eye(4, dtype="float32")[np.arange(6) % 4]
    with_it = gradients(model, BootstrapAlignmentLoss(weight=1.0), inputs, target)
    without = gradients(model, BootstrapAlignmentLoss(weight=0.0), inputs, target)
    moved = {
        path: float(np.abs(np.asarray(with_it[path]) - np.asarray(without[path])).max())
        for path in with_it
    }
    still = [path for path, change in moved.items() if change < 1e-9]
    assert [path for path in still if "scores" in path] == ["scores/kernel", "scores/bias"]
    for layer in ("spatial_components", "visual_components", "graph_conv1", "conv1a"):
        assert any(change > 0 for path, change in moved.items() if path.startswith(layer))


def test_the_spatial_stream_only_weighs():
    """Eq. 7 sums visual features: with one component the graph changes nothing."""
    model = tiny(components=1)
    inputs = model_inputs(faces(), SPEC)
    other = {**inputs, "nodes": inputs["nodes"][::-1], "edges": inputs["edges"][::-1]}
    np.testing.assert_allclose(model(other), model(inputs), atol=1e-7)


def test_without_the_graph_the_model_takes_the_picture_alone():
    model = tiny(graph_stream=False, branch_outputs=True)
    answer = model(faces())
    np.testing.assert_allclose(np.asarray(answer["components"])[:, 1:, -1], 1 / 3, rtol=1e-6)
    assert not any("graph" in layer.name or "spatial" in layer.name for layer in model.layers)


def test_without_guidance_the_picture_does_not_reach_the_spatial_features():
    model = tiny(guidance=False)
    tapped = keras.Model(model.input, model.get_layer("spatial_components").output)
    inputs = model_inputs(faces(), SPEC)
    other = {**inputs, "image": inputs["image"][::-1]}
    np.testing.assert_array_equal(tapped(other), tapped(inputs))


def test_it_learns_64_samples_by_heart():
    names = ("happy", "sad", "angry", "surprise")
    made = [render(0, s, names[s % 4], size=80).picture[10:70, 10:70] for s in range(64)]
    pictures = np.stack([prepare(one, None, SPEC) for one in made])
    inputs, labels = model_inputs(pictures, SPEC), np.arange(64) % 4
    model = tiny(branch_outputs=True, embedding=32, component_units=16)
    model.compile(
        keras.optimizers.Adam(3e-3),
        loss={"components": BootstrapAlignmentLoss()},
    )
    target = np.eye(4, dtype="float32")[labels]
    model.fit(inputs, {"components": target}, batch_size=32, epochs=40, verbose=0)
    answer = model.predict(inputs, verbose=0)["probabilities"]
    assert (answer.argmax(1) == labels).mean() == 1.0


@pytest.mark.parametrize("name", ["resnet50", "vgg16", "swin_base"])
def test_backbones_of_keras_hub(name):
    pytest.importorskip("keras_hub")
    model = CSGBSBF((32, 32, 1), 5, variant="small", backbone=name, graph_stream=False)
    answer = model(np.full((1, 32, 32, 1), 100, "float32"))
    np.testing.assert_allclose(np.asarray(answer).sum(), 1, rtol=1e-5)
    wanted = {"resnet50": 23_561_152, "vgg16": 14_714_688, "swin_base": 86_743_224}
    assert model.get_layer(name).count_params() == wanted[name]
    assert model.get_layer("visual_maps").output.shape[1:3] == (7, 7)


def test_imagenet_weights_that_cannot_be_had_are_named(monkeypatch):
    hub = pytest.importorskip("keras_hub")

    def refuse(preset):
        raise ConnectionError(f"no route to the host of {preset}")

    monkeypatch.setattr(hub.models.VGGBackbone, "from_preset", refuse)
    with pytest.raises(FerkerasError, match=r"vgg_16_imagenet.*no route.*pretrained=False"):
        backbones.hub_backbone("vgg16", pretrained=True)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"variant": "large"}, "no variant 'large' of CSGBSBF; known: paper, small"),
        ({"backbone": "vit"}, "no backbone 'vit'; known: small, resnet50"),
        ({"pretrained": True}, "the small backbone has no pretrained weights"),
        ({"input_shape": (48, 48, 2)}, "expected \\(height, width, 1 or 3\\)"),
        ({"components": 0}, "components"),
        ({"graph_filters": (8, 0)}, "graph_filters is 0"),
        ({"graph_filters": "8"}, "graph_filters is '8'"),
        ({"guidance": "false"}, "guidance is 'false', expected True or False"),
        ({"graph_stream": 0}, "graph_stream is 0, expected True or False"),
        ({"dropout": 1.0}, "dropout"),
        ({"classifier_activation": "relu"}, "not softmax or None"),
        ({"node_features": 7}, "expected \\(batch, nodes, 10"),
    ],
)
def test_mistakes_are_named(changes, said):
    with pytest.raises(ValueError, match=said):
        CSGBSBF(**{"variant": "small", **changes})


def test_weights_of_another_form_are_refused(tmp_path):
    tiny().save_weights(tmp_path / "a.weights.h5")
    with pytest.raises(ModelFileError, match=r"does not fit .* arrays, the model has"):
        tiny(guidance=False, weights=str(tmp_path / "a.weights.h5"))
    again = tiny(weights=str(tmp_path / "a.weights.h5"))
    inputs = model_inputs(faces(), SPEC)
    np.testing.assert_array_equal(again(inputs), tiny()(inputs))


def test_half_an_edge_is_none():
    model, inputs = tiny(), model_inputs(faces(), SPEC)
    inputs["edges"] = np.full_like(inputs["edges"], -1)
    half = inputs["edges"].copy()
    half[:, 0, 0] = 3
    np.testing.assert_array_equal(model({**inputs, "edges": half}), model(inputs))


def test_input_and_model_of_a_recipe_must_agree():
    recipe = load_recipe("cs_gbsbf", "small", input=InputSpec(height=48, width=48))
    with pytest.raises(RecipeError, match=r"takes image .*nodes .*gives a picture alone"):
        count_parameters(recipe, 7)
    recipe = load_recipe("cs_gbsbf", "small", model={"graph_stream": False})
    with pytest.raises(RecipeError, match=r"takes a picture alone.*set input.graph"):
        count_parameters(recipe, 7)


def test_r_drop_is_a_setting_of_the_recipe():
    recipe = load_recipe("cs_gbsbf", "small", r_drop=0.6, model=dict(list(TINY.items())[1:]))
    model = training_model(recipe, 4, 3)
    loss = model.loss["components"]
    assert (type(loss).__name__, type(loss.loss).__name__) == (
        "RDropLoss",
        "BootstrapAlignmentLoss",
    )
