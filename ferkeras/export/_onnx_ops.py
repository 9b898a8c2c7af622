"""TensorFlow ops that tf2onnx leaves as they are, or writes in a costly way, in ops of ONNX."""

from __future__ import annotations

from typing import Any

import numpy as np


def _erfc(graph: Any, node: Any, name: str, args: Any) -> None:
    """``1 - erf(x)``, as exact GELU needs it."""
    dtype = graph.get_dtype(node.output[0])
    shape = graph.get_shape(node.output[0])
    values, outputs = list(node.input), list(node.output)
    graph.remove_node(node.name)
    error = graph.make_node("Erf", values, name=f"{name}_erf", dtypes=[dtype], shapes=[shape])
    one = graph.make_const(f"{name}_one", np.array(1, np.float32))
    ends = [one.output[0], error.output[0]]
    graph.make_node("Sub", ends, outputs=outputs, name=name, dtypes=[dtype], shapes=[shape])


def _segment_sum(graph: Any, node: Any, name: str, args: Any) -> None:
    """``sums[i] = sum of values[j] where ids[j] == i``, as graph convolutions need it.

    By one ScatterElements. tf2onnx sorts the ids and gathers a row for each segment that is as long
    as the largest one, so that a single node with many edges costs memory and time for all nodes.
    (ScatterND would do too, but ONNX Runtime adds its duplicates in threads that overwrite one
    another.) As in TensorFlow a value with a negative id counts nowhere: it goes into one more
    segment, which is cut off.
    """
    values, ids, count = node.input
    outputs, dtype = list(node.output), graph.get_dtype(node.output[0])
    shape, rank = graph.get_shape(outputs[0]), len(graph.get_shape(values))
    if len(graph.get_shape(ids)) != 1:
        raise ValueError(f"{name}: a segment sum with ids of more than one axis has no ONNX form")
    graph.remove_node(node.name)

    def const(label: str, numbers: Any) -> str:
        return str(graph.make_const(f"{name}_{label}", np.array(numbers, np.int64)).output[0])

    def make(op: str, label: str, *inputs: str, **attributes: Any) -> str:
        made = graph.make_node(op, list(inputs), name=f"{name}_{label}", attr=attributes)
        return str(made.output[0])

    int64, first = 7, const("first", [0])
    count = make("Reshape", "count", make("Cast", "count64", count, to=int64), const("one", [1]))
    ids = make("Cast", "ids64", ids, to=int64)
    ids = make("Where", "places", make("Less", "unused", ids, first), count, ids)
    ids = make("Reshape", "column", ids, const("column_shape", [-1] + [1] * (rank - 1)))
    sizes = make("Shape", "sizes", values)
    ids = make("Expand", "every", ids, sizes)
    rest = make("Slice", "rest", sizes, const("from", [1]), const("to", [rank]))
    rows = make("Add", "rows", count, const("more", [1]))
    zeros = make("ConstantOfShape", "zeros", make("Concat", "shape", rows, rest, axis=0))
    zeros = make("Cast", "typed", zeros, to=dtype)
    sums = make("ScatterElements", "sums", zeros, ids, values, axis=0, reduction="add")
    graph.make_node(
        "Slice",
        [sums, first, count, first],
        outputs=outputs,
        name=name,
        dtypes=[dtype],
        shapes=[shape],
    )


HANDLERS: dict[str, tuple[Any, list[Any]]] = {
    "Erfc": (_erfc, []),
    "UnsortedSegmentSum": (_segment_sum, []),
}
"""For ``custom_op_handlers`` of ``tf2onnx.convert.from_function``."""
