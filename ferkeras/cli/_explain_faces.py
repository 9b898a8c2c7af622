"""The faces of one photo -> pictures of what speaks for their expressions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ferkeras.models.explained_layer import Explained
    from ferkeras.recognizer import PictureResult, Recognition, Recognizer
    from ferkeras.types import Face, FloatArray, Picture

_SIDE = 360  # pixels of a face that landmarks are drawn on


def keras_model(recognizer: Recognizer) -> Any:
    """The Keras model of a recogniser that was loaded with ``engine="keras"``."""
    from ferkeras.runtime.keras_file import KerasRunner

    assert isinstance(recognizer.runner, KerasRunner)  # asked for by engine="keras"
    return recognizer.runner.model


def explain_faces(
    recognizer: Recognizer,
    layers: list[Explained],
    result: PictureResult,
    picture: Picture,
    target: Path,
    label: str | None,
    cropped: bool,
) -> list[dict[str, Any]]:
    """Write ``<target>-face<n>.png`` for each face; returns the faces' JSON."""
    from ferkeras.explain.explained_panels import explained_panels
    from ferkeras.explain.heat_map_figure import heat_map_figure
    from ferkeras.explain.panel import enlarged
    from ferkeras.media import write_image
    from ferkeras.types import Face

    model, explained = keras_model(recognizer), []
    for number, found in enumerate(result.faces, start=1):
        face = Face(found.box, found.score, found.landmarks, found.detector)
        sample, crop = _prepared(recognizer, picture, None if cropped else face)
        name = label or found.label
        chosen = recognizer.card.labels.index(name)
        shown = explained_panels(model, sample, chosen, layers, crop, recognizer.card.input)
        heading = f"What speaks for {name}? Recognised: {_named(found)}"
        title = "the face as the model gets it" if sample is crop else "the face"
        panels = [(title, enlarged(crop)), *shown]
        path = target.with_name(f"{target.name}-face{number}.png")
        write_image(path, heat_map_figure(heading, panels, found.probabilities, name))
        explained.append({**found.to_dict(), "explained": name, "picture": str(path)})
    return explained


def _prepared(
    recognizer: Recognizer, picture: Picture, face: Face | None
) -> tuple[FloatArray, FloatArray]:
    """What the model takes, and the face to draw on: the square that landmarks are places in."""
    from ferkeras.prepare import prepare, prepare_crop
    from ferkeras.types import InputSpec

    spec = recognizer.card.input
    if face is None:
        sample = prepare_crop(picture, spec, recognizer.detector)
    else:
        sample = prepare(picture, face, spec)
    if not spec.takes_landmarks:
        return sample, sample
    square = InputSpec(height=_SIDE, width=_SIDE, channels=3, margin=spec.margin)
    return sample, prepare(picture, face, square)


def _named(face: Recognition) -> str:
    return f"{face.label} {face.probabilities[face.label]:.0%}"
