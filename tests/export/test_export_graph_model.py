"""Export of a model that takes a picture and its graph."""

from __future__ import annotations

import dataclasses

import keras
import numpy as np
import pytest
from exported_model import LABELS, crops, tiny_model
from exported_model import SPEC as PICTURES
from graph_model import SPEC, build, exported_graph, graph_model  # noqa: F401

from ferkeras.errors import ExportError
from ferkeras.export import export_model
from ferkeras.export.float32 import float32_model
from ferkeras.export.limits import Limits
from ferkeras.export.parity import check_parity, parity_batches
from ferkeras.prepare import model_inputs
from ferkeras.runtime import open_model, read_card
from ferkeras.types import GraphSpec


def test_every_file_agrees_with_keras_and_the_card_says_how_graphs_are_made(
    exported_graph,  # noqa: F811
):
    assert {one.file for one in exported_graph.parity} == {
        *("model.keras", "model.tflite", "model.onnx", "saved_model"),
    }
    for one in exported_graph.parity:
        assert one.max_abs_difference < 1e-5
        assert one.samples == 6
    card = read_card(exported_graph.folder)
    assert (card.input, card.input.graph) == (SPEC, GraphSpec())


def test_names_types_and_ops_that_other_programs_rely_on(exported_graph):  # noqa: F811
    import onnx
    import tensorflow as tf
    from ai_edge_litert.interpreter import Interpreter

    folder, names = exported_graph.folder, ["edges", "image", "nodes"]
    loaded = tf.saved_model.load(str(folder / "saved_model" / "1"))
    signature = loaded.signatures["serving_default"]
    assert signature.structured_input_signature[1] == {
        "image": tf.TensorSpec((None, 28, 28, 1), tf.float32, name="image"),
        "nodes": tf.TensorSpec((None, None, 10), tf.float32, name="nodes"),
        "edges": tf.TensorSpec((None, 2, None), tf.int32, name="edges"),
    }
    assert signature.structured_outputs["probabilities"].shape.as_list() == [None, 3]

    lite = Interpreter(model_path=str(folder / "model.tflite"))
    (signature,) = lite.get_signature_list().values()
    assert (sorted(signature["inputs"]), signature["outputs"]) == (names, ["probabilities"])
    ops = {op["op_name"] for op in lite._get_ops_details()}
    assert "UNSORTED_SEGMENT_SUM" in ops
    assert not [op for op in ops if op.startswith("Flex") or op in ("CUSTOM", "VAR_HANDLE")]

    graph = onnx.load(folder / "model.onnx").graph
    sizes = {
        side.name: [size.dim_param or size.dim_value for size in side.type.tensor_type.shape.dim]
        for side in (*graph.input, *graph.output)
    }
    assert sizes == {
        "image": ["batch", 28, 28, 1],
        "nodes": ["batch", "nodes", 10],
        "edges": ["batch", 2, "edges"],
        "probabilities": ["batch", 3],
    }


def test_first_sample_alone_then_larger_batches():
    samples = crops(40)
    for spec in (PICTURES, SPEC):
        batches = parity_batches(samples, spec)
        images = [batch["image"] if isinstance(batch, dict) else batch for batch in batches]
        assert [len(one) for one in images] == [1, 32, 7]
        np.testing.assert_array_equal(np.concatenate(images), samples)
    assert len({batch["nodes"].shape[1] for batch in batches}) > 1
    assert [len(one) for one in parity_batches(samples[:1], PICTURES)] == [1]


def test_a_difference_is_an_error(exported_graph):  # noqa: F811
    batches = parity_batches(crops(3), SPEC)
    expected = np.concatenate([graph_model().predict_on_batch(batch) for batch in batches])
    path = exported_graph.folder / "model.onnx"
    assert check_parity(path, batches, expected, Limits(1e-4)).samples == 3
    with pytest.raises(ExportError, match=r"differs from Keras by .* on 3 samples"):
        check_parity(path, batches, expected[::-1], Limits(1e-4))


def test_a_model_trained_in_mixed_precision_is_exported_in_float32(tmp_path):
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        single = build()
    finally:
        keras.config.set_dtype_policy(before)
    mixed = keras.Model(
        single.input, {"probabilities": single.output, "scores": single.get_layer("scores").output}
    )
    assert mixed.get_layer("balls").compute_dtype == "bfloat16"
    result = export_model(mixed, SPEC, LABELS, tmp_path / "m", samples=crops(3))
    assert [one.engine for one in result.parity] == ["keras", "saved_model", "litert", "onnx"]
    assert max(one.max_abs_difference for one in result.parity) < 1e-5
    batch = model_inputs(crops(3), SPEC)
    low = mixed.predict_on_batch(batch)["probabilities"]
    np.testing.assert_allclose(open_model(tmp_path / "m").predict(batch), low, atol=0.05)
    twin = float32_model(mixed)
    assert {layer.compute_dtype for layer in twin._flatten_layers()} == {"float32"}
    assert set(twin.input) == set(SPEC.input_shapes)


def test_an_input_spec_that_does_not_fit_is_refused(tmp_path):
    coloured = dataclasses.replace(SPEC, channels=3, graph=GraphSpec(colour=True))
    image, nodes, edges = "image (28, 28, {})", "nodes (any, {})", "edges (2, any)"
    takes = f"takes {image.format(1)}, {nodes.format(10)}, {edges}, its InputSpec says "
    for model, spec, reason in (
        (graph_model(), PICTURES, f"{takes}(28, 28, 1)"),
        (graph_model(), coloured, f"{takes}{image.format(3)}, {nodes.format(13)}, {edges}"),
        (tiny_model(), SPEC, f"takes (28, 28, 1), its InputSpec says {image.format(1)}"),
    ):
        with pytest.raises(ExportError) as caught:
            export_model(model, spec, LABELS, tmp_path / "m", samples=crops(2))
        assert reason in str(caught.value)
    assert list(tmp_path.iterdir()) == []
