"""Write a SavedModel as TensorFlow Serving wants it."""

from __future__ import annotations

from pathlib import Path

from ferkeras.export.export_source import ExportSource
from ferkeras.export.frozen import serving_function

FILE = "saved_model"


def write(source: ExportSource, folder: Path) -> None:
    """Write ``folder/saved_model/1/`` with the signature ``serving_default``.

    Input ``input``: float32 ``(None, height, width, channels)``; or ``image``, ``nodes`` and
    ``edges``, see `ferkeras.export.frozen.input_signature`. Output ``probabilities``: float32
    ``(None, classes)``, or ``picture``: float32 ``(None, height, width, channels)``. The weights
    stay variables, each stored once (Keras' own exporter stores every weight twice).
    """
    import tensorflow as tf

    model, module = source.model, tf.Module()
    module.weights = [variable.value for variable in model.variables]
    module.serve = serving_function(model, lambda inputs: model(inputs, training=False))
    tf.saved_model.save(
        module, str(folder / FILE / "1"), signatures={"serving_default": module.serve}
    )
