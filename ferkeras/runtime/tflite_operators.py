"""What a TFLite file computes with: its operators, and in which numbers each runs."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

from ferkeras.errors import ModelFileError

IDENTIFIER = b"TFL3"
_INDICES = {"int32", "int64", "bool"}


@dataclass(frozen=True)
class OperatorUse:
    """One kind of operator in a file.

    Attributes:
        name: as TFLite calls it, such as ``"CONV_2D"``; of one that is not built in its own name,
            such as ``"FlexErf"``.
        count: how many there are.
        precision: type of the numbers that go in and come out, such as ``"int8"``; ``"float32 to
            int8"`` where they differ. Biases, shapes and places (int32, int64, bool) count only
            where there are no other numbers.
        built_in: part of every TFLite interpreter; False: a custom operator, or one of TensorFlow's
            own that must be linked in ("select").
    """

    name: str
    count: int
    precision: str
    built_in: bool

    def for_card(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


class Operator(NamedTuple):
    """One operator of a file.

    Attributes:
        name, built_in: see `OperatorUse`.
        inputs, outputs: types of its tensors; SHAPE, which reads no numbers, has no inputs.
        border: it only makes the numbers of one of the file's inputs, or for one of its outputs.
    """

    name: str
    built_in: bool
    inputs: frozenset[str]
    outputs: frozenset[str]
    border: bool

    @property
    def precision(self) -> str:
        """See `OperatorUse`."""
        numbers = (self.inputs | self.outputs) - _INDICES
        before, behind = (
            "/".join(sorted(side - _INDICES or side)) for side in (self.inputs, self.outputs)
        )
        return f"{before} to {behind}" if numbers and before and before != behind else behind


def objects(content: bytes) -> Any:
    """The ``ModelT`` of TFLite's schema for a file's bytes, to look at and to change."""
    from ai_edge_litert import schema_py_generated as schema

    return schema.ModelT.InitFromPackedBuf(bytearray(content), 0)


def operators(path: str | os.PathLike[str]) -> list[OperatorUse]:
    """All kinds of operators in a TFLite file, in alphabetical order; no TensorFlow is needed.

    Raises:
        ModelFileError: no such file, or no TFLite file.
    """
    source = Path(path)
    if not source.is_file():
        raise ModelFileError(f"{source}: no such TFLite file")
    content = source.read_bytes()
    if content[4:8] != IDENTIFIER:
        raise ModelFileError(f"{source}: not a TFLite file")
    try:
        found = list(each_operator(objects(content)))
    except Exception as error:  # IndexError, struct.error, TypeError, ... by where it breaks off
        raise ModelFileError(f"{source}: a damaged TFLite file ({error})") from error
    counts = Counter((one.name, one.precision, one.built_in) for one in found)
    return [OperatorUse(name, n, kind, own) for (name, kind, own), n in sorted(counts.items())]


def operator_text(uses: Sequence[OperatorUse]) -> str:
    """The operators as lines of text, under a heading."""
    rows = [("operator", "count", "numbers", "")]
    for one in uses:
        kind = "" if one.built_in else "not built in"
        rows.append((one.name, str(one.count), one.precision, kind))
    first, second, third = (max(len(row[column]) for row in rows) for column in range(3))
    return "\n".join(
        f"{name:{first}}  {count:>{second}}  {numbers:{third}}  {kind}".rstrip()
        for name, count, numbers, kind in rows
    )


def float_operators(model: Any) -> list[str]:
    """Names of the operators that compute in float, but for those at the borders.

    QUANTIZE and DEQUANTIZE within a file are named where nothing between them is.

    Args:
        model: from `objects`.
    """
    names = {
        one.name
        for one in each_operator(model)
        if not one.border and any(kind.startswith("float") for kind in one.inputs | one.outputs)
    }
    return sorted(names - {"QUANTIZE", "DEQUANTIZE"} or names)


def each_operator(model: Any) -> Iterator[Operator]:
    """The operators of a ``ModelT`` in the order in which they run."""
    from ai_edge_litert import schema_py_generated as schema

    names = {number: name.lower() for number, name in _names(schema.TensorType).items()}
    for graph in model.subgraphs:
        given, wanted = set(graph.inputs), set(graph.outputs)
        types = [names[tensor.type] for tensor in graph.tensors]
        for one in graph.operators:
            code = model.operatorCodes[one.opcodeIndex]
            name = operator_name(code)
            inputs = [number for number in one.inputs if number >= 0]  # -1: an input left out
            border = (name == "QUANTIZE" and inputs[0] in given) or (
                name == "DEQUANTIZE" and one.outputs[0] in wanted
            )
            read = frozenset(types[number] for number in inputs if name != "SHAPE")
            made = frozenset(types[number] for number in one.outputs)
            yield Operator(name, not code.customCode, read, made, border)


def operator_name(code: Any) -> str:
    """Name of an ``OperatorCodeT``."""
    from ai_edge_litert import schema_py_generated as schema

    if code.customCode:
        return str(code.customCode.decode())
    # Files from before 2020 have the number in the second field alone.
    return _names(schema.BuiltinOperator)[max(code.builtinCode, code.deprecatedBuiltinCode)]


def _names(enumeration: Any) -> dict[int, str]:
    return {number: name for name, number in vars(enumeration).items() if isinstance(number, int)}
