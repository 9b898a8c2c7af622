"""Graphs as TF-GNN's GraphTensor and as its records, read back by TF-GNN's own functions.

Without TF-GNN only the messages are tested; `scripts/test_gnn` runs the rest.
"""

import dataclasses
import importlib.machinery
import importlib.util
import subprocess
import sys
import types

import numpy as np
import pytest
from graph_samples import random_graph

from ferkeras.errors import GraphError
from ferkeras.graphs import graph_from_edges, knn_graph
from ferkeras.graphs._tensorflow_gnn import load
from ferkeras.graphs.example_encoding import encode_example
from ferkeras.graphs.graph_records import read_graphs, schema_path, write_graphs
from ferkeras.graphs.graph_schema import graph_schema
from ferkeras.graphs.graph_tensor import context_of, from_graph_tensor, to_graph_tensor
from ferkeras.types import Graph

FIELDS = ("nodes", "edges", "weights", "edge_features", "positions")
with_gnn = pytest.mark.skipif(
    importlib.util.find_spec("tensorflow_gnn") is None,
    reason="tensorflow-gnn is not installed; scripts/test_gnn tests with it",
)


def featured(count, seed, density=0.4):
    """A random graph with edge features that differ both ways."""
    plain = random_graph(count, density, seed)
    values = np.random.default_rng(seed).normal(size=(len(plain.weights), 4))
    return Graph(plain.nodes, plain.edges, plain.weights, values, plain.positions)


def bare(count, pairs):
    return graph_from_edges(np.zeros((count, 0)), pairs)


GRAPHS = {
    "edge features": featured(9, 1),
    "none": random_graph(12, 0.4, 2),
    "neighbours": knn_graph(np.random.default_rng(3).uniform(0, 60, (30, 2)), 4),
    "no features or positions": bare(3, [[0, 1], [1, 2]]),
    "no edge": featured(5, 4, density=0.0),
    "one node": featured(1, 5),
    "one node, bare": bare(1, []),
}
SIZES = [featured(9, 6), featured(1, 7), featured(5, 8, density=0.0), featured(14, 9)]
CONTEXT = {
    "label": [2, 0, 1, 2],
    "subject": ["S01", "S10", "é", ""],
    "soft": np.random.default_rng(0).uniform(size=(4, 3)).astype("f4"),
}


def assert_same(found, expected):
    for name in FIELDS:
        one, other = getattr(found, name), getattr(expected, name)
        assert (one is None) == (other is None), name
        if one is not None:
            assert one.dtype == other.dtype
            assert one.shape == other.shape
            np.testing.assert_array_equal(one, other, err_msg=name)


# -- without TF-GNN: what is said where it cannot work


def module(name, **content):
    made = types.ModuleType(name)
    made.__spec__ = importlib.machinery.ModuleSpec(name, None)
    made.__dict__.update(content)
    return made


def installed(monkeypatch, legacy, version=None):
    """As if TF-GNN were installed and ``tf.keras`` told that version; Keras 2 does not."""
    keras = types.SimpleNamespace() if version is None else types.SimpleNamespace(version=version)
    for fake in (
        module("tensorflow", keras=keras),
        module("tensorflow_gnn"),
        module("tf_keras"),
    ):
        monkeypatch.setitem(sys.modules, fake.__name__, fake)
    monkeypatch.setattr("ferkeras.graphs._tensorflow_gnn.start_tensorflow", lambda: None)
    if legacy is None:
        monkeypatch.delenv("TF_USE_LEGACY_KERAS", raising=False)
    else:
        monkeypatch.setenv("TF_USE_LEGACY_KERAS", legacy)


def calls(tmp_path):
    graph = GRAPHS["none"]
    return {
        "to": lambda: to_graph_tensor(graph),
        "read": lambda: read_graphs(tmp_path / "a.tfrecord"),
    }


@pytest.mark.parametrize("call", ["to", "read"])
@pytest.mark.parametrize("name", ["tensorflow_gnn", "tf_keras"])
def test_not_installed(monkeypatch, tmp_path, call, name):
    installed(monkeypatch, "1")
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(GraphError, match=rf"need {name}: pip install 'ferkeras\[gnn\]'"):
        calls(tmp_path)[call]()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("call", ["to", "read"])
@pytest.mark.parametrize("value", [None, "0"])
def test_variable_not_set(monkeypatch, tmp_path, call, value):
    installed(monkeypatch, value)
    with pytest.raises(GraphError, match=r"need TF_USE_LEGACY_KERAS=1; set it before Python start"):
        calls(tmp_path)[call]()
    assert not list(tmp_path.iterdir())


def test_variable_set_too_late(monkeypatch):
    installed(monkeypatch, "1", version=lambda: "3.15.1")
    with pytest.raises(GraphError, match=r"before TF_USE_LEGACY_KERAS=1 was set.* Python starts"):
        load()


def test_ready(monkeypatch):
    installed(monkeypatch, "True")
    assert load() == (sys.modules["tensorflow"], sys.modules["tensorflow_gnn"])


def test_import_that_fails(monkeypatch):
    installed(monkeypatch, "1")
    spec = importlib.machinery.ModuleSpec("tensorflow_gnn", None)
    monkeypatch.setattr("ferkeras.graphs._tensorflow_gnn.find_spec", lambda name: spec)
    monkeypatch.setitem(sys.modules, "tensorflow_gnn", None)
    with pytest.raises(GraphError, match=r"tensorflow_gnn cannot be imported: .*pip install"):
        load()


# -- with it


@pytest.fixture
def tfgnn():
    return pytest.importorskip("tensorflow_gnn")


@pytest.fixture
def tf():
    return pytest.importorskip("tensorflow")


@with_gnn
def test_variable_set_too_late_in_truth():
    code = """
import os
del os.environ["TF_USE_LEGACY_KERAS"]
import tensorflow as tf
tf.keras.layers
os.environ["TF_USE_LEGACY_KERAS"] = "1"
from ferkeras.graphs._tensorflow_gnn import load
from ferkeras.graphs.example_encoding import encode_example
try:
    load()
except ValueError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "TensorFlow was loaded before TF_USE_LEGACY_KERAS=1 was set" in done.stdout, done.stderr


@with_gnn
@pytest.mark.parametrize("name", GRAPHS)
def test_graph_tensor_and_back(name):
    assert_same(from_graph_tensor(to_graph_tensor(GRAPHS[name])), GRAPHS[name])


@with_gnn
def test_what_a_graph_tensor_holds(tfgnn):
    graph = GRAPHS["edge features"]
    tensor = to_graph_tensor(graph, {"label": 3, "subject": "S05"})
    node, edge = tensor.node_sets["node"], tensor.edge_sets["edge"]
    assert node.sizes.numpy().tolist() == [9]
    assert edge.sizes.numpy().tolist() == [graph.edges.shape[1]]
    assert edge.adjacency.node_set_name(tfgnn.SOURCE) == "node"
    assert edge.adjacency.node_set_name(tfgnn.TARGET) == "node"
    np.testing.assert_array_equal(edge.adjacency.source, graph.edges[0])
    np.testing.assert_array_equal(edge.adjacency.target, graph.edges[1])
    np.testing.assert_array_equal(node["positions"], graph.positions)
    assert tensor.context["label"].numpy().tolist() == [3]
    assert tensor.context["subject"].numpy().tolist() == [b"S05"]
    assert {name: value.tolist() for name, value in context_of(tensor).items()} == {
        "label": 3,
        "subject": "S05",
    }
    # TF-GNN's own sum over the edges that arrive at a node
    summed = tfgnn.pool_edges_to_node(
        tensor, "edge", tfgnn.TARGET, "sum", feature_value=edge["weight"]
    )
    by_hand = np.bincount(graph.edges[1], graph.weights, len(graph.nodes))
    np.testing.assert_allclose(summed, by_hand, rtol=1e-5)


@with_gnn
def test_schema(tfgnn):
    graph, context = GRAPHS["edge features"], {"label": 3, "subject": "S05", "soft": [0.5, 0.5]}
    schema = tfgnn.parse_schema(graph_schema(graph, context))
    tfgnn.validate_schema(schema)
    tfgnn.check_compatible_with_schema_pb(to_graph_tensor(graph, context), schema)
    tfgnn.check_compatible_with_schema_pb(to_graph_tensor(SIZES[2], context), schema)
    found = {
        (kind, name, feature): (value.dtype, [dim.size for dim in value.shape.dim])
        for kind, name, feature, value in tfgnn.iter_features(schema)
    }
    real, whole, text = 1, 9, 7  # DT_FLOAT, DT_INT64, DT_STRING
    assert found == {
        ("nodes", "node", "features"): (real, [3]),
        ("nodes", "node", "positions"): (real, [2]),
        ("edges", "edge", "weight"): (real, []),
        ("edges", "edge", "features"): (real, [4]),
        ("context", "", "label"): (whole, []),
        ("context", "", "subject"): (text, []),
        ("context", "", "soft"): (real, [2]),
    }
    edges = schema.edge_sets["edge"]
    assert (edges.source, edges.target) == ("node", "node")
    assert "pixels" in schema.node_sets["node"].features["positions"].description


ONE_CONTEXT = {"label": -3, "subject": "é", "soft": [0.5, 0.25], "parts": ["a", ""]}


@with_gnn
@pytest.mark.parametrize("name", GRAPHS)
def test_schema_and_example_are_those_of_tf_gnn(tfgnn, name):
    graph = GRAPHS[name]
    for context in ({}, ONE_CONTEXT):
        tensor = to_graph_tensor(graph, context)
        example = tfgnn.write_example(tensor)
        assert encode_example(graph, context) == example.SerializeToString(deterministic=True)
        expected = tfgnn.create_schema_pb_from_graph_spec(tensor)
        found = tfgnn.parse_schema(graph_schema(graph, context, {("context", "label"): 'a "b"\\'}))
        for _, _, feature, value in tfgnn.iter_features(found):
            assert feature != "label" or value.description == 'a "b"\\'
            value.ClearField("description")
        assert found == expected


def spec_of(tfgnn, path):
    return tfgnn.create_graph_spec_from_schema_pb(tfgnn.read_schema(str(path)))


@with_gnn
@pytest.mark.parametrize("name", GRAPHS)
def test_records_of_one(tf, tfgnn, tmp_path, name):
    path = tmp_path / "one.tfrecord"
    graph = GRAPHS[name]
    schema = write_graphs(path, [graph])
    assert schema == schema_path(path) == tmp_path / "one.pbtxt"
    (record,) = tf.data.TFRecordDataset(str(path))
    tensor = tfgnn.parse_single_example(spec_of(tfgnn, schema), record)
    assert_same(from_graph_tensor(tensor), graph)
    (found,), context = read_graphs(path)
    assert_same(found, graph)
    assert context == {}


@with_gnn
def test_batch_as_tf_gnn_reads_it(tf, tfgnn, tmp_path):
    """Plain TF-GNN and NumPy; nothing of ferkeras reads here."""
    path = tmp_path / "new" / "four.tfrecord"
    spec = spec_of(tfgnn, write_graphs(path, iter(SIZES), CONTEXT))
    dataset = tf.data.TFRecordDataset(str(path)).batch(4)
    (batch,) = dataset.map(lambda records: tfgnn.parse_example(spec, records))
    node, edge = batch.node_sets["node"], batch.edge_sets["edge"]
    assert node.sizes.numpy().ravel().tolist() == [9, 1, 5, 14]
    for number, graph in enumerate(SIZES):
        ends = [edge.adjacency.source[number], edge.adjacency.target[number]]
        np.testing.assert_array_equal(np.stack(ends), graph.edges)
        np.testing.assert_array_equal(edge["weight"][number], graph.weights)
        np.testing.assert_array_equal(edge["features"][number], graph.edge_features)
        np.testing.assert_array_equal(node["features"][number], graph.nodes)
        np.testing.assert_array_equal(node["positions"][number], graph.positions)
    assert batch.context["label"].numpy().tolist() == [[2], [0], [1], [2]]
    texts = [text.decode() for text in batch.context["subject"].numpy().ravel()]
    assert texts == CONTEXT["subject"]
    np.testing.assert_array_equal(batch.context["soft"][:, 0], CONTEXT["soft"])
    merged = batch.merge_batch_to_components()
    assert merged.node_sets["node"].total_size == 29
    last = merged.edge_sets["edge"].adjacency.source.numpy()[-SIZES[3].edges.shape[1] :]
    np.testing.assert_array_equal(last, SIZES[3].edges[0] + 15)


@with_gnn
def test_batch_goes_into_a_keras_3_layer(tf, tfgnn, tmp_path):
    import keras

    from ferkeras.layers import GraphConv

    assert keras.__version__.startswith("3.")
    spec = spec_of(tfgnn, write_graphs(tmp_path / "a.tfrecord", SIZES))
    dataset = tf.data.TFRecordDataset(str(tmp_path / "a.tfrecord")).batch(4)
    (batch,) = dataset.map(lambda records: tfgnn.parse_example(spec, records))
    adjacency = batch.edge_sets["edge"].adjacency
    x = batch.node_sets["node"]["features"].to_tensor()
    edges = tf.stack([adjacency.source.to_tensor(), adjacency.target.to_tensor()], axis=1)
    weights = batch.edge_sets["edge"]["weight"].to_tensor()
    layer = GraphConv(2, use_bias=False)
    found = keras.ops.convert_to_numpy(layer([x, edges, weights]))
    kernel = keras.ops.convert_to_numpy(layer.kernel)
    for number, graph in enumerate(SIZES):
        matrix = np.eye(len(graph.nodes))
        matrix[tuple(graph.edges)] = graph.weights
        scale = matrix.sum(axis=1) ** -0.5
        expected = (scale[:, None] * matrix * scale) @ graph.nodes @ kernel
        np.testing.assert_allclose(found[number, : len(expected)], expected, atol=1e-5)


@with_gnn
def test_records_and_back(tmp_path):
    path = tmp_path / "four.tfrecord"
    write_graphs(path, SIZES, CONTEXT)
    graphs, context = read_graphs(path)
    assert len(graphs) == 4
    for found, graph in zip(graphs, SIZES, strict=True):
        assert_same(found, graph)
    assert {name: values.dtype.kind for name, values in context.items()} == {
        "label": "i",
        "subject": "U",
        "soft": "f",
    }
    for name, values in CONTEXT.items():
        np.testing.assert_array_equal(context[name], values)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["four.pbtxt", "four.tfrecord"]
    (tmp_path / "four.pbtxt").rename(tmp_path / "moved")
    assert len(read_graphs(path, tmp_path / "moved")[0]) == 4


@with_gnn
def test_shards_of_a_data_set(tmp_path):
    from ferkeras.datasets import open_index
    from ferkeras.graphs import granular_balls
    from ferkeras.inputs.graph_files import GraphSettings, build_graphs

    index = open_index("synthetic:subjects=1,frames=1,size=48")
    index = dataclasses.replace(index, cropped=True)
    build_graphs(index, tmp_path, GraphSettings(purity=0.8), shards=2, jobs=1)
    first, second = sorted(tmp_path.glob("*.tfrecord"))
    assert schema_path(first) == schema_path(second) == tmp_path / "schema.pbtxt"
    graphs, context = read_graphs(first)
    more, rest = read_graphs(second)
    assert [*context["item"], *rest["item"]] == list(index.table["item"])
    assert [*context["label"], *rest["label"]] == list(index.labels)
    assert {*context["subject"], *rest["subject"]} == {"s000"}
    for item, graph in zip(index.table["item"], graphs + more, strict=True):
        assert_same(graph, granular_balls(index.load(item), purity=0.8))


@with_gnn
def test_graph_tensor_of_others(tfgnn):
    """Edges in any order, no weight, indices of 64 bits."""
    source, target = np.array([2, 0, 1, 0, 3, 1]), np.array([0, 2, 0, 1, 1, 3])
    values = np.arange(6.0).reshape(6, 1)
    tensor = tfgnn.GraphTensor.from_pieces(
        node_sets={"node": tfgnn.NodeSet.from_fields(sizes=np.array([4]), features={})},
        edge_sets={
            "edge": tfgnn.EdgeSet.from_fields(
                sizes=np.array([6]),
                features={"features": values},
                adjacency=tfgnn.Adjacency.from_indices(("node", source), ("node", target)),
            )
        },
    )
    graph = from_graph_tensor(tensor)
    assert graph.nodes.shape == (4, 0)
    assert graph.edges.T.tolist() == [[0, 1], [0, 2], [1, 0], [1, 3], [2, 0], [3, 1]]
    assert graph.weights.tolist() == [1] * 6
    assert graph.edge_features[:, 0].tolist() == [3, 1, 2, 5, 0, 4]


@with_gnn
def test_graph_tensors_that_are_no_graph(tf, tfgnn):
    one = to_graph_tensor(GRAPHS["none"])
    many = next(iter(tf.data.Dataset.from_tensors(one).repeat(3).batch(3)))
    with pytest.raises(GraphError, match="a batch of rank 1"):
        from_graph_tensor(many)
    with pytest.raises(GraphError, match="3 components, expected one"):
        from_graph_tensor(many.merge_batch_to_components())
    more = {**one.node_sets["node"].features, "hidden_state": tf.zeros((12, 2))}
    with pytest.raises(GraphError, match=r"feature 'hidden_state'.*replace_features"):
        from_graph_tensor(one.replace_features(node_sets={"node": more}))
    with pytest.raises(GraphError, match=r"node sets \['node'\] and edge sets \[\]"):
        from_graph_tensor(tfgnn.GraphTensor.from_pieces(node_sets=one.node_sets))
    source, target = GRAPHS["none"].edges
    half = source < target
    adjacency = tfgnn.Adjacency.from_indices(("node", source[half]), ("node", target[half]))
    edges = tfgnn.EdgeSet.from_fields(sizes=[half.sum()], features={}, adjacency=adjacency)
    with pytest.raises(GraphError, match="one way only"):
        from_graph_tensor(
            tfgnn.GraphTensor.from_pieces(node_sets=one.node_sets, edge_sets={"edge": edges})
        )
    words = tf.ragged.constant([[1.0] * (n % 3) for n in range(12)])
    with pytest.raises(GraphError, match="node features are ragged"):
        from_graph_tensor(one.replace_features(node_sets={"node": {"features": words}}))
    with pytest.raises(GraphError, match=r"inside a tf.function"):
        tf.function(lambda tensor: from_graph_tensor(tensor).nodes, autograph=False)(one)


def test_what_cannot_be_written(tmp_path):
    path, graph = tmp_path / "a.tfrecord", GRAPHS["none"]

    def refused(match, graphs, context=None, to=path):
        with pytest.raises(GraphError, match=match):
            write_graphs(to, graphs, context)

    refused("no graph to write", [])
    refused("graph 1: node 'features' is absent, in graph 0 float32", [graph, bare(2, [[0, 1]])])
    refused("graph 1: edge 'features' is float32 .4,., in graph 0 absent", [graph, SIZES[0]])
    refused("'label' has 1 values for 2 or more graphs", [graph, graph], {"label": [1]})
    refused("'label' has 3 values for 2 graphs", [graph, graph], {"label": [1, 2, 3]})
    refused("context 'subject' is None", [graph], {"subject": [None]})
    refused("context 'soft' is float32 .2,., in graph 0", [graph] * 2, {"soft": [[1.0], [1.0, 2]]})
    refused("is where the schema goes", [graph], to=tmp_path / "a.pbtxt")
    empty = Graph(graph.nodes, graph.edges, edge_features=np.zeros((len(graph.weights), 0)))
    refused("no columns", [empty])
    assert not list(tmp_path.iterdir())  # nor a part of a file


@with_gnn
def test_what_cannot_be_read(tmp_path):
    path = tmp_path / "a.tfrecord"
    with pytest.raises(GraphError, match=r"a.tfrecord is not there"):
        read_graphs(path)
    schema = write_graphs(path, SIZES)
    whole, text = path.read_bytes(), schema.read_text()
    schema.unlink()
    with pytest.raises(GraphError, match=r"a.pbtxt is not there"):
        read_graphs(path)
    schema.write_text("node_sets {")
    with pytest.raises(GraphError, match=r"a.pbtxt is no schema"):
        read_graphs(path)
    schema.write_text(text)
    path.write_bytes(whole[:-9])
    with pytest.raises(GraphError, match=r"a.tfrecord, record 3: "):
        read_graphs(path)
    path.write_bytes(b"")
    with pytest.raises(GraphError, match="holds no graphs"):
        read_graphs(path)
    path.write_bytes(whole)
    write_graphs(tmp_path / "b.tfrecord", [GRAPHS["none"]], {"label": [1]})
    with pytest.raises(GraphError, match=r"a.tfrecord, record 0: .*label"):
        read_graphs(path, tmp_path / "b.pbtxt")
