"""A model in ONNX's file format, written without its library: OpenCV reads it without, too.

Numbers of fields are those of ``onnx.proto`` (github.com/onnx/onnx, IR version 7). What MTCNN's
networks need, and no more: float32, whole numbers and texts as attributes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ferkeras.protobuf_wire import field, fields
from ferkeras.types import FloatArray

_FLOAT = 1  # TensorProto.DataType
_INT, _STRING, _INTS = 2, 3, 7  # AttributeProto.AttributeType

Attributes = Mapping[str, "int | str | list[int]"]


def encode_node(operation: str, inputs: Sequence[str], name: str, attributes: Attributes) -> bytes:
    """A NodeProto with one output, called as the node itself."""
    return b"".join(
        [
            fields(1, list(inputs)),
            *(field(2, name), field(3, name), field(4, operation)),
            *(field(5, _attribute(key, value)) for key, value in attributes.items()),
        ]
    )


def encode_tensor(name: str, values: FloatArray) -> bytes:
    """A TensorProto of float32."""
    raw = np.ascontiguousarray(values, "<f4").tobytes()
    return fields(1, list(values.shape)) + field(2, _FLOAT) + field(8, name) + field(9, raw)


def encode_form(name: str, sides: Sequence[int | str]) -> bytes:
    """The ValueInfoProto of a float32 input or output; a side that is open has a name."""
    dimensions = [field(1, field(1 if isinstance(side, int) else 2, side)) for side in sides]
    tensor = field(1, _FLOAT) + field(2, b"".join(dimensions))
    return field(1, name) + field(2, field(1, tensor))


def encode_model(
    name: str,
    nodes: list[bytes],
    constants: list[bytes],
    inputs: list[bytes],
    outputs: list[bytes],
    *,
    opset: int,
    ir_version: int,
) -> bytes:
    """A ModelProto of one graph."""
    sides = fields(11, inputs) + fields(12, outputs)
    graph = fields(1, nodes) + field(2, name) + fields(5, constants) + sides
    return field(1, ir_version) + field(7, graph) + field(8, field(1, "") + field(2, opset))


def _attribute(name: str, value: int | str | list[int]) -> bytes:
    if isinstance(value, str):
        return field(1, name) + field(4, value) + field(20, _STRING)
    if isinstance(value, list):
        return field(1, name) + fields(8, value) + field(20, _INTS)
    return field(1, name) + field(3, value) + field(20, _INT)
