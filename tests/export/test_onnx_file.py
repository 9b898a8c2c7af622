"""What an ONNX file is beyond its numbers: names, versions, metadata, bytes."""

from __future__ import annotations

import json
import random

import keras
import numpy as np
import onnx
import onnxruntime
import pytest
import tensorflow as tf
import tf2onnx
from exported_model import LABELS, SPEC, crops, exported, tiny_model  # noqa: F401
from graph_model import exported_graph  # noqa: F401

import ferkeras
from ferkeras.errors import ExportError
from ferkeras.export._onnx_ops import HANDLERS
from ferkeras.export._onnx_order import put_in_order
from ferkeras.export.export_source import ExportSource
from ferkeras.export.formats import onnx as onnx_format
from ferkeras.export.onnx_metadata import onnx_metadata
from ferkeras.types import FlowSpec, InputSpec


def test_versions_that_older_runtimes_read_and_no_domain_but_onnx_itself(exported):  # noqa: F811
    proto = onnx.load(exported.folder / "model.onnx")
    assert proto.ir_version == 8
    assert [(one.domain, one.version) for one in proto.opset_import] == [("", 17)]
    assert {node.domain for node in proto.graph.node} == {""}
    assert (proto.producer_name, proto.producer_version) == ("ferkeras", ferkeras.__version__)
    assert proto.graph.name == tiny_model().name
    assert not proto.functions


def test_the_file_alone_says_what_it_takes_and_gives(exported):  # noqa: F811
    session = onnxruntime.InferenceSession(exported.folder / "model.onnx")
    said = session.get_modelmeta().custom_metadata_map
    assert InputSpec.from_dict(json.loads(said["input"])) == SPEC
    assert tuple(json.loads(said["labels"])) == LABELS
    assert json.loads(said["value_range"]) == [0, 255]
    assert json.loads(said["colour_order"]) == "grey"
    assert json.loads(said["opset"]) == 17
    assert json.loads(said["ferkeras_version"]) == ferkeras.__version__
    assert said["Image.BitmapPixelFormat"] == "Gray8"
    assert said["Image.NominalPixelRange"] == "NominalRange_0_255"


@pytest.mark.parametrize(
    ("spec", "order", "pixels"),
    [
        (InputSpec(height=8, width=8, channels=3), "RGB", "Rgb8"),
        (
            InputSpec(kind="flow_whole", height=8, width=8, channels=3, flow=FlowSpec()),
            "flow: u, v, optical strain",
            None,
        ),
        (InputSpec(kind="landmarks", points=68), "landmarks: x, y", None),
    ],
)
def test_what_the_last_axis_holds(spec, order, pixels):
    said = onnx_metadata(ExportSource(None, spec, ()), 17)
    assert json.loads(said["colour_order"]) == order
    assert said.get("Image.BitmapPixelFormat") == pixels
    assert "labels" not in said  # as of a model that gives pictures


def test_shapes_of_all_values_follow_from_the_inputs(exported_graph):  # noqa: F811
    path = exported_graph.folder / "model.onnx"
    proto = onnx.shape_inference.infer_shapes(onnx.load(path), strict_mode=True, data_prop=True)
    known = {value.name for value in proto.graph.value_info}
    made = {name for node in proto.graph.node for name in node.output}
    assert made - known == {"probabilities"}


def test_the_same_model_gives_the_same_bytes(exported, tmp_path):  # noqa: F811
    source = ExportSource(tiny_model(), SPEC, [crops(1)], labels=LABELS)
    onnx_format.write(source, tmp_path)
    again = (tmp_path / "model.onnx").read_bytes()
    assert again == (exported.folder / "model.onnx").read_bytes()


def test_neither_the_order_nor_the_names_of_tf2onnx_stay(exported_graph):  # noqa: F811
    path = exported_graph.folder / "model.onnx"
    graph = onnx.load(path).graph
    before = graph.SerializeToString(deterministic=True)
    sides = {side.name for side in (*graph.input, *graph.output)}
    assert any(node.name == "Conv" for node in graph.node)
    for seed in range(3):
        other = onnx.load(path).graph
        shuffle = random.Random(seed)
        names = {one.name for one in other.initializer}
        names |= {name for node in other.node for name in node.output}
        new = {name: f"{shuffle.random()}" for name in sorted(names - sides)}
        for node in other.node:
            for side in (node.input, node.output):
                side[:] = [new.get(name, name) for name in side]
        for one in other.initializer:
            one.name = new[one.name]
        for field in (other.node, other.initializer):
            field.sort(key=lambda one: shuffle.random())
        put_in_order(other)
        assert other.SerializeToString(deterministic=True) == before


def test_what_reaches_no_output_goes():
    text = "g (float[2] x) => (float[2] y) <float[1] a = {1}, float[1] b = {2}>"
    graph = onnx.parser.parse_graph(text + " { z = Mul(x, b)  q = Abs(x)  y = Add(q, a) }")
    put_in_order(graph)
    assert [(n.name, list(n.input), list(n.output)) for n in graph.node] == [
        ("Abs", ["x"], ["Abs"]),
        ("Add", ["Abs", "Add.in1"], ["y"]),
    ]
    assert [one.name for one in graph.initializer] == ["Add.in1"]


@pytest.mark.parametrize("columns", [(), (3,), (2, 3)])
def test_segment_sums(columns):
    """Against NumPy; many values in few segments, which threads must not lose."""
    rng = np.random.default_rng(0)
    values = rng.normal(size=(4000, *columns)).astype(np.float32)
    ids = rng.integers(-1, 7, 4000).astype(np.int32)
    ids[ids == 4] = 0  # a segment without values

    @tf.function(
        input_signature=[
            tf.TensorSpec((None, *columns), tf.float32, name="values"),
            tf.TensorSpec((None,), tf.int32, name="ids"),
            tf.TensorSpec((), tf.int32, name="count"),
        ]
    )
    def sums(values, ids, count):
        return tf.math.unsorted_segment_sum(values, ids, count)

    proto, _ = tf2onnx.convert.from_function(
        sums, sums.input_signature, opset=17, custom_op_handlers=HANDLERS
    )
    onnx.checker.check_model(proto, full_check=True)
    ops = {node.op_type for node in proto.graph.node}
    assert "ScatterElements" in ops
    assert not ops & {"Unique", "TopK", "ScatterND"}
    session = onnxruntime.InferenceSession(proto.SerializeToString())
    expected = np.zeros((7, *columns))
    np.add.at(expected, ids[ids >= 0], values[ids >= 0])
    feeds = {"values": values, "ids": ids, "count": np.array(7, np.int32)}
    answers = [session.run(None, feeds)[0] for _ in range(5)]
    np.testing.assert_allclose(answers[0], expected, atol=1e-3)
    assert all(np.array_equal(answers[0], one) for one in answers)
    none = {"values": values[:0], "ids": ids[:0], "count": np.array(2, np.int32)}
    assert not session.run(None, none)[0].any()


def test_a_model_with_a_loop_is_written_too(tmp_path):
    inputs = keras.Input((28, 28, 1))
    x = keras.layers.Reshape((28, 28))(inputs / 255)
    x = keras.layers.SimpleRNN(4)(x)
    model = keras.Model(inputs, keras.layers.Dense(3, activation="softmax")(x))
    onnx_format.write(ExportSource(model, SPEC, [crops(1)], LABELS), tmp_path)
    session = onnxruntime.InferenceSession(tmp_path / "model.onnx")
    (got,) = session.run(None, {"input": crops(2)})
    np.testing.assert_allclose(got, model.predict_on_batch(crops(2)), atol=1e-5)


def test_a_graph_that_is_not_valid_is_one_line_and_no_file(tmp_path, monkeypatch):
    def swapped(graph):
        graph.node[-1].attribute.append(onnx.helper.make_attribute("axis", 7))  # there are two

    monkeypatch.setattr(onnx_format, "put_in_order", swapped)
    with pytest.raises(ExportError, match=r": its ONNX form is not valid \(.+\); leave onnx out"):
        onnx_format.write(ExportSource(tiny_model(), SPEC, [crops(1)], labels=LABELS), tmp_path)
    assert not list(tmp_path.iterdir())
