"""TensorFlow ops that tf2onnx leaves as they are, in ops that ONNX has."""

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


HANDLERS: dict[str, tuple[Any, list[Any]]] = {"Erfc": (_erfc, [])}
"""For ``custom_op_handlers`` of ``tf2onnx.convert.from_function``."""
