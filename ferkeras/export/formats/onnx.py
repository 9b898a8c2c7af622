"""Write an ONNX file."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from ferkeras.errors import ExportError
from ferkeras.export._onnx_ops import HANDLERS
from ferkeras.export._onnx_order import put_in_order
from ferkeras.export.export_source import ExportSource
from ferkeras.export.frozen import frozen_function, input_signature
from ferkeras.export.onnx_metadata import onnx_metadata
from ferkeras.runtime.card import package_version
from ferkeras.runtime.output_form import PICTURE
from ferkeras.runtime.runner import one_line

FILE = "model.onnx"
OPSET = 17
"""Read by ONNX Runtime from 1.12 (2022) on."""
IR_VERSION = 8
"""The form of the file itself that came with `OPSET`; onnx of today would write a newer one."""
_OPEN = {  # name of an input or output -> axes that may be of any length, and their names
    "input": {1: "height", 2: "width"},
    "nodes": {1: "nodes"},
    "edges": {2: "edges"},
    PICTURE: {1: "large_height", 2: "large_width"},
}


def write(source: ExportSource, folder: Path) -> None:
    """Write ``folder/model.onnx``: opset `OPSET`, names ``input`` and ``probabilities``, any batch.

    A model that takes graphs has the names ``image``, ``nodes`` and ``edges`` in the place of
    ``input``; one that gives pictures has ``picture`` in that of ``probabilities``. These names are
    the same in the SavedModel and in the TFLite file, and those of the released files, so a program
    may rely on them whatever it runs. Sizes that are open are called ``batch``, ``nodes``,
    ``edges``, ``height``, ``width``, and those of the answer ``large_height`` and ``large_width``.

    The file holds ops of ONNX itself only, and says in its metadata what it takes and gives, see
    `ferkeras.export.onnx_metadata.onnx_metadata`. The same model gives the same bytes, unless its
    layers are loops. Before it is written it passes ONNX's checker and its strict shape inference.

    Raises:
        ExportError: an op that has no ONNX form (tf2onnx writes such a file all the same, which is
            why it is checked here), or sizes that do not go together.
    """
    import onnx

    proto = _converted(source.model)
    known = {schema.name for schema in onnx.defs.get_all_schemas() if not schema.domain}
    unknown = sorted({node.op_type for node in proto.graph.node if node.op_type not in known})
    if unknown:
        raise ExportError(
            f"{source.model.name}: ONNX has no op for {', '.join(unknown)}; "
            "write that layer with other keras.ops, or leave onnx out of the formats"
        )
    _say_what_it_is(proto, source)
    _name_sizes(proto.graph)
    try:
        onnx.checker.check_model(proto, full_check=True)
        onnx.shape_inference.infer_shapes(proto, check_type=True, strict_mode=True, data_prop=True)
    except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError) as error:
        raise ExportError(
            f"{source.model.name}: its ONNX form is not valid ({one_line(error)}); "
            "leave onnx out of the formats"
        ) from error
    (folder / FILE).write_bytes(proto.SerializeToString(deterministic=True))


def _converted(model: Any) -> Any:
    """What tf2onnx makes of the model, as an ``onnx.ModelProto``."""
    import tf2onnx

    log = logging.getLogger("tf2onnx")
    level = log.level
    log.setLevel(logging.CRITICAL)  # what it logs as errors is raised by `write`, in one line
    try:
        proto, _ = tf2onnx.convert.from_function(
            frozen_function(model),
            input_signature=input_signature(model),
            opset=OPSET,
            custom_op_handlers=HANDLERS,
        )
    finally:
        log.setLevel(level)
    return proto


def _say_what_it_is(proto: Any, source: ExportSource) -> None:
    """Versions, metadata and names; nothing in them depends on the process that writes them."""
    import onnx

    proto.ir_version = IR_VERSION
    del proto.opset_import[:]
    proto.opset_import.append(onnx.helper.make_opsetid("", OPSET))
    proto.producer_name, proto.producer_version = "ferkeras", package_version()
    proto.graph.name, proto.graph.doc_string = source.model.name, ""
    put_in_order(proto.graph)
    onnx.helper.set_model_props(proto, onnx_metadata(source, OPSET))


def _name_sizes(graph: Any) -> None:
    """Call the first size of each input and output ``batch``, and the other open ones by name."""
    for side in (*graph.input, *graph.output):
        sizes = side.type.tensor_type.shape.dim
        sizes[0].dim_param = "batch"
        for axis, name in _OPEN.get(side.name, {}).items():
            if not sizes[axis].HasField("dim_value"):
                sizes[axis].dim_param = name
