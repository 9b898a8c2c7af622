"""Run an exported file on batches, with what that took."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ferkeras.errors import ExportError
from ferkeras.export.isolated import run_isolated
from ferkeras.runtime import open_model
from ferkeras.runtime.named_inputs import Batch
from ferkeras.types import FloatArray

_ALONE = ("saved_model", "litert", "onnx")
_ROUNDING = 1e-5  # two runs of one file by one runtime, as a share of the largest value


@dataclass(frozen=True)
class Ran:
    """What a file gave.

    Attributes:
        engine: what ran it.
        outputs: one array a batch.
        megabytes: its size, 10^6 bytes.
        milliseconds: size of a batch -> median time of one run; where it ran alone.
        threads: CPU threads that it had then.
    """

    engine: str
    outputs: list[FloatArray]
    megabytes: float
    milliseconds: Mapping[int, float] = field(default_factory=dict)
    threads: int | None = None


def run_file(path: Path, batches: Sequence[Batch], *, isolated: bool) -> Ran:
    """Run a file by `ferkeras.runtime`, and alone.

    Args:
        path: a file or folder that `ferkeras.runtime.open_model` takes.
        batches: as the model takes them.
        isolated: run it also in a process of its own without ferkeras (and without TensorFlow,
            where it is no SavedModel): those answers count, and both must agree on the first batch.
            A ``.keras`` file needs ferkeras and is never run so.

    Raises:
        ModelFileError: it cannot be opened.
        ExportError: alone it cannot be run, or gives something else.
    """
    runner = open_model(path)
    size = megabytes(path)
    if not isolated or runner.engine not in _ALONE:
        return Ran(runner.engine, [runner.predict(batch) for batch in batches], size)
    alone = run_isolated(path, runner.engine, batches)
    here, there = runner.predict(batches[0]), alone.outputs[0]
    allowed = _ROUNDING * max(1.0, float(np.abs(here).max()))
    if here.shape != there.shape or not float(np.abs(here - there).max()) <= allowed:
        raise ExportError(
            f"{path.name}: gives something else alone than by ferkeras.runtime; nothing was written"
        )
    return Ran(runner.engine, alone.outputs, size, alone.milliseconds, alone.threads)


def megabytes(path: Path) -> float:
    """Size of a file, or of all files in a folder, in 10^6 bytes."""
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file()) / 1e6
