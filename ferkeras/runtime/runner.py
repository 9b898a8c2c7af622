"""What every engine gives: a checked batch in, class probabilities or pictures out."""

from __future__ import annotations

import abc
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ferkeras.errors import ModelFileError
from ferkeras.runtime.checked_batch import checked_batch
from ferkeras.runtime.named_inputs import (
    INPUT,
    Batch,
    InputForm,
    Shapes,
    check_forms,
    input_form,
    own_names,
)
from ferkeras.runtime.output_form import PICTURE, OutputForm, output_form, output_name
from ferkeras.types import FloatArray


class Runner(abc.ABC):
    """One opened model file.

    Attributes:
        engine: name of the engine.
        source: the file or folder it came from.
        input_shape: ``(height, width, channels)`` of the picture, or ``(points, 2)`` of landmarks.
            None is a side of any length, which only a model that gives pictures may have. Where a
            model computes the flow itself, that of each of its two faces.
        input_shapes: shape of each input by its name, as `ferkeras.types.InputSpec.input_shapes`.
        output: probabilities of classes, or pictures.
    """

    engine: ClassVar[str]
    batch_sizes: ClassVar[tuple[int | None, ...]] = (None,)

    def __init__(
        self, source: Path, inputs: Sequence[Any] | Mapping[str, InputForm], outputs: Sequence[Any]
    ) -> None:
        """Check the model's inputs and the shape of its output.

        Args:
            source: for messages.
            inputs: the file's inputs by its own names: one float32, or a group of named ones, see
                `ferkeras.runtime.named_inputs.GROUPS`; or the shape of the only one.
            outputs: shape of the output, see `ferkeras.runtime.output_form.output_form`.

        Raises:
            ModelFileError: other inputs or shapes.
        """
        if not isinstance(inputs, Mapping):
            inputs = {INPUT: input_form("float32", inputs)}
        any_side = output_name(outputs) == PICTURE
        shapes = check_forms(source, inputs, self.batch_sizes, any_side=any_side)
        self.output: OutputForm = output_form(source, outputs)
        self.source = source
        self.input_shapes: Shapes = shapes
        self.input_shape: tuple[int | None, ...] = next(iter(shapes.values()))
        self._names = own_names(source, list(inputs))

    @property
    def classes(self) -> int:
        """Length of one output; 0 of a model that gives pictures."""
        return self.output.classes

    def predict(self, batch: Batch) -> FloatArray:
        """Class probabilities, or pictures.

        Args:
            batch: what `ferkeras.prepare.model_inputs` makes of prepared pictures: float32
                ``(n, *input_shape)``, values 0..255; or for a model that takes graphs too a dict
                of ``image``: such an array; ``nodes``: float32 ``(n, N, features)``; ``edges``:
                int32 ``(n, 2, E)``. N and E may differ from call to call. For a model that computes
                the flow itself what `ferkeras.prepare.clip_inputs` gives: ``onset``, ``apex`` and,
                where it takes them, ``landmarks``.

        Returns:
            float32 ``(n, classes)``; n may be 0. Of a model that gives pictures float32 ``(n,
            height, width, channels)``, about 0..255, not clipped; n is 1 or more.

        Raises:
            ModelFileError: another shape or type, a missing or unknown input, an edge to a node
                that is not there, a value that is not finite, or no picture; or the engine fails.
        """
        arrays = checked_batch(self.source, self.input_shapes, batch)
        if not len(next(iter(arrays.values()))):
            if self.output.name == PICTURE:
                raise ModelFileError(f"{self.source}: got a batch without a picture")
            return np.zeros((0, self.classes), np.float32)
        try:
            return np.asarray(self._run(arrays.get(INPUT, arrays)), np.float32)
        except Exception as error:  # each engine has error classes of its own
            raise ModelFileError(
                f"{self.source}: {self.engine} cannot run it ({one_line(error)}); damaged, or too "
                "large a batch for the memory"
            ) from error

    @abc.abstractmethod
    def _run(self, batch: Batch) -> Any:
        """Run a checked batch of at least one."""

    def _by_own_names(self, batch: Batch) -> dict[str, NDArray[Any]]:
        """A checked batch by the names that the file has for its inputs."""
        arrays = batch if isinstance(batch, Mapping) else {INPUT: batch}
        return {own: arrays[name] for name, own in self._names.items()}


def one_line(error: BaseException) -> str:
    """The first line of a library's message, for ours."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0][:200] if lines else type(error).__name__
