"""``ferkeras explain``: show which places of a face speak for its expression."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.text import Text

from ferkeras.cli.output import emit

if TYPE_CHECKING:
    from ferkeras.models.explained_layer import ExplainedLayer
    from ferkeras.recognizer import PictureResult, Recognition, Recognizer
    from ferkeras.types import Picture


def command(
    photos: list[Path] = typer.Argument(help="Photos."),
    model: str = typer.Option("mff_cnn/fer2013", help="Released tag, or a folder with its card."),
    out: Path = typer.Option(..., help="Folder for the pictures."),
    label: str | None = typer.Option(None, help="Explain this class, not the most probable one."),
    detector: str | None = typer.Option(None, help="viola_jones or mtcnn; default: the model's."),
    cropped: bool = typer.Option(False, help="The photos are face crops already."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Draw Grad-CAM heat maps of each face, one PNG a face.

    Exit status 1 if any photo could not be read.
    """
    from ferkeras._quiet import start_tensorflow
    from ferkeras.errors import FerkerasError
    from ferkeras.media import is_video
    from ferkeras.recognizer import Recognizer

    start_tensorflow()
    recognizer = Recognizer.load(model, engine="keras", detector=detector)
    labels = recognizer.card.labels
    if label is not None and label not in labels:
        raise FerkerasError(f"no class {label!r} in {model}; it has {', '.join(labels)}")
    layers = _layers(recognizer)
    rows: list[dict[str, Any]] = []
    used: set[str] = set()
    for path in photos:
        if is_video(path):
            rows.append({"source": str(path), "error": f"{path}: is a video; give a photo"})
            continue
        for result, picture in recognizer.stream(path, cropped=cropped, on_error="report"):
            row = result.to_dict()
            if picture is not None:
                stem = _new_name(path.stem, used)
                row["faces"] = _explain(
                    recognizer, layers, result, picture, out / stem, label, cropped
                )
            rows.append(row)
    failed = sum(row["error"] is not None for row in rows)
    values = {
        "model": f"{recognizer.card.system}/{recognizer.card.tag}",
        "layers": [vars(layer) for layer in layers],
        "faces": sum(len(row.get("faces", ())) for row in rows),
        "failed": failed,
        "results": rows,
    }
    emit(values, _text(rows), as_json)
    if failed:
        raise typer.Exit(1)


def _layers(recognizer: Recognizer) -> list[ExplainedLayer]:
    from ferkeras.errors import FerkerasError
    from ferkeras.models import system_module

    system = recognizer.card.system
    try:
        module = system_module(system, "explained_layers")
    except ModuleNotFoundError as error:
        if error.name is None or not error.name.endswith(".explained_layers"):
            raise
        raise FerkerasError(f"system {system} has no heat maps to draw") from error
    layers: list[ExplainedLayer] = module.explained_layers(_keras_model(recognizer))
    return layers


def _keras_model(recognizer: Recognizer) -> Any:
    from ferkeras.runtime.keras_file import KerasRunner

    assert isinstance(recognizer.runner, KerasRunner)  # asked for by engine="keras"
    return recognizer.runner.model


def _explain(
    recognizer: Recognizer,
    layers: list[ExplainedLayer],
    result: PictureResult,
    picture: Picture,
    target: Path,
    label: str | None,
    cropped: bool,
) -> list[dict[str, Any]]:
    """Write ``<target>-face<n>.png`` for each face; returns the faces' JSON."""
    from ferkeras.explain.heat_map_figure import heat_map_figure
    from ferkeras.explain.heat_map_panels import enlarged, heat_map_panels
    from ferkeras.media import write_image
    from ferkeras.prepare import prepare
    from ferkeras.types import Face

    model, explained = _keras_model(recognizer), []
    for number, found in enumerate(result.faces, start=1):
        face = Face(found.box, found.score, found.landmarks, found.detector)
        crop = prepare(picture, None if cropped else face, recognizer.card.input)
        name = label or found.label
        shown = heat_map_panels(model, crop, recognizer.card.labels.index(name), layers)
        heading = f"What speaks for {name}? Recognised: {_named(found)}"
        panels = [("the face as the model gets it", enlarged(crop)), *shown]
        path = target.with_name(f"{target.name}-face{number}.png")
        write_image(path, heat_map_figure(heading, panels, found.probabilities, name))
        explained.append({**found.to_dict(), "explained": name, "picture": str(path)})
    return explained


def _named(face: Recognition) -> str:
    return f"{face.label} {face.probabilities[face.label]:.0%}"


def _new_name(stem: str, used: set[str]) -> str:
    name, number = stem, 1
    while name in used:
        number += 1
        name = f"{stem}-{number}"
    used.add(name)
    return name


def _text(rows: list[dict[str, Any]]) -> Text:
    lines = []
    for row in rows:
        if row["error"] is not None:
            lines.append(f"failed: {row['error']}")
        elif not row["faces"]:
            lines.append(f"{row['source']}: no face found")
        lines += [
            f"{face['picture']}: {face['explained']} (recognised: {face['label']} "
            f"{face['probabilities'][face['label']]:.0%})"
            for face in row.get("faces", ())
        ]
    return Text("\n".join(lines))
