"""Graphs as bytes, against Protocol Buffers and the TFRecord writer of TensorFlow."""

import json
import subprocess
import sys

import numpy as np
import pytest
from graph_samples import random_graph

from ferkeras.errors import GraphError
from ferkeras.graphs import graph_from_edges, graph_schema, write_graphs
from ferkeras.graphs._crc32c import crc32c
from ferkeras.graphs._varints import varints
from ferkeras.graphs.example_encoding import encode_example, frame_record
from ferkeras.graphs.graph_records import schema_path
from ferkeras.types import Graph

CONTEXT = {
    "label": -3,
    "large": 2**40,
    "subject": "é",
    "item": "caf\udce9.png",  # a file's name that is no UTF-8
    "soft": [0.5, 0.25],
    "flags": [True, False],
    "parts": ["a", ""],
}
PLAIN = random_graph(300, 0.05, 1)
GRAPHS = {
    "edge features": Graph(
        PLAIN.nodes, PLAIN.edges, PLAIN.weights, np.outer(PLAIN.weights, [1, 2]), PLAIN.positions
    ),
    "no features": graph_from_edges(np.zeros((3, 0)), [[0, 1], [1, 2]]),
    "no edge": graph_from_edges(np.zeros((1, 0)), []),
}


@pytest.fixture(scope="module")
def tf():
    return pytest.importorskip("tensorflow")


def expected_example(tf, graph, context):
    """By Protocol Buffers, with the names that TF-GNN's documentation gives."""
    ints = lambda values: tf.train.Feature(int64_list=tf.train.Int64List(value=values))  # noqa: E731
    reals = lambda values: tf.train.Feature(  # noqa: E731
        float_list=tf.train.FloatList(value=np.ravel(values))
    )
    features = {
        "nodes/node.#size": ints([len(graph.nodes)]),
        "edges/edge.#size": ints([graph.edges.shape[1]]),
        "edges/edge.#source": ints(graph.edges[0]),
        "edges/edge.#target": ints(graph.edges[1]),
        "edges/edge.weight": reals(graph.weights),
    }
    if graph.nodes.shape[1]:
        features["nodes/node.features"] = reals(graph.nodes)
    if graph.positions is not None:
        features["nodes/node.positions"] = reals(graph.positions)
    if graph.edge_features is not None:
        features["edges/edge.features"] = reals(graph.edge_features)
    for name in ("label", "large", "flags") if context else ():
        features[f"context/{name}"] = ints(np.ravel(context[name]).astype(int))
    if context:
        features["context/soft"] = reals(context["soft"])
        texts = {"subject": ["é".encode()], "item": [b"caf\xe9.png"], "parts": [b"a", b""]}
        for name, values in texts.items():
            value = tf.train.BytesList(value=values)
            features[f"context/{name}"] = tf.train.Feature(bytes_list=value)
    return tf.train.Example(features=tf.train.Features(feature=features))


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize("context", [{}, CONTEXT])
def test_bytes_are_those_of_protocol_buffers(tf, name, context):
    found = encode_example(GRAPHS[name], context)
    expected = expected_example(tf, GRAPHS[name], context)
    assert tf.train.Example.FromString(found) == expected
    assert found == expected.SerializeToString(deterministic=True)


def test_numbers_of_every_length(tf):
    values = [0, 1, 127, 128, 2**14 - 1, 2**14, 2**31, 2**63 - 1, -1, -(2**63)]
    values += [int(value) for value in np.random.default_rng(0).integers(-(2**62), 2**62, 50)]
    expected = tf.train.Int64List(value=values).SerializeToString()
    packed = varints(np.array(values)).tobytes()
    assert expected.endswith(packed)
    assert len(expected) - len(packed) == 3  # tag and length
    assert varints(np.array([], np.int64)).tobytes() == b""


def test_records_are_those_of_tensorflow(tf, tmp_path):
    contents = [bytes([number]) * number for number in range(1, 40)]
    with tf.io.TFRecordWriter(str(tmp_path / "a")) as writer:
        for content in contents:
            writer.write(content)
    assert b"".join(map(frame_record, contents)) == (tmp_path / "a").read_bytes()


def test_checksum_of_the_standard():
    assert crc32c(b"123456789") == 0xE3069283  # RFC 3720
    assert crc32c(bytes(32)) == 0x8A9136AA
    assert crc32c(bytes(range(32))) == 0x46DD794E


def test_bad_context_and_features():
    with pytest.raises(GraphError, match="context 'subject' is None"):
        encode_example(PLAIN, {"subject": None})
    empty = Graph(PLAIN.nodes, PLAIN.edges, edge_features=np.zeros((len(PLAIN.weights), 0)))
    with pytest.raises(GraphError, match="no columns"):
        encode_example(empty)


def test_schema_as_text():
    lines = graph_schema(
        GRAPHS["no features"], {"label": 1}, {("context", "label"): "0 sad"}
    ).splitlines()
    assert lines[:7] == [
        "context {",
        "  features {",
        '    key: "label"',
        "    value {",
        '      description: "0 sad"',
        "      dtype: DT_INT64",
        "    }",
    ]
    assert '    source: "node"' in lines


def test_written_without_tensorflow(tmp_path):
    code = f"""
import sys, json
import numpy as np
from ferkeras.graphs import knn_graph, write_graphs
points = np.random.default_rng(0).uniform(0, 60, (30, 2))
write_graphs({str(tmp_path / "a.tfrecord")!r}, [knn_graph(points)])
print(json.dumps([name for name in sys.modules if name in ("tensorflow", "google.protobuf")]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == []
    assert (tmp_path / "a.tfrecord").stat().st_size


def test_schema_of_a_file_and_of_shards(tmp_path):
    assert schema_path(tmp_path / "a.tfrecord") == tmp_path / "a.pbtxt"
    shard = tmp_path / "train-00000-of-00012.tfrecord"
    assert write_graphs(shard, [PLAIN]) == tmp_path / "schema.pbtxt"
