"""The GraphSchema that TF-GNN reads graphs by, as the text of its proto.

TF-GNN's own rules: github.com/tensorflow/gnn, docs/guide/schema.md. Needs neither TF-GNN nor
TensorFlow.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from numpy.typing import ArrayLike, NDArray

from ferkeras.graphs.graph_tensor import CONTEXT, EDGE_SET, NODE_SET, fields
from ferkeras.types import Graph

_DESCRIPTIONS = {
    (NODE_SET, "features"): "features of the node",
    (NODE_SET, "positions"): "(x, y) in pixels; the centre of the top left pixel is (0, 0)",
    (EDGE_SET, "weight"): "adjacency weight, above 0, the same both ways",
    (EDGE_SET, "features"): "features of the edge",
}
_TYPES = {"f": "DT_FLOAT", "i": "DT_INT64", "O": "DT_STRING"}


def graph_schema(
    graph: Graph,
    context: Mapping[str, ArrayLike] | None = None,
    descriptions: Mapping[tuple[str, str], str] | None = None,
) -> str:
    """The GraphSchema of graphs like this one.

    ``tfgnn.parse_schema`` reads it, and ``tfgnn.read_schema`` from a file. It holds for graphs of
    any number of nodes and edges with the same features.

    Args:
        graph, context: as for `ferkeras.graphs.to_graph_tensor`.
        descriptions: what a feature's values mean, for whoever reads the file:
            ``{("context", "label"): "0 sad, 1 happy", ("node", "features"): "row, column, ..."}``.

    Raises:
        GraphError: edge features without columns, or a context that is neither numbers nor texts.
    """
    words = {**_DESCRIPTIONS, **(descriptions or {})}
    parts: dict[str, list[str]] = {CONTEXT: [], NODE_SET: [], EDGE_SET: []}
    found = fields(graph, context)
    for key in sorted(found):
        parts[key[0]] += _feature(key[1], found[key], words.get(key, ""))
    ends = [f'source: "{NODE_SET}"', f'target: "{NODE_SET}"']
    lines = [
        *(_block("context", parts[CONTEXT]) if parts[CONTEXT] else []),
        *_entry("node_sets", NODE_SET, parts[NODE_SET]),
        *_entry("edge_sets", EDGE_SET, parts[EDGE_SET] + ends),
    ]
    return "\n".join([*lines, ""])


def _feature(name: str, values: NDArray[Any], description: str) -> list[str]:
    lines = [f"description: {_quoted(description)}"] if description else []
    lines.append(f"dtype: {_TYPES[values.dtype.kind]}")
    sizes = [line for size in values.shape[1:] for line in _block("dim", [f"size: {size}"])]
    return _entry("features", name, lines + (_block("shape", sizes) if sizes else []))


def _entry(field: str, key: str, value: list[str]) -> list[str]:
    """One entry of a map."""
    return _block(field, [f"key: {_quoted(key)}", *_block("value", value)])


def _block(name: str, lines: list[str]) -> list[str]:
    return [f"{name} {{", *(f"  {line}" for line in lines), "}"]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
