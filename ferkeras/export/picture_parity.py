"""Run an exported file that gives pictures in its own runtime and compare it with Keras."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ferkeras.errors import ExportError
from ferkeras.export.parity import megabytes
from ferkeras.runtime import open_model
from ferkeras.types import FloatArray

_BATCH = 8
_MORE = 5, 3  # rows and columns of the second size


@dataclass(frozen=True)
class PictureParity:
    """How an exported file compares with its Keras model.

    Attributes:
        file: its name.
        engine: the engine that ran it.
        samples: number of pictures.
        max_abs_difference: largest difference of any value, in grey levels (of 0..255).
        relative_difference: that, divided by the largest absolute value that Keras gave.
        megabytes: its size, 10^6 bytes.
    """

    file: str
    engine: str
    samples: int
    max_abs_difference: float
    relative_difference: float
    megabytes: float

    def for_card(self) -> dict[str, float]:
        """What the card keeps of it."""
        return {
            "max_abs_difference": self.max_abs_difference,
            "relative_difference": self.relative_difference,
            "samples": self.samples,
        }


def picture_batches(samples: FloatArray, sides: tuple[int | None, int | None]) -> list[FloatArray]:
    """One picture alone, the rest in larger batches, and one of a second size.

    So a file that takes one batch size only does not pass, nor one that takes one size only, where
    the model takes any.

    Args:
        samples: float32 ``(n, height, width, channels)``, 0..255; one or more.
        sides: the model's height and width; one that is None gets longer in the second size, by
            repeating the border.
    """
    ends = [*range(1, len(samples), _BATCH), len(samples)]
    batches = [samples[a:b] for a, b in zip([0, *ends[:-1]], ends, strict=True)]
    more = [(0, by if side is None else 0) for side, by in zip(sides, _MORE, strict=True)]
    if None in sides:
        batches.append(np.pad(samples[:1], [(0, 0), *more, (0, 0)], mode="edge"))
    return batches


def check_picture_parity(
    path: Path, batches: Sequence[FloatArray], expected: Sequence[FloatArray], tolerance: float
) -> PictureParity:
    """Compare ``path`` with what Keras gave.

    Args:
        path: the exported file or folder.
        batches: from `picture_batches`.
        expected: Keras' pictures of each batch.
        tolerance: largest allowed difference of a value, in grey levels.

    Raises:
        ExportError: a larger difference, another size, or a value that is not finite.
        ModelFileError: the file cannot be run.
    """
    runner = open_model(path)
    difference = 0.0
    for batch, wanted in zip(batches, expected, strict=True):
        got = runner.predict(batch)
        apart = float(np.abs(got - wanted).max()) if got.shape == wanted.shape else np.inf
        if not apart <= tolerance:  # also true of NaN
            raise ExportError(
                f"{path.name} differs from Keras by {apart:.1e} grey levels on pictures of "
                f"{batch.shape[1]}x{batch.shape[2]}, {tolerance:.1e} is allowed; nothing was "
                "written"
            )
        difference = max(difference, apart)
    largest = max(float(np.abs(wanted).max()) for wanted in expected)
    samples = sum(len(batch) for batch in batches)
    relative = difference / largest if largest else 0.0
    return PictureParity(path.name, runner.engine, samples, difference, relative, megabytes(path))
