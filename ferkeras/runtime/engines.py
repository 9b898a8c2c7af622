"""Which engine runs which file."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ferkeras.errors import ModelFileError


@dataclass(frozen=True)
class Engine:
    """One way to run a model file.

    Attributes:
        name: the engine's name.
        suffix: how its files end; empty for a SavedModel, which is a folder.
        file: its file's name in a released model's folder.
        module: the file in ``ferkeras/runtime/`` whose ``load(path, threads)`` opens it.
        package: the package it needs.
        takes_threads: its number of CPU threads can be set for one model.
    """

    name: str
    suffix: str
    file: str
    module: str
    package: str
    takes_threads: bool = False


# Quickest first: the order in which a released model's files are tried.
ENGINES = (
    Engine("litert", ".tflite", "model.tflite", "litert", "ai_edge_litert", takes_threads=True),
    Engine("onnx", ".onnx", "model.onnx", "onnx", "onnxruntime", takes_threads=True),
    Engine("keras", ".keras", "model.keras", "keras_file", "keras"),
    Engine("saved_model", "", "saved_model", "saved_model", "tensorflow"),
)
_ALIASES = {"tflite": "litert"}


def engine_named(name: str) -> Engine:
    """The engine of this name; ``"tflite"`` is another name of LiteRT.

    Raises:
        ModelFileError: there is none.
    """
    for engine in ENGINES:
        if engine.name == _ALIASES.get(name, name):
            return engine
    known = ", ".join(engine.name for engine in ENGINES)
    raise ModelFileError(f"no engine {name!r}; known: {known} (tflite means litert)")


def engine_for(path: Path, name: str | None = None) -> Engine:
    """The engine that runs the file or folder ``path``; ``name`` must agree with it if given.

    Raises:
        ModelFileError: no engine runs such a file, or its package is not installed.
    """
    if path.is_dir():
        found = [engine for engine in ENGINES if not engine.suffix and _is_saved_model(path)]
        seen = "a folder without saved_model.pb, version folders or card.json"
    else:
        found = [engine for engine in ENGINES if engine.suffix and engine.suffix == path.suffix]
        seen = f"a file ending in {path.suffix!r}"
    if not found:
        raise ModelFileError(
            f"{path}: no engine runs {seen}; expected .tflite, .onnx, .keras or a SavedModel folder"
        )
    if name is not None and engine_named(name) != found[0]:
        raise ModelFileError(f"{path}: is run by engine {found[0].name}, not by {name}")
    if not _installed(found[0]):
        raise ModelFileError(
            f"{path}: needs the package {found[0].package!r}, which is not installed"
        )
    return found[0]


def choose_engine(folder: Path, name: str | None, files: Mapping[str, str]) -> Engine:
    """The quickest engine for a folder with a card, or the one named.

    Args:
        folder: holds files under the names of `Engine.file`.
        name: an engine's name; None takes the first that can run.
        files: the card's files; those of them that are absent are named in the error.

    Raises:
        ModelFileError: the file is not there, or no engine can run any file that is.
    """
    if name is not None:
        engine = engine_named(name)
        path = folder / engine.file
        if not path.exists():
            listed = any(entry.split("/")[0] == engine.file for entry in files)
            why = "the card lists it: fetch or export it again" if listed else "not released"
            raise ModelFileError(f"{path}: no such file for engine {engine.name} ({why})")
        return engine_for(path, name)
    there = [engine for engine in ENGINES if (folder / engine.file).exists()]
    ready = [engine for engine in there if _installed(engine)]
    if ready:
        return ready[0]
    lacking = ", ".join(f"{engine.file} needs {engine.package}" for engine in there)
    raise ModelFileError(
        f"{folder}: no model file that can be run here ({lacking or 'none there'})"
    )


def version_folder(path: Path) -> Path:
    """A SavedModel folder: ``path`` itself, or its version folder of the highest number."""
    if (path / "saved_model.pb").is_file():
        return path
    versions = [
        child
        for child in path.iterdir()
        if child.name.isdecimal() and (child / "saved_model.pb").is_file()
    ]
    return max(versions, key=lambda child: int(child.name)) if versions else path


def _is_saved_model(path: Path) -> bool:
    return (version_folder(path) / "saved_model.pb").is_file()


def _installed(engine: Engine) -> bool:
    return importlib.util.find_spec(engine.package) is not None
