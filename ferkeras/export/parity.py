"""Run an exported file in its own runtime and compare it with Keras."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ferkeras.errors import ExportError
from ferkeras.runtime import open_model
from ferkeras.types import FloatArray

_BATCH = 32


@dataclass(frozen=True)
class Parity:
    """How an exported file compares with its Keras model.

    Attributes:
        file: its name.
        engine: the engine that ran it.
        samples: number of crops.
        max_abs_difference: largest difference of any probability.
        top1_agreement: share of crops with the same label.
        megabytes: its size, 10^6 bytes.
    """

    file: str
    engine: str
    samples: int
    max_abs_difference: float
    top1_agreement: float
    megabytes: float


def check_parity(path: Path, samples: FloatArray, expected: FloatArray, tolerance: float) -> Parity:
    """Compare ``path`` with what Keras gave.

    The first crop is run alone and the rest in larger batches, so a file that takes one batch size
    only does not pass.

    Args:
        path: the exported file or folder.
        samples: float32 ``(n, height, width, channels)``, 0..255.
        expected: Keras' probabilities ``(n, classes)``.
        tolerance: largest allowed difference of a probability.

    Raises:
        ExportError: a larger difference, or a value that is not finite.
        ModelFileError: the file cannot be run.
    """
    runner = open_model(path)
    starts = [0, *range(1, len(samples), _BATCH)]
    parts = [
        runner.predict(samples[start:end])
        for start, end in zip(starts, [*starts[1:], len(samples)], strict=True)
    ]
    got = np.concatenate(parts)
    difference = float(np.abs(got - expected).max()) if got.shape == expected.shape else np.inf
    if not difference <= tolerance:  # also true of NaN
        raise ExportError(
            f"{path.name} differs from Keras by {difference:.1e} on {len(samples)} crops, "
            f"{tolerance:.1e} is allowed; nothing was written"
        )
    agreement = float(np.mean(got.argmax(axis=1) == expected.argmax(axis=1)))
    files = path.rglob("*") if path.is_dir() else [path]
    size = sum(file.stat().st_size for file in files if file.is_file())
    return Parity(path.name, runner.engine, len(samples), difference, agreement, size / 1e6)
