"""``ferkeras doctor``: what is installed here, and what works."""

from __future__ import annotations

import typer
from rich.table import Table

from ferkeras.cli.output import emit

_PACKAGES = {
    "tensorflow": "training, Keras and SavedModel files",
    "keras": "training",
    "ai-edge-litert": "TFLite files",
    "onnxruntime": "ONNX files",
    "opencv-contrib-python-headless": "detection, preparation, video",
    "mtcnn": "MTCNN detector: its weights",
    "onnx": "ONNX export",
    "tf2onnx": "ONNX export",
    "numba": "granular balls",
    "keras-hub": "optional: Swin, ResNet and VGG backbones of cs_gbsbf",
    "tensorflow-gnn": "optional: reading stored graphs",
    "apache-beam": "optional: graphs build --runner",
}


def command(as_json: bool = typer.Option(False, "--json", help="Print JSON.")) -> None:
    """Show versions, released models and whether a GPU is seen."""
    import importlib.metadata
    import os

    from ferkeras import __version__
    from ferkeras.runtime.card import released

    found: dict[str, str | None] = {}
    for name in _PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = None
    gpus: list[str] = []
    if found["tensorflow"]:
        from ferkeras._quiet import start_tensorflow

        start_tensorflow()
        import tensorflow as tf

        gpus = [device.name for device in tf.config.list_physical_devices("GPU")]
    result = {
        "ferkeras": __version__,
        "packages": found,
        "gpus": gpus,
        "cores": os.cpu_count(),
        "released_models": released(),
    }
    table = Table("package", "version", "for", box=None)
    table.add_row("ferkeras", __version__, "")
    for name, purpose in _PACKAGES.items():
        table.add_row(name, found[name] or "missing", purpose)
    table.add_row("GPU", ", ".join(gpus) or "none seen", "mixed_float16 training")
    table.add_row("released models", ", ".join(released()) or "none", "ferkeras predict --model")
    emit(result, table, as_json)
