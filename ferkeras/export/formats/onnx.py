"""Write an ONNX file."""

from __future__ import annotations

import logging
from pathlib import Path

from ferkeras.errors import ExportError
from ferkeras.export._onnx_ops import HANDLERS
from ferkeras.export.export_source import ExportSource
from ferkeras.export.frozen import frozen_function, input_signature
from ferkeras.runtime.output_form import PICTURE

FILE = "model.onnx"
OPSET = 17
_OPEN = {  # name of an input or output -> axes that may be of any length, and their names
    "input": {1: "height", 2: "width"},
    "nodes": {1: "nodes"},
    "edges": {2: "edges"},
    PICTURE: {1: "large_height", 2: "large_width"},
}


def write(source: ExportSource, folder: Path) -> None:
    """Write ``folder/model.onnx``: opset `OPSET`, names ``input`` and ``probabilities``, any batch.

    A model that takes graphs has the names ``image``, ``nodes`` and ``edges`` in the place of
    ``input``; one that gives pictures has ``picture`` in that of ``probabilities``. Sizes that are
    open are called ``batch``, ``nodes``, ``edges``, ``height``, ``width``, and those of the answer
    ``large_height`` and ``large_width``.

    Raises:
        ExportError: an op that has no ONNX form; tf2onnx writes such a file all the same, which is
            why it is checked here.
    """
    import onnx
    import tf2onnx

    model = source.model
    log = logging.getLogger("tf2onnx")
    level = log.level
    log.setLevel(logging.CRITICAL)  # what it logs as errors is raised below, in one line
    try:
        proto, _ = tf2onnx.convert.from_function(
            frozen_function(model),
            input_signature=input_signature(model),
            opset=OPSET,
            custom_op_handlers=HANDLERS,
        )
    finally:
        log.setLevel(level)
    known = {schema.name for schema in onnx.defs.get_all_schemas()}
    unknown = sorted({node.op_type for node in proto.graph.node} - known)
    if unknown:
        raise ExportError(
            f"{model.name}: ONNX has no op for {', '.join(unknown)}; "
            "write that layer with other keras.ops, or leave onnx out of the formats"
        )
    for side in (*proto.graph.input, *proto.graph.output):
        sizes = side.type.tensor_type.shape.dim
        sizes[0].dim_param = "batch"
        for axis, name in _OPEN.get(side.name, {}).items():
            if not sizes[axis].HasField("dim_value"):
                sizes[axis].dim_param = name
    onnx.checker.check_model(proto, full_check=True)
    (folder / FILE).write_bytes(proto.SerializeToString())
