"""Write a TFLite file of built-in ops."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from ferkeras.errors import ExportError
from ferkeras.export.export_source import ExportSource
from ferkeras.export.frozen import frozen_function
from ferkeras.export.tflite_metadata import add_metadata

FILE = "model.tflite"


def write(source: ExportSource, folder: Path) -> None:
    """Write ``folder/model.tflite``: float32, any batch size, built-in ops only.

    Its signature ``serving_default`` has the names ``input`` (or ``image``, ``nodes`` and
    ``edges``, with any number of nodes and edges) and ``probabilities`` or ``picture``. Sides that
    are open in the model stay open: the program that runs the file sets them before each run. A
    description and the labels are packed in, see `ferkeras.export.tflite_metadata`.

    Raises:
        ExportError: the model needs an op that TFLite does not have built in. (TensorFlow's own ops
            could be linked in, but then neither LiteRT nor a phone runs the file as it is.)
    """
    import tensorflow as tf

    module = tf.Module()
    module.serve = frozen_function(source.model)
    with tempfile.TemporaryDirectory() as frozen:  # by this way alone the names stay in the file
        tf.saved_model.save(module, frozen, signatures={"serving_default": module.serve})
        converter = tf.lite.TFLiteConverter.from_saved_model(frozen)
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
        try:
            content = converter.convert()
        except Exception as error:  # ConverterError, ValueError or RuntimeError, by its stage
            ops = sorted(set(re.findall(r"\btf\.([A-Z]\w+)", str(error))))
            raise ExportError(
                f"{source.model.name}: TFLite has no built-in op for "
                f"{', '.join(ops) or 'this model'}; "
                "write that layer with other keras.ops, or leave tflite out of the formats"
            ) from error
    (folder / FILE).write_bytes(content)
    add_metadata(folder / FILE, source.spec, source.labels, source.model.name)
