"""Which inputs of a model can be made of picture files."""

from __future__ import annotations

from ferkeras.export.export_source import ExportSource
from ferkeras.runtime.named_inputs import IMAGE, INPUT, keras_inputs

FRAMES = ("onset", "apex")
"""Of a model that takes a clip's frames themselves. They are registered on each other already, so
they have the model's size: scaling them again would add movement of its own."""


def bytes_name(name: str) -> str:
    """What the input of encoded pictures is called; TensorFlow Serving knows bytes by the end."""
    return f"{name}_bytes"


def picture_inputs(source: ExportSource) -> list[str]:
    """Names of the inputs that picture files can become.

    ``input``, or ``image`` beside a graph, made as `ferkeras.prepare.face_crop` makes them; or
    `FRAMES`. None where that takes more than the picture: movement or landmarks, or faces that are
    made small first (``InputSpec.resolution``). Of a restorer its only input, whatever its sides.
    """
    spec = source.spec
    if spec.resolution is not None or spec.takes_landmarks:
        return []
    names = FRAMES if spec.takes_clips else (INPUT, IMAGE)
    shapes = {name: one.shape[1:] for name, one in keras_inputs(source.model).items()}
    return [
        name
        for name in names
        if len(shapes.get(name, ())) == 3 and (not source.labels or None not in shapes[name])
    ]


def takes_boxes(source: ExportSource) -> bool:
    """Whether a face's box and a photograph are all that a classifier's input is made of."""
    alone = list(keras_inputs(source.model)) == [INPUT]
    return alone and picture_inputs(source) == [INPUT] and not source.spec.align
