"""What the TFLite formats share: from a Keras model to the bytes of a file of built-in ops."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from typing import Any

from ferkeras.errors import ExportError
from ferkeras.export.frozen import frozen_function


def converted(model: Any, form: str, adjust: Callable[[Any], None] | None = None) -> bytes:
    """A TFLite file: any batch size, built-in ops only, float32 inputs and output.

    Its signature ``serving_default`` has the names ``input`` (or ``image``, ``nodes`` and
    ``edges``, with any number of nodes and edges) and ``probabilities`` or ``picture``. Sides that
    are open in the model stay open: the program that runs the file sets them before each run.

    Args:
        model: see `ferkeras.export.export_source.ExportSource`.
        form: the format's name, for the message.
        adjust: given the ``tf.lite.TFLiteConverter`` before it runs, says how numbers are stored;
            None: all as float32.

    Raises:
        ExportError: the model needs an op that TFLite does not have built in. (TensorFlow's own ops
            could be linked in, but then neither LiteRT nor a phone runs the file as it is.)
    """
    import tensorflow as tf

    module = tf.Module()
    module.serve = frozen_function(model)
    with tempfile.TemporaryDirectory() as frozen:  # by this way alone the names stay in the file
        tf.saved_model.save(module, frozen, signatures={"serving_default": module.serve})
        converter = tf.lite.TFLiteConverter.from_saved_model(frozen)
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
        if adjust is not None:
            adjust(converter)
        try:
            return bytes(converter.convert())
        except Exception as error:  # ConverterError, ValueError or RuntimeError, by its stage
            ops = sorted(set(re.findall(r"\btf\.([A-Z]\w+)", str(error))))
            raise ExportError(
                f"{model.name}: TFLite has no built-in op for {', '.join(ops) or 'this model'}; "
                f"write that layer with other keras.ops, or leave {form} out of the formats"
            ) from error
