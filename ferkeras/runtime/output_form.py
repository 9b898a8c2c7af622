"""What a model gives: probabilities of classes, or pictures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ferkeras.errors import ModelFileError

PROBABILITIES = "probabilities"
PICTURE = "picture"


class OutputForm(NamedTuple):
    """A model's only output, or the one of several that counts.

    Attributes:
        name: `PROBABILITIES` or `PICTURE`; also what exported files call it.
        shape: without the batch: ``(classes,)``, or ``(height, width, channels)`` with None for
            sides that follow those of the input.
    """

    name: str
    shape: tuple[int | None, ...]

    @property
    def classes(self) -> int:
        """Length of one output; 0 of a model that gives pictures."""
        return (self.shape[0] or 0) if self.name == PROBABILITIES else 0


def output_name(shape: Sequence[Any]) -> str:
    """What an output of this shape, with the batch, is called: a picture has four axes."""
    return PICTURE if len(shape) == 4 else PROBABILITIES


def output_form(source: Path, shape: Sequence[Any]) -> OutputForm:
    """The form of an output.

    Args:
        source: for messages.
        shape: an engine's own words, with the batch; an unknown size is -1, None or a name.

    Raises:
        ModelFileError: neither ``(batch, classes)`` nor ``(batch, height, width, channels)``, or an
            unknown number of classes or channels.
    """
    sizes = tuple(int(n) if isinstance(n, int | np.integer) and n > 0 else None for n in shape[1:])
    if len(shape) not in (2, 4) or sizes[-1] is None:
        raise ModelFileError(
            f"{source}: its output has shape {tuple(shape)}, expected (batch, classes), or "
            "pictures (batch, height, width, channels)"
        )
    return OutputForm(output_name(shape), sizes)
