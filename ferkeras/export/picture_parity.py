"""Run an exported file that gives pictures in its own runtime and compare it with Keras."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ferkeras.errors import ExportError
from ferkeras.export.limits import Limits, check_difference
from ferkeras.export.run_file import run_file
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
        psnr: of all its values to those of Keras, dB of 255; infinite where they are equal.
        milliseconds: size of a batch -> median time of one run; only of files that ran alone.
        threads: CPU threads that it had then.
    """

    file: str
    engine: str
    samples: int
    max_abs_difference: float
    relative_difference: float
    megabytes: float
    psnr: float
    milliseconds: Mapping[int, float] = field(default_factory=dict)
    threads: int | None = None

    def for_card(self) -> dict[str, float]:
        """What the card keeps of it."""
        values = {
            "max_abs_difference": self.max_abs_difference,
            "relative_difference": self.relative_difference,
            "samples": self.samples,
            "megabytes": self.megabytes,
            "psnr": self.psnr if np.isfinite(self.psnr) else None,
            **{f"milliseconds_batch_{size}": time for size, time in self.milliseconds.items()},
            "threads": self.threads,
        }
        return {name: value for name, value in values.items() if value is not None}


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
    path: Path,
    batches: Sequence[FloatArray],
    expected: Sequence[FloatArray],
    limits: Limits,
    *,
    isolated: bool = True,
) -> PictureParity:
    """Compare ``path`` with what Keras gave.

    Args:
        path: the exported file or folder.
        batches: from `picture_batches`.
        expected: Keras' pictures of each batch.
        limits: what is allowed.
        isolated: see `ferkeras.export.run_file.run_file`.

    Raises:
        ExportError: it differs too much, gives another size or a value that is not finite, or
            cannot be run.
        ModelFileError: the file cannot be opened.
    """
    ran = run_file(path, batches, isolated=isolated)
    apart, squares = 0.0, []
    for batch, got, wanted in zip(batches, ran.outputs, expected, strict=True):
        error = got - wanted if got.shape == wanted.shape else np.array(np.inf)
        most = limits.grey_levels if limits.grey_levels is not None else np.finfo(np.float32).max
        largest = float(np.abs(error).max())
        height, width = batch.shape[1:3]
        check_difference(path.name, largest, float(most), f"pictures of {height}x{width}")
        apart = max(apart, largest)
        squares.append(np.square(error, dtype=np.float64).ravel())
    mean = float(np.concatenate(squares).mean())
    psnr = 10 * np.log10(255.0**2 / mean) if mean else np.inf
    if limits.psnr is not None and not psnr >= limits.psnr:
        raise ExportError(
            f"{path.name}: PSNR to Keras' pictures is {psnr:.1f} dB, {limits.psnr:g} dB is needed; "
            "nothing was written"
        )
    bright = max(float(np.abs(wanted).max()) for wanted in expected)
    return PictureParity(
        path.name,
        ran.engine,
        sum(len(batch) for batch in batches),
        apart,
        apart / bright if bright else 0.0,
        ran.megabytes,
        float(psnr),
        ran.milliseconds,
        ran.threads,
    )
