"""``ferkeras explain``: show which places of a face speak for its expression."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.text import Text

from ferkeras.cli.output import emit

if TYPE_CHECKING:
    from ferkeras.models.explained_layer import Explained
    from ferkeras.recognizer import Recognizer


def command(
    photos: list[Path] = typer.Argument(help="Photos."),
    model: str = typer.Option("mff_cnn/fer2013", help="Released tag, or a folder with its card."),
    out: Path = typer.Option(..., help="Folder for the pictures."),
    label: str | None = typer.Option(None, help="Explain this class, not the most probable one."),
    detector: str | None = typer.Option(None, help="viola_jones or mtcnn; default: the model's."),
    cropped: bool = typer.Option(False, help="The photos are face crops already."),
    landmarks: str | None = typer.Option(
        None, help="Model of landmarks: their model file, where it is not at the card's place."
    ),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Draw where a model looks, one PNG a face: heat maps, or the nodes of its graph.

    Exit status 1 if any photo could not be read.
    """
    from ferkeras._quiet import start_tensorflow
    from ferkeras.cli._explain_faces import explain_faces
    from ferkeras.errors import FerkerasError
    from ferkeras.media import is_video
    from ferkeras.recognizer import Recognizer

    start_tensorflow()
    recognizer = Recognizer.load(model, engine="keras", detector=detector, landmarks=landmarks)
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
                row["faces"] = explain_faces(
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


def _layers(recognizer: Recognizer) -> list[Explained]:
    from ferkeras.cli._explain_faces import keras_model
    from ferkeras.errors import FerkerasError
    from ferkeras.models import system_module

    system = recognizer.card.system
    try:
        module = system_module(system, "explained_layers")
    except ModuleNotFoundError as error:
        if error.name is None or not error.name.endswith(".explained_layers"):
            raise
        raise FerkerasError(f"system {system} has no heat maps or nodes to draw") from error
    layers: list[Explained] = module.explained_layers(keras_model(recognizer))
    return layers


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
