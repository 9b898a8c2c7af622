"""A TFLite file from the objects of its schema, as small as it can be."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from ferkeras.runtime.tflite_operators import IDENTIFIER

_ALIGNMENT = 16  # bytes; the schema's force_align of constants, which its Python code leaves out


def packed(model: Any) -> bytes:
    """The bytes of a ``ModelT``; of equal constants and tables one stands in the file.

    An 8-bit network has a scale and a zero point for each channel of each weight and of each bias:
    the zero points, all 0, are 8 bytes each.

    Args:
        model: from `ferkeras.runtime.tflite_operators.objects`.
    """
    import flatbuffers

    class SharingBuilder(flatbuffers.Builder):
        """Writes equal vectors once, and constants aligned."""

        def __init__(self) -> None:
            super().__init__(1 << 20)
            self._written: dict[tuple[str, bytes], int] = {}

        def CreateNumpyVector(self, x: NDArray[Any]) -> int:
            key = x.dtype.str, x.tobytes()
            if key not in self._written:
                if x.dtype.itemsize == 1:
                    self.Prep(_ALIGNMENT, x.nbytes)
                self._written[key] = super().CreateNumpyVector(x)
            return self._written[key]

    builder = SharingBuilder()
    builder.Finish(model.Pack(builder), file_identifier=IDENTIFIER)
    return bytes(builder.Output())


def drop_notes(model: Any) -> None:
    """Take out what no interpreter needs: names of inner tensors, and the ranges of calibration."""
    for graph in model.subgraphs:
        outside = {*graph.inputs, *graph.outputs}
        for number, tensor in enumerate(graph.tensors):
            if number not in outside:
                tensor.name = None
            if tensor.quantization is not None:
                tensor.quantization.min = tensor.quantization.max = None
