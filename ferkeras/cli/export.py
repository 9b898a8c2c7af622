"""``ferkeras export``: write a trained model as SavedModel, TFLite and ONNX, checked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Group
from rich.table import Table
from rich.text import Text

from ferkeras.cli.output import emit
from ferkeras.errors import ExportError
from ferkeras.files import read_json

if TYPE_CHECKING:
    from ferkeras.export import ExportResult
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
    crops: int = typer.Option(200, min=1, help="How many samples are compared."),
    tolerance: float = typer.Option(1e-4, help="Largest difference of a probability from Keras."),
    tag: str | None = typer.Option(None, help="Tag for the new card; default: the model's."),
    about: Path | None = typer.Option(None, help="JSON with fields for the card, e.g. scores."),
    overwrite: bool = typer.Option(False, help="Replace the folder if it is there."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Export a model; each file is run in its own runtime and compared with Keras."""
    from ferkeras._quiet import start_tensorflow
    from ferkeras.errors import ModelFileError
    from ferkeras.export import export_model
    from ferkeras.runtime import find_model, read_card
    from ferkeras.runtime.card import verify_file
    from ferkeras.runtime.keras_file import load_keras_model

    start_tensorflow()
    path = find_model(source)
    file = path / "model.keras" if path.is_dir() else path
    if file.suffix != ".keras" or not file.is_file():
        raise ModelFileError(f"{file}: no Keras file to export; give a .keras file or its folder")
    card = read_card(file.parent)
    verify_file(file.parent, card, file.name)
    data = data or ("synthetic_clips" if card.input.takes_clips else "synthetic")
    samples, left_out = _crops(data, card.input, crops)
    model = load_keras_model(file)
    described = {name: getattr(card, name) for name in _CARRIED}
    result = export_model(
        model,
        card.input,
        card.labels,
        out,
        samples=samples,
        formats=[name.strip() for name in to.split(",") if name.strip()],
        tolerance=tolerance,
        system=card.system,
        tag=tag or card.tag,
        about={**described, **_about(about)},
        overwrite=overwrite,
    )
    values = {
        "folder": str(result.folder),
        "data": data,
        "pictures_without_face": left_out,
        "tolerance": tolerance,
        "files": [vars(one) for one in result.parity],
        "card": result.card.to_dict(),
    }
    emit(values, _text(result, data, left_out), as_json)


def _about(path: Path | None) -> dict[str, Any]:
    """Card fields from a JSON file; only those that describe the model."""
    if path is None:
        return {}
    values = read_json(path)
    unknown = sorted(set(values) - set(_CARRIED)) if isinstance(values, dict) else [str(path)]
    if unknown:
        raise ExportError(f"{path}: no card field {unknown[0]!r}; known: {', '.join(_CARRIED)}")
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
    samples = result.parity[0].samples
    title = f"{result.folder}: compared with Keras on {samples} samples of {data}"
    if left_out:
        title += f" ({left_out} without a face left out)"
    table = Table("file", "engine", title=title)
    for name in ("MB", "largest difference", "same label"):
        table.add_column(name, justify="right")
    for one in result.parity:
        difference, same = f"{one.max_abs_difference:.1e}", f"{one.top1_agreement:.1%}"
        table.add_row(one.file, one.engine, f"{one.megabytes:.2f}", difference, same)
    return Group(table, Text(f"card: {result.folder / 'card.json'}"))
