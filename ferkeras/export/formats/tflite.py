"""Write a TFLite file of built-in ops."""

from __future__ import annotations

from pathlib import Path

from ferkeras.export.export_source import ExportSource
from ferkeras.export.formats._tflite import converted
from ferkeras.export.tflite_metadata import add_metadata

FILE = "model.tflite"


def write(source: ExportSource, folder: Path) -> None:
    """Write ``folder/model.tflite``: float32, see `ferkeras.export.formats._tflite.converted`.

    A description and the labels are packed in, see `ferkeras.export.tflite_metadata`.

    Raises:
        ExportError: the model needs an op that TFLite does not have built in.
    """
    (folder / FILE).write_bytes(converted(source.model, "tflite"))
    add_metadata(folder / FILE, source.spec, source.labels, source.model.name)
