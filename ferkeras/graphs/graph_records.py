"""Graphs as TFRecord files of tf.train.Example, with the schema that TF-GNN reads them by.

A TF-GNN user needs nothing of ferkeras to read them::

    schema = tfgnn.read_schema("train.pbtxt")
    spec = tfgnn.create_graph_spec_from_schema_pb(schema)
    dataset = tf.data.TFRecordDataset("train.tfrecord").batch(32)
    dataset = dataset.map(lambda records: tfgnn.parse_example(spec, records))

Names and shapes are those of `ferkeras.graphs.graph_tensor`. Writing needs neither TensorFlow nor
TF-GNN; `read_graphs` needs the extra ``ferkeras[gnn]``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ferkeras.errors import GraphError
from ferkeras.files import whole_file, write_bytes
from ferkeras.graphs import _tensorflow_gnn
from ferkeras.graphs.example_encoding import encode_example, frame_record
from ferkeras.graphs.graph_schema import graph_schema
from ferkeras.graphs.graph_tensor import context_of, fields, from_graph_tensor
from ferkeras.types import Graph

Context = Mapping[str, Sequence[Any] | NDArray[Any]]
"""One value a graph under each name, such as ``{"label": labels, "subject": subjects}``."""

SHARED_SCHEMA = "schema.pbtxt"
"""Name of the schema of all shards in a folder."""

_SHARD = re.compile(r".*-\d{5,}-of-\d{5,}\.tfrecord")


def schema_path(path: str | Path) -> Path:
    """Where the schema of a record file lies.

    ``train.tfrecord`` has ``train.pbtxt``; ``train-00000-of-00029.tfrecord``, one shard of many,
    has the ``schema.pbtxt`` of its folder.
    """
    path = Path(path)
    if _SHARD.fullmatch(path.name):
        return path.with_name(SHARED_SCHEMA)
    return path.with_suffix(".pbtxt")


def write_graphs(path: str | Path, graphs: Iterable[Graph], context: Context | None = None) -> Path:
    """Write graphs, in their order, and their schema beside them. Both are whole or not there.

    Args:
        path: the record file; what is there is replaced.
        graphs: at least one. They may differ in nodes and edges, but not in which features they
            have and how wide these are.
        context: see `Context`.

    Returns:
        The path of the schema.

    Raises:
        GraphError: no graph, graphs that differ in their features, or a context of another length.
    """
    path, schema = Path(path), ""
    if path == schema_path(path):
        raise GraphError(f"{path} is where the schema goes; name the records otherwise")
    with whole_file(path) as file:
        for number, (graph, values) in enumerate(_with_context(graphs, context or {})):
            layout = _layout(graph, values)
            if not number:
                first, schema = layout, graph_schema(graph, values)
            _check_same(layout, first, f"graph {number}", "in graph 0")
            file.write(frame_record(encode_example(graph, values)))
        if not schema:
            raise GraphError(f"{path}: there is no graph to write")
        write_bytes(schema_path(path), schema.encode())
    return schema_path(path)


def read_graphs(
    path: str | Path, schema: str | Path | None = None
) -> tuple[list[Graph], dict[str, NDArray[Any]]]:
    """Read graphs that `write_graphs` or a TF-GNN user wrote.

    Args:
        path: the record file.
        schema: the file of its schema; None: beside the records (`schema_path`).

    Returns:
        The graphs, and the context: for each name an array with one value a graph, texts as
        ``str``.

    Raises:
        GraphError: a file that is missing, damaged or empty, records of another schema, or graphs
            that `from_graph_tensor` does not take.
    """
    from google.protobuf.text_format import ParseError

    tf, gnn = _tensorflow_gnn.load()
    schema = schema_path(path) if schema is None else Path(schema)
    for file in (Path(path), schema):
        if not file.is_file():
            raise GraphError(f"{file} is not there; graphs are read by their records and schema")
    try:
        spec = gnn.create_graph_spec_from_schema_pb(gnn.read_schema(str(schema)))
    except (ParseError, UnicodeDecodeError, ValueError, TypeError) as error:
        raise GraphError(f"{schema} is no schema of graphs: {error}") from error
    graphs, contexts = [], []
    try:
        parse = partial(gnn.parse_single_example, spec)
        for tensor in tf.data.TFRecordDataset(str(path)).map(parse):
            graphs.append(from_graph_tensor(tensor))
            contexts.append(context_of(tensor))
    except (tf.errors.OpError, GraphError) as error:
        reason = str(error).partition("\n")[0]
        raise GraphError(f"{path}, record {len(graphs)}: {reason}") from error
    if not graphs:
        raise GraphError(f"{path} holds no graphs")
    return graphs, {name: np.stack([one[name] for one in contexts]) for name in contexts[0]}


def _with_context(
    graphs: Iterable[Graph], context: Context
) -> Iterator[tuple[Graph, dict[str, Any]]]:
    lists, count = {name: list(values) for name, values in context.items()}, 0
    for count, graph in enumerate(graphs, 1):
        if any(len(values) < count for values in lists.values()):
            break
        yield graph, {name: values[count - 1] for name, values in lists.items()}
    for name, values in lists.items():
        if len(values) != count:
            more = "or more " if len(values) < count else ""
            raise GraphError(f"context {name!r} has {len(values)} values for {count} {more}graphs")


def _layout(graph: Graph, context: Mapping[str, Any]) -> dict[str, str]:
    """The type and width of each feature, in words."""
    return {
        f"{name} {feature!r}": f"{values.dtype} {values.shape[1:]}"
        for (name, feature), values in fields(graph, context).items()
    }


def _check_same(layout: dict[str, str], first: dict[str, str], what: str, other: str) -> None:
    """Pass if two graphs have the same features.

    Raises:
        GraphError: they have not; ``what`` and ``other`` say in words which two.
    """
    for name in {**first, **layout}:
        here, there = layout.get(name, "absent"), first.get(name, "absent")
        if here != there:
            raise GraphError(f"{what}: {name} is {here}, {other} {there}; one file, one schema")
