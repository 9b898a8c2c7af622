"""The tables of TFLite's ``metadata_schema.fbs`` that a model of faces needs, as a flatbuffer.

Numbers of fields are their places in the schema's tables
(github.com/tensorflow/tflite-support, tensorflow_lite_support/metadata/metadata_schema.fbs).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_IDENTIFIER, _PARSER = b"M001", "1.0.0"
_FEATURES, _IMAGE = 1, 2  # ContentProperties
_NORMALISATION = 1  # ProcessUnitOptions
_COLOURS = {3: 1, 1: 2}  # channels -> ColorSpaceType: RGB, GRAYSCALE
_AXIS_LABELS = 2  # AssociatedFileType


@dataclass(frozen=True)
class Tensor:
    """One input or output.

    Attributes:
        name, description: for people, and for code that is made from them.
        limits: lowest and highest value; None where there are none.
        picture: ``(height, width, channels)`` of a picture that is taken as it is, 0..255.
        labels_file: a packed file that names the places of the last axis.
    """

    name: str
    description: str
    limits: tuple[float, float] | None = None
    picture: tuple[int, int, int] | None = None
    labels_file: str | None = None


def model_metadata(
    name: str, description: str, inputs: Sequence[Tensor], outputs: Sequence[Tensor]
) -> bytes:
    """A ModelMetadata of one subgraph, whose inputs and outputs are given in their order."""
    writer = _Writer()
    sides = {2: inputs, 3: outputs}
    places = {at: writer.vector([_tensor(writer, one) for one in sides[at]]) for at in sides}
    graph = writer.table(10, places)
    offsets = {
        **{0: writer.text(name), 1: writer.text(description), 3: writer.vector([graph])},
        7: writer.text(_PARSER),
    }
    return writer.finished(writer.table(8, offsets))


def _tensor(writer: _Writer, tensor: Tensor) -> int:
    """A TensorMetadata."""
    offsets = {0: writer.text(tensor.name), 1: writer.text(tensor.description)}
    if tensor.picture is None:
        offsets[3] = writer.table(3, {1: writer.table(0, {})}, {0: _FEATURES})
    else:
        height, width, channels = tensor.picture
        size = writer.table(2, {}, wide={0: width, 1: height})
        image = writer.table(2, {1: size}, {0: _COLOURS[channels]})
        offsets[3] = writer.table(3, {1: image}, {0: _IMAGE})
        unchanged = writer.table(2, {0: writer.floats([0.0]), 1: writer.floats([1.0])})
        step = writer.table(2, {1: unchanged}, {0: _NORMALISATION})
        offsets[4] = writer.vector([step])
    if tensor.limits is not None:
        low, high = tensor.limits
        offsets[5] = writer.table(2, {0: writer.floats([high]), 1: writer.floats([low])})
    if tensor.labels_file is not None:
        name, about = writer.text(tensor.labels_file), writer.text("names of the classes")
        offsets[6] = writer.vector([writer.table(5, {0: name, 1: about}, {2: _AXIS_LABELS})])
    return writer.table(7, offsets)


class _Writer:
    """Flatbuffers' builder, by places of fields."""

    def __init__(self) -> None:
        import flatbuffers

        self._builder: Any = flatbuffers.Builder(1024)

    def text(self, value: str) -> int:
        return int(self._builder.CreateString(value))

    def floats(self, values: Sequence[float]) -> int:
        self._builder.StartVector(4, len(values), 4)
        for value in reversed(values):
            self._builder.PrependFloat32(value)
        return int(self._builder.EndVector())

    def vector(self, offsets: Sequence[int]) -> int:
        self._builder.StartVector(4, len(offsets), 4)
        for offset in reversed(offsets):
            self._builder.PrependUOffsetTRelative(offset)
        return int(self._builder.EndVector())

    def table(
        self,
        fields: int,
        offsets: Mapping[int, int],
        narrow: Mapping[int, int] | None = None,
        wide: Mapping[int, int] | None = None,
    ) -> int:
        """A table.

        Args:
            fields: how many the schema has.
            offsets: field -> what was written before.
            narrow, wide: field -> a number of 8 or of 32 bits.
        """
        self._builder.StartObject(fields)
        for field, offset in offsets.items():
            self._builder.PrependUOffsetTRelativeSlot(field, offset, 0)
        for field, number in (wide or {}).items():
            self._builder.PrependUint32Slot(field, number, 0)
        for field, number in (narrow or {}).items():
            self._builder.PrependUint8Slot(field, number, 0)
        return int(self._builder.EndObject())

    def finished(self, root: int) -> bytes:
        self._builder.Finish(root, _IDENTIFIER)
        return bytes(self._builder.Output())
