"""What an ONNX file says of itself, for programs that have only the file."""

from __future__ import annotations

import json

from ferkeras.export.export_source import ExportSource
from ferkeras.runtime.card import package_version
from ferkeras.types import InputSpec

GREY, RGB, FLOW, PLACES = "grey", "RGB", "flow: u, v, optical strain", "landmarks: x, y"
"""What the last axis of the input can hold, see `colour_order`."""


def colour_order(spec: InputSpec) -> str:
    """What the channels of the input are: ``grey``, ``RGB``, movement or places of landmarks."""
    if spec.takes_landmarks:
        return PLACES
    if spec.takes_clips:
        return FLOW
    return GREY if spec.channels == 1 else RGB


def onnx_metadata(source: ExportSource, opset: int) -> dict[str, str]:
    """Keys and values of ``metadata_props``.

    Each of ours is JSON:

    * ``labels``: class names in the order of ``probabilities``; of a classifier only.
    * ``input``: how a face or a clip becomes the input, `InputSpec.to_dict`.
    * ``value_range``: lowest and highest value of the input, ``[0.0, 255.0]``.
    * ``colour_order``: see `colour_order`; pictures are laid out (batch, height, width, channels).
    * ``opset``: of ONNX itself.
    * ``ferkeras_version``: what wrote the file.

    Of pictures there are also ONNX's own, which are plain words (docs/MetadataProps.md of the ONNX
    project): ``Image.BitmapPixelFormat``, ``Image.ColorSpaceGamma``, ``Image.NominalPixelRange``.
    """
    spec = source.spec
    order = colour_order(spec)
    values = {
        "input": spec.to_dict(),
        "value_range": list(spec.value_range),
        "colour_order": order,
        "opset": opset,
        "ferkeras_version": package_version(),
        **({"labels": list(source.labels)} if source.labels else {}),
    }
    ours = {name: json.dumps(value, ensure_ascii=False) for name, value in values.items()}
    if order not in (GREY, RGB):
        return ours
    return {
        **ours,
        "Image.BitmapPixelFormat": "Gray8" if order == GREY else "Rgb8",
        "Image.ColorSpaceGamma": "SRGB",
        "Image.NominalPixelRange": "NominalRange_0_255",
    }
