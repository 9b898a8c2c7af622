"""Run a saved model file: Keras, SavedModel, TFLite or ONNX behind one call.

``open_model("model.tflite").predict(batch)``. Each engine is one file here and is imported only
when it is used, so a TFLite or ONNX model runs without TensorFlow.
"""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from typing import Literal

from ferkeras.errors import ModelFileError
from ferkeras.runtime.card import ModelCard, find_model, read_card, verify_file, write_card
from ferkeras.runtime.engines import ENGINES, choose_engine, engine_for
from ferkeras.runtime.runner import Runner

__all__ = [
    "ENGINES",
    "ModelCard",
    "Runner",
    "find_model",
    "open_model",
    "read_card",
    "write_card",
]


def open_model(
    path: str | os.PathLike[str],
    *,
    engine: str | None = None,
    threads: int | Literal["all"] | None = None,
) -> Runner:
    """Open a model file, or the quickest file of a released model's folder.

    Args:
        path: a ``.keras``, ``.tflite`` or ``.onnx`` file, a SavedModel folder, a folder of
            SavedModel versions (``1/``, ``2/``, ...: the highest is run), or a folder with
            ``card.json``.
        engine: ``"litert"`` (or ``"tflite"``), ``"onnx"``, ``"keras"`` or ``"saved_model"``. In a
            folder with a card None takes the first of these, in this order, whose file is there
            and whose package is installed; that file's SHA-256 must be the one in the card.
        threads: CPU threads of LiteRT and ONNX Runtime; None is the engine's default, which is one
            of LiteRT and one a core of ONNX Runtime; ``"all"`` is one a core, at most 8, of LiteRT,
            and None of the others. The two TensorFlow engines share TensorFlow's own threads and
            take no number.

    Raises:
        ModelFileError: nothing there, an unknown kind of file, a damaged file, a missing package,
            or a model whose input is neither one float32 ``(batch, height, width, channels)`` or
            ``(batch, points, 2)``, nor a group of named inputs (see `Runner.predict`), or whose
            output is neither ``(batch, classes)`` nor pictures.
    """
    source = Path(path)
    if not source.exists():
        raise ModelFileError(f"{source}: no such model file or folder")
    if isinstance(threads, int) and threads < 1:
        raise ModelFileError(f"threads is {threads}, expected at least 1")
    if (source / "card.json").is_file():
        card = read_card(source)
        chosen = choose_engine(source, engine, card.files)
        verify_file(source, card, chosen.file)
        source = source / chosen.file
    else:
        chosen = engine_for(source, engine)
    if threads == "all":
        threads = _cores() if chosen.name == "litert" else None
    if threads is not None and not chosen.takes_threads:
        raise ModelFileError(
            f"{source}: threads cannot be set for engine {chosen.name}, which shares TensorFlow's "
            "(tf.config.threading); leave threads out, or use the TFLite or ONNX file"
        )
    module = importlib.import_module(f"{__name__}.{chosen.module}")
    runner = module.load(source, threads)
    assert isinstance(runner, Runner)
    return runner


def _cores() -> int:
    try:
        from joblib import cpu_count  # also knows the limit of a container
    except ModuleNotFoundError as error:
        raise ModelFileError(
            "counting the cores needs the package 'joblib', which is not installed: "
            "pip install joblib, or give threads"
        ) from error
    return min(8, int(cpu_count()))
