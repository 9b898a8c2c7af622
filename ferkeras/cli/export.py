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
    from ferkeras.cli._export_samples import Samples
    from ferkeras.export import ExportResult
    from ferkeras.runtime import ModelCard

# Of the card of the model that is exported, what holds for the exported one too.
_CARRIED = (
    *("trained_on", "scores", "commands", "licence", "intended_use", "not_for", "confusion"),
)


def command(
    source: str = typer.Argument(help="Released tag, run folder, or a .keras file with its card."),
    out: Path | None = typer.Option(
        None, help="Folder to make; default: export/ in a run folder, exported/<system>/<tag>."
    ),
    to: str = typer.Option(
        "saved_model,tflite,onnx",
        help="Formats, with commas between; also tflite-fp16, tflite-int8.",
    ),
    verify: str | None = typer.Option(
        None, help="Data for the comparison; default: synthetic, or synthetic_clips."
    ),
    split: str = typer.Option("", help="Part of that data; default: all of it."),
    crops: int | None = typer.Option(
        None,
        min=0,
        help="How many samples are compared, 0: all; default: 200, with --frames 40, of a "
        "restorer 16.",
    ),
    calibration: str | None = typer.Option(
        None, help="Data that tflite-int8 takes its ranges from; default: the rest of --verify's."
    ),
    calibration_split: str = typer.Option("", help="Part of --calibration's data; default: all."),
    tolerance: float | None = typer.Option(
        None,
        help="Largest difference from Keras; default: 0.0001 of a probability, with --frames "
        "0.005, of a restorer 0.05 grey levels. Of saved_model, tflite and onnx.",
    ),
    max_drop: float = typer.Option(
        0.01,
        min=0,
        max=1,
        help="Largest loss of accuracy of tflite-int8, as a share; of few samples one may be lost, "
        "with 0 none.",
    ),
    frames: bool = typer.Option(
        False, help="Of a clip model: compute the flow in it, of the faces of onset and apex."
    ),
    tag: str | None = typer.Option(None, help="Tag for the new card; default: the model's."),
    about: Path | None = typer.Option(None, help="JSON with fields for the card, e.g. scores."),
    overwrite: bool = typer.Option(False, help="Replace the folder if it is there."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Export a model; each file is run in its own runtime and compared with Keras.

    Each runs in a process without ferkeras, a TFLite or ONNX file also without TensorFlow. A file
    that differs too much ends the command, and nothing is written.
    """
    from ferkeras._quiet import start_tensorflow

    start_tensorflow()
    from ferkeras.cli._export_samples import calibration_samples, compared_samples
    from ferkeras.datasets import open_index
    from ferkeras.export import export_model, export_restorer, frames_model
    from ferkeras.export.export_folder import free_target
    from ferkeras.runtime.keras_file import load_keras_model

    file, card = _keras_file(source)
    formats = [name.strip() for name in to.split(",") if name.strip()]
    out = out or _place(Path(source), card)
    free_target(out, formats, overwrite)  # before any work
    if "tflite-int8" in formats and (frames or card.input.takes_frames):
        raise ExportError(
            f"{source}: optical flow inside a model has no integer form; leave tflite-int8 out of "
            "the formats, or --frames, and compute the flow outside"
        )
    described = {**{name: getattr(card, name) for name in _carried(card)}, **_about(about, card)}
    commands = described["commands"].items()  # not those of files, which are made anew
    described["commands"] = {what: one for what, one in commands if not what.startswith("model")}
    inside = frames or card.input.takes_frames
    kind = _RESTORER if card.scale is not None else _FRAMES if inside else _CLASSIFIER
    tolerance = kind.tolerance if tolerance is None else tolerance
    model, spec = load_keras_model(file), card.input
    if frames:
        model, spec = frames_model(model, spec)
    known = verify is not None  # of the default data a model may have seen every person
    verify = verify or ("synthetic_clips" if spec.takes_clips else "synthetic")
    index = open_index(verify)
    count = kind.crops if crops is None else crops
    samples = compared_samples(index, spec, card.labels if known else (), count, split)
    fitted, compared_on = None, f"{verify}, {split}" if split else verify
    if "tflite-int8" in formats:
        other = open_index(calibration) if calibration else index
        same = calibration is None or (other.name, other.source) == (index.name, index.source)
        used = samples.rows if same else None
        fitted = calibration_samples(other, spec, used, calibration_split)
        of = "the same data, none of them compared" if used is not None else calibration
        compared_on += f"; ranges of integers from {len(fitted)} samples of {of}"
    arguments: dict[str, Any] = {
        "samples": samples.pictures,
        "calibration": fitted,
        "formats": formats,
        "tolerance": tolerance,
        "system": card.system,
        "tag": tag or card.tag,
        "about": described,
        "overwrite": overwrite,
        "compared_on": compared_on,
    }
    if kind is _RESTORER:
        result = export_restorer(model, card.input, out, **arguments)
    else:
        arguments |= {"targets": samples.targets, "max_drop": max_drop}
        result = export_model(model, spec, card.labels, out, **arguments)
    values = {
        "folder": str(result.folder),
        "data": verify,
        "split": split,
        "pictures_without_face": samples.left_out,
        "tolerance": tolerance,
        "files": [vars(one) for one in result.parity],
        "card": result.card.to_dict(),
    }
    emit(values, _text(result, arguments["compared_on"], samples), as_json)


class _Kind(NamedTuple):
    """Defaults for a kind of model."""

    crops: int
    tolerance: float


_CLASSIFIER, _RESTORER = _Kind(200, 1e-4), _Kind(16, 0.05)
_FRAMES = _Kind(40, 5e-3)  # see `ferkeras.export.frames_model`


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


def _keras_file(source: str) -> tuple[Path, ModelCard]:
    """The ``.keras`` file of a model and its card, whose SHA-256 it has.

    Raises:
        ModelFileError: no such model, no Keras file, no card, or another file than the card's.
    """
    from ferkeras.errors import ModelFileError
    from ferkeras.runtime import find_model, read_card
    from ferkeras.runtime.card import verify_file

    path = find_model(source)
    file = path / "model.keras" if path.is_dir() else path
    if file.suffix != ".keras" or not file.is_file():
        raise ModelFileError(f"{file}: no Keras file to export; give a .keras file or its folder")
    card = read_card(file.parent)
    verify_file(file.parent, card, file.name)
    return file, card


def _place(source: Path, card: ModelCard) -> Path:
    """Where an export goes by default."""
    if source.is_dir():
        return source / "export"
    return Path("exported") / card.system / card.tag


def _text(result: ExportResult, data: str, samples: Samples) -> Group:
    from ferkeras.export.parity_table import caption, columns

    left_out, unnamed = samples.left_out, not result.card.scale and samples.targets is None
    title = f"{result.folder}: {caption(result.parity, data)}"
    if left_out:
        title += f" {left_out} without a face left out."
    if unnamed:
        title += " No accuracy: give --verify data of the model's classes."
    heads, rows = columns(result.parity)
    table = Table(*heads[:2], title=title)
    for head in heads[2:]:
        table.add_column(head, justify="right")
    for row in rows:
        table.add_row(*row)
    return Group(table, Text(f"card: {result.folder / 'card.json'}"))
