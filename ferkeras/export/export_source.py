"""What an exported file is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ferkeras.runtime.named_inputs import Batch
from ferkeras.types import InputSpec


@dataclass(frozen=True)
class ExportSource:
    """A model with all that a format may need to write it.

    Attributes:
        model: a float32 Keras model with one output, see `ferkeras.export.float32`.
        spec: how a face or a clip becomes its input.
        batches: real inputs as the model takes them, float32 0..255; the first is a single sample,
            the others are larger, and sizes that are open differ between them.
        labels: class names in the order of the output; empty of a model that gives pictures.
        calibration: inputs as ``batches``, from which a format that stores integers takes the
            ranges of values; better others than those that are compared. Empty: ``batches``.
    """

    model: Any
    spec: InputSpec
    batches: Sequence[Batch]
    labels: tuple[str, ...] = ()
    calibration: Sequence[Batch] = ()
