"""TOPK_V2 on integers, which TFLite's converter leaves in float."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from ferkeras.runtime.tflite_operators import operator_name

_INT32 = schema.TensorType.INT32
_LARGEST = 255**2  # of a squared int8 number less its zero point


def choose_in_integers(model: Any) -> None:
    """Give every TOPK_V2 behind a DEQUANTIZE the integers themselves: their order is the same.

    Sums of squares (norms) as int8 are hardly told apart, as the largest takes the whole range.
    There the squares and sums are made int32 too, which is exact: ``sum((q - zero) ** 2)``.

    A TOPK_V2 whose values go on, not only their places, is left as the converter made it.

    Args:
        model: a ``ModelT`` of `ferkeras.runtime.tflite_operators.objects`; it is changed.
    """
    for graph in model.subgraphs:
        for one in [one for one in graph.operators if _name(model, one) == "TOPK_V2"]:
            _change(model, graph, one)


def _change(model: Any, graph: Any, choice: Any) -> None:
    values = choice.outputs[0]
    restored = _maker(graph, choice.inputs[0])
    used = _users(graph, values) or values in graph.outputs
    if restored is None or _name(model, restored) != "DEQUANTIZE" or used:
        return
    numbers = restored.inputs[0]
    norm = _norm(model, graph, numbers)
    if norm:
        _as_int32(model, graph, norm)
    choice.inputs[0] = numbers
    for name in ("type", "quantization"):
        setattr(graph.tensors[values], name, getattr(graph.tensors[numbers], name))
    if not _users(graph, restored.outputs[0]):
        graph.operators.remove(restored)


def _norm(model: Any, graph: Any, numbers: int) -> list[Any]:
    """MUL of a tensor with itself, perhaps RESHAPE, and SUM, which make ``numbers``; or nothing."""
    chain: list[Any] = []
    for names in (("SUM",), ("MUL", "RESHAPE"), ("MUL",)):
        tensor = chain[0].inputs[0] if chain else numbers
        maker = _maker(graph, tensor)
        if maker is None or _name(model, maker) not in names or len(_users(graph, tensor)) > 1:
            return []
        chain.insert(0, maker)
        if _name(model, maker) == "MUL":
            break
    squared, total = (
        prod(int(side) for side in graph.tensors[number].shape)
        for number in (chain[-1].inputs[0], numbers)
    )
    fits = squared // max(total, 1) * _LARGEST < 2**31
    return chain if fits and chain[0].inputs[0] == chain[0].inputs[1] else []


def _as_int32(model: Any, graph: Any, norm: list[Any]) -> None:
    """Put CAST and SUB before the operators of a norm, and let these compute in int32."""
    square = norm[0]
    source = graph.tensors[square.inputs[0]]
    zero = np.array([int(source.quantization.zeroPoint[0])], np.int32)
    model.buffers.append(_made("BufferT", data=zero.view(np.uint8)))
    constant = {"shape": np.array([], np.int32), "buffer": len(model.buffers) - 1}
    array = {"shape": source.shape, "shapeSignature": source.shapeSignature, "buffer": 0}
    first = len(graph.tensors)
    for fields in (constant, array, array):
        graph.tensors.append(_made("TensorT", type=_INT32, **fields))
    place = graph.operators.index(square)
    graph.operators[place:place] = [
        _operator(model, "CAST", [square.inputs[0]], first + 1),
        _operator(model, "SUB", [first + 1, first], first + 2),
    ]
    square.inputs = np.array([first + 2] * 2, np.int32)
    for one in norm:
        graph.tensors[one.outputs[0]].type = _INT32
        graph.tensors[one.outputs[0]].quantization = None


def _operator(model: Any, name: str, inputs: list[int], output: int) -> Any:
    number = getattr(schema.BuiltinOperator, name)
    known = [code.builtinCode for code in model.operatorCodes]
    if number not in known:
        known.append(number)
        model.operatorCodes.append(
            _made("OperatorCodeT", builtinCode=number, deprecatedBuiltinCode=number, version=1)
        )
    return _made(
        "OperatorT",
        opcodeIndex=known.index(number),
        inputs=np.array(inputs, np.int32),
        outputs=np.array([output], np.int32),
    )


def _made(kind: str, **fields: Any) -> Any:
    """An object of the schema."""
    made = getattr(schema, kind)()
    for name, value in fields.items():
        setattr(made, name, value)
    return made


def _name(model: Any, operator: Any) -> str:
    return operator_name(model.operatorCodes[operator.opcodeIndex])


def _maker(graph: Any, tensor: int) -> Any:
    """The operator that a tensor comes from; None of an input or a constant."""
    return next((one for one in graph.operators if tensor in one.outputs), None)


def _users(graph: Any, tensor: int) -> list[Any]:
    return [one for one in graph.operators if tensor in one.inputs]
