"""Write a SavedModel as TensorFlow Serving wants it."""

from __future__ import annotations

from pathlib import Path

from ferkeras.export.export_source import ExportSource

FILE = "saved_model"


def write(source: ExportSource, folder: Path) -> None:
    """Write ``folder/saved_model/1/`` with its signatures and with requests that warm it up.

    ``serving_default`` takes what the model takes: ``input``, float32 ``(None, height, width,
    channels)``; or other inputs by their names, see `ferkeras.export.frozen.input_signature`. It
    gives ``probabilities``, float32 ``(None, classes)``, with ``classes`` and ``scores``; or
    ``picture``, float32 ``(None, height, width, channels)``. Where the model takes pictures,
    ``serving_bytes`` and ``serving_faces`` take their files: see
    `ferkeras.export.serving.signatures`. The weights stay variables, each stored once (Keras' own
    exporter stores every weight twice), and all signatures share them.
    """
    import tensorflow as tf

    from ferkeras.export.serving.signatures import signatures
    from ferkeras.export.serving.warmup import write_warmup

    module, version = tf.Module(), folder / FILE / "1"
    module.weights = [variable.value for variable in source.model.variables]
    functions = signatures(source)
    tf.saved_model.save(module, str(version), signatures=functions)
    write_warmup(source, functions, version)
