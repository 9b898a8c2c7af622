"""Write a TFLite file whose weights are float16."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ferkeras.export.export_source import ExportSource
from ferkeras.export.formats._tflite import converted
from ferkeras.export.limits import Limits
from ferkeras.export.tflite_metadata import add_metadata

FILE = "model_fp16.tflite"
LIMITS = Limits(difference=0.02, grey_levels=2.0)


def write(source: ExportSource, folder: Path) -> None:
    """Write ``folder/model_fp16.tflite``: half the size of ``model.tflite``, the same contract.

    Weights are stored as float16 and made float32 when the file is opened, or are used as they are
    where the device computes in float16; inputs, output and names are those of ``model.tflite``.

    Raises:
        ExportError: the model needs an op that TFLite does not have built in.
    """
    (folder / FILE).write_bytes(converted(source.model, "tflite-fp16", _half))
    add_metadata(folder / FILE, source.spec, source.labels, source.model.name)


def _half(converter: Any) -> None:
    import tensorflow as tf

    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.target_spec.supported_types = [tf.float16]
