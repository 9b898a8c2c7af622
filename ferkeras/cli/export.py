"""``ferkeras export``: write a trained model as SavedModel, TFLite and ONNX, checked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import typer
from rich.console import Group
from rich.table import Table
from rich.text import Text

from ferkeras.cli.output import emit
from ferkeras.errors import ExportError
from ferkeras.files import read_json

if TYPE_CHECKING:
    from ferkeras.export import ExportResult
    from ferkeras.runtime import ModelCard
    from ferkeras.types import FloatArray, InputSpec

# Of the card of the model that is exported, what holds for the exported one too.
_CARRIED = (
    *("trained_on", "scores", "commands", "licence", "intended_use", "not_for", "confusion"),
)


def command(
    source: str = typer.Argument(help="Released tag, run folder, or a .keras file with its card."),
    out: Path = typer.Option(..., help="Folder to make."),
    to: str = typer.Option("saved_model,tflite,onnx", help="Formats, with commas between."),
    data: str | None = typer.Option(
        None, help="Samples for the comparison; default: synthetic, or synthetic_clips."
    ),
    crops: int | None = typer.Option(
        None, min=1, help="How many samples are compared; default: 200, of a restorer 16."
    ),
    tolerance: float | None = typer.Option(
        None,
        help="Largest difference from Keras; default: 0.0001 of a probability, of a restorer 0.05 "
        "grey levels.",
    ),
    tag: str | None = typer.Option(None, help="Tag for the new card; default: the model's."),
    about: Path | None = typer.Option(None, help="JSON with fields for the card, e.g. scores."),
    overwrite: bool = typer.Option(False, help="Replace the folder if it is there."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Export a model; each file is run in its own runtime and compared with Keras."""
    from ferkeras._quiet import start_tensorflow

    start_tensorflow()
    from ferkeras.errors import ModelFileError
    from ferkeras.export import export_model, export_restorer
    from ferkeras.runtime import find_model, read_card
    from ferkeras.runtime.card import verify_file
    from ferkeras.runtime.keras_file import load_keras_model

    path = find_model(source)
    file = path / "model.keras" if path.is_dir() else path
    if file.suffix != ".keras" or not file.is_file():
        raise ModelFileError(f"{file}: no Keras file to export; give a .keras file or its folder")
    card = read_card(file.parent)
    verify_file(file.parent, card, file.name)
    data = data or ("synthetic_clips" if card.input.takes_clips else "synthetic")
    kind = _RESTORER if card.scale is not None else _CLASSIFIER
    tolerance = kind.tolerance if tolerance is None else tolerance
    samples, left_out = _crops(data, card.input, crops or kind.crops)
    model = load_keras_model(file)
    described = {name: getattr(card, name) for name in _carried(card)}
    arguments: dict[str, Any] = {
        "samples": samples,
        "formats": [name.strip() for name in to.split(",") if name.strip()],
        "tolerance": tolerance,
        "system": card.system,
        "tag": tag or card.tag,
        "about": {**described, **_about(about, card)},
        "overwrite": overwrite,
    }
    if kind is _RESTORER:
        result = export_restorer(model, card.input, out, **arguments)
    else:
        result = export_model(model, card.input, card.labels, out, **arguments)
    values = {
        "folder": str(result.folder),
        "data": data,
        "pictures_without_face": left_out,
        "tolerance": tolerance,
        "files": [vars(one) for one in result.parity],
        "card": result.card.to_dict(),
    }
    emit(values, _text(result, data, left_out), as_json)


class _Kind(NamedTuple):
    """Defaults for a kind of model."""

    crops: int
    tolerance: float


_CLASSIFIER, _RESTORER = _Kind(200, 1e-4), _Kind(16, 0.05)


def _carried(card: ModelCard) -> list[str]:
    return [name for name in _CARRIED if card.scale is None or name != "confusion"]


def _about(path: Path | None, card: ModelCard) -> dict[str, Any]:
    """Card fields from a JSON file; only those that describe the model."""
    if path is None:
        return {}
    values, known = read_json(path), _carried(card)
    unknown = sorted(set(values) - set(known)) if isinstance(values, dict) else [str(path)]
    if unknown:
        raise ExportError(f"{path}: no card field {unknown[0]!r}; known: {', '.join(known)}")
    return dict(values)


def _crops(data: str, spec: InputSpec, count: int) -> tuple[FloatArray, int]:
    """Prepared inputs of ``count`` samples, evenly spread; and how many samples had no face."""
    import numpy as np

    from ferkeras.datasets import open_index
    from ferkeras.inputs import prepare_index

    index = open_index(data)
    rows = np.unique(np.linspace(0, len(index) - 1, min(count, len(index))).astype(int))
    prepared = prepare_index(index.subset(rows), spec)
    return prepared.pictures.astype(np.float32), len(prepared.skipped)


def _text(result: ExportResult, data: str, left_out: int) -> Group:
    from ferkeras.export import PictureParity

    samples = result.parity[0].samples
    title = f"{result.folder}: compared with Keras on {samples} samples of {data}"
    if left_out:
        title += f" ({left_out} without a face left out)"
    table = Table("file", "engine", title=title)
    restorer = result.card.scale is not None
    of_restorer = ("grey levels of difference", "of the largest value")
    for name in ("MB", *(of_restorer if restorer else ("largest difference", "same label"))):
        table.add_column(name, justify="right")
    for one in result.parity:
        if isinstance(one, PictureParity):
            last = f"{one.relative_difference:.1e}"
        else:
            last = f"{one.top1_agreement:.1%}"
        difference = f"{one.max_abs_difference:.1e}"
        table.add_row(one.file, one.engine, f"{one.megabytes:.2f}", difference, last)
    return Group(table, Text(f"card: {result.folder / 'card.json'}"))
