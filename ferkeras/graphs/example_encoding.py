"""A graph as the bytes of the tf.train.Example that ``tfgnn.write_example`` makes of it.

Written here by the rules of Protocol Buffers (protobuf.dev/programming-guides/encoding), so that
graphs can be stored where there is neither TensorFlow nor TF-GNN. The same graph always gives the
same bytes: those of ``SerializeToString(deterministic=True)``.

================================ ========== ===========================================
feature                          kind       values
================================ ========== ===========================================
``context/<name>``               any        what belongs to the graph as a whole
``nodes/node.#size``             int64      N
``nodes/node.<feature>``         float      ``features``, ``positions``, row by row
``edges/edge.#size``             int64      E
``edges/edge.#source, .#target`` int64      numbers of nodes
``edges/edge.<feature>``         float      ``weight``, ``features``, row by row
================================ ========== ===========================================

Records of a TFRecord file are framed as TensorFlow frames them
(tensorflow.org/tutorials/load_data/tfrecord): length, its checksum, content, its checksum.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ferkeras.graphs.graph_tensor import CONTEXT, EDGE_SET, NODE_SET, fields
from ferkeras.protobuf_wire import varint
from ferkeras.types import Graph

_PREFIX = {
    CONTEXT: f"{CONTEXT}/",
    NODE_SET: f"nodes/{NODE_SET}.",
    EDGE_SET: f"edges/{EDGE_SET}.",
}
_BYTES, _FLOATS, _INTS = b"\x0a", b"\x12", b"\x1a"  # fields 1, 2, 3 of a tf.train.Feature
_ONE, _TWO = b"\x0a", b"\x12"  # fields 1 and 2 of any message, with a length
_MASK = 0xA282EAD8


def encode_example(graph: Graph, context: Mapping[str, ArrayLike] | None = None) -> bytes:
    """The bytes of the graph's tf.train.Example.

    Args:
        graph: the graph.
        context: as for `ferkeras.graphs.to_graph_tensor`.

    Raises:
        GraphError: edge features without columns, or a context that is neither numbers nor texts.

    Example:
        >>> from ferkeras.graphs import graph_from_edges
        >>> encode_example(graph_from_edges([[0.5]], []))[2:28]
        b'\\n\\x19\\n\\x10edges/edge.#size\\x12\\x05\\x1a\\x03\\n\\x01\\x00'
    """
    source, target = graph.edges
    values: dict[str, NDArray[Any]] = {
        "nodes/node.#size": np.array([len(graph.nodes)]),
        "edges/edge.#size": np.array([len(source)]),
        "edges/edge.#source": source,
        "edges/edge.#target": target,
    }
    for (name, feature), array in fields(graph, context).items():
        values[_PREFIX[name] + feature] = array
    entries: list[bytes] = []
    for name in sorted(values):
        entries += _field(
            _ONE, _field(_ONE, [name.encode()]) + _field(_TWO, _feature(values[name]))
        )
    return b"".join(_field(_ONE, entries))


def frame_record(content: bytes) -> bytes:
    """One record of a TFRecord file; the file is nothing but its records."""
    from ferkeras.graphs._crc32c import crc32c

    def masked(part: bytes) -> bytes:
        checksum = crc32c(part)
        turned = checksum >> 15 | checksum << 17 & 0xFFFFFFFF
        return struct.pack("<I", (turned + _MASK) & 0xFFFFFFFF)

    length = struct.pack("<Q", len(content))
    return b"".join((length, masked(length), content, masked(content)))


def _field(tag: bytes, content: list[bytes]) -> list[bytes]:
    return [tag, varint(sum(map(len, content))), *content]  # pieces are joined once, at the end


def _feature(values: NDArray[Any]) -> list[bytes]:
    from ferkeras.graphs._varints import varints

    if values.dtype.kind == "O":
        texts = [piece for one in values.flat for piece in _field(_ONE, [_utf8(one)])]
        return _field(_BYTES, texts)
    if values.dtype.kind == "f":
        tag, packed = _FLOATS, values.astype("<f4", copy=False).tobytes()
    else:
        tag, packed = _INTS, varints(values.ravel().astype(np.int64, copy=False)).tobytes()
    return _field(tag, _field(_ONE, [packed]) if packed else [])


def _utf8(text: str | bytes) -> bytes:
    # names of files may hold bytes that are no UTF-8; they stay as they are
    return text if isinstance(text, bytes) else text.encode(errors="surrogateescape")
