"""Run an exported file in its own runtime and compare it with Keras."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ferkeras.errors import ExportError
from ferkeras.prepare import ModelInputs, model_inputs
from ferkeras.runtime import open_model
from ferkeras.types import FloatArray, InputSpec

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

    def for_card(self) -> dict[str, float]:
        """What the card keeps of it."""
        return {
            "max_abs_difference": self.max_abs_difference,
            "top1_agreement": self.top1_agreement,
            "samples": self.samples,
        }


def parity_batches(samples: FloatArray, spec: InputSpec) -> list[ModelInputs]:
    """The first crop alone and the rest in larger batches, each as the model takes it.

    So a file that takes one batch size only does not pass; nor one that takes one number of nodes
    or edges only, where graphs belong to it.

    Args:
        samples: float32 ``(n, height, width, channels)``, 0..255; one or more.
        spec: what the model takes.
    """
    ends = [*range(1, len(samples), _BATCH), len(samples)]
    starts = [0, *ends[:-1]]
    return [model_inputs(samples[a:b], spec) for a, b in zip(starts, ends, strict=True)]


def check_parity(
    path: Path, batches: Sequence[ModelInputs], expected: FloatArray, tolerance: float
) -> Parity:
    """Compare ``path`` with what Keras gave.

    Args:
        path: the exported file or folder.
        batches: from `parity_batches`.
        expected: Keras' probabilities ``(n, classes)``, of all batches one after the other.
        tolerance: largest allowed difference of a probability.

    Raises:
        ExportError: a larger difference, or a value that is not finite.
        ModelFileError: the file cannot be run.
    """
    runner = open_model(path)
    got = np.concatenate([runner.predict(batch) for batch in batches])
    difference = float(np.abs(got - expected).max()) if got.shape == expected.shape else np.inf
    if not difference <= tolerance:  # also true of NaN
        raise ExportError(
            f"{path.name} differs from Keras by {difference:.1e} on {len(expected)} crops, "
            f"{tolerance:.1e} is allowed; nothing was written"
        )
    agreement = float(np.mean(got.argmax(axis=1) == expected.argmax(axis=1)))
    size = megabytes(path)
    return Parity(path.name, runner.engine, len(expected), difference, agreement, size)


def megabytes(path: Path) -> float:
    """Size of a file, or of all files in a folder, in 10^6 bytes."""
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file()) / 1e6
