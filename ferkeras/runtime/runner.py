"""What every engine gives: a checked batch in, class probabilities out."""

from __future__ import annotations

import abc
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from ferkeras.errors import ModelFileError
from ferkeras.types import FloatArray

OUTPUT = "probabilities"


class Runner(abc.ABC):
    """One opened model file.

    Attributes:
        engine: name of the engine.
        source: the file or folder it came from.
        input_shape: ``(height, width, channels)`` of one input, or ``(points, 2)`` of landmarks.
        classes: length of one output.
    """

    engine: ClassVar[str]

    def __init__(self, source: Path, inputs: Sequence[Any], outputs: Sequence[Any]) -> None:
        """Check the model's shapes, ``(batch, height, width, channels)`` to ``(batch, classes)``.

        Landmarks are ``(batch, points, 2)``.

        Args:
            source: for messages.
            inputs, outputs: their shapes; only the first size, the batch, may be unknown.

        Raises:
            ModelFileError: other shapes.
        """
        known = all(isinstance(n, int) and n > 0 for n in inputs[1:])
        landmarks = len(inputs) == 3 and inputs[2] == 2
        if not known or not (len(inputs) == 4 or landmarks):
            raise ModelFileError(
                f"{source}: its input has shape {tuple(inputs)}, expected (batch, height, width, "
                "channels) with a known height, width and channels, or (batch, points, 2)"
            )
        if len(outputs) != 2 or not isinstance(outputs[1], int) or outputs[1] < 1:
            raise ModelFileError(
                f"{source}: its output has shape {tuple(outputs)}, expected (batch, classes)"
            )
        self.source = source
        self.input_shape: tuple[int, ...] = tuple(inputs[1:])
        self.classes: int = outputs[1]

    def predict(self, batch: FloatArray) -> FloatArray:
        """Class probabilities.

        Args:
            batch: float32 ``(n, *input_shape)``, values 0..255.

        Returns:
            float32 ``(n, classes)``; n may be 0.

        Raises:
            ModelFileError: another shape or type, or a value that is not finite.
        """
        if not isinstance(batch, np.ndarray) or batch.dtype != np.float32:
            got = getattr(batch, "dtype", type(batch).__name__)
            raise ModelFileError(f"{self.source}: takes a float32 array, got {got}")
        if batch.shape[1:] != self.input_shape:
            wanted = ", ".join(str(size) for size in self.input_shape)
            raise ModelFileError(
                f"{self.source}: takes a batch of shape (n, {wanted}), got {batch.shape}"
            )
        if not np.isfinite(batch).all():
            raise ModelFileError(f"{self.source}: the batch holds values that are not finite")
        if not len(batch):
            return np.zeros((0, self.classes), np.float32)
        return np.asarray(self._run(np.ascontiguousarray(batch)), np.float32)

    @abc.abstractmethod
    def _run(self, batch: FloatArray) -> Any:
        """Run a checked batch of at least one."""


def one_line(error: BaseException) -> str:
    """The first line of a library's message, for ours."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0][:200] if lines else type(error).__name__
