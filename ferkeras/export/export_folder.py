"""The folder that an export makes: model files, each checked, and their card; all or nothing."""

from __future__ import annotations

import datetime
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ferkeras.errors import ExportError
from ferkeras.export.export_source import ExportSource
from ferkeras.export.formats import format_module
from ferkeras.export.limits import Limits
from ferkeras.export.parity import Parity
from ferkeras.export.parity_table import TABLE, parity_table
from ferkeras.export.picture_parity import PictureParity
from ferkeras.models.weight_counts import weight_counts
from ferkeras.runtime.card import CARD, ModelCard, hash_files, write_card
from ferkeras.runtime.tflite_operators import operator_text, operators

KERAS_FILE = "model.keras"


@dataclass(frozen=True)
class ExportResult:
    """What was written: the folder, its card, and how each file compares with Keras."""

    folder: Path
    card: ModelCard
    parity: tuple[Parity, ...] | tuple[PictureParity, ...]


def free_target(out: str | os.PathLike[str], formats: Sequence[str], overwrite: bool) -> Path:
    """The folder to make.

    Raises:
        ExportError: it is there and is not to be replaced, or an unknown format.
    """
    target = Path(out)
    if target.exists() and not overwrite:
        raise ExportError(f"{target}: is there already; choose another folder, or add --overwrite")
    if target.exists() and not (target / CARD).is_file():
        raise ExportError(f"{target}: is no exported model ({CARD} is not in it), so it stays")
    for name in formats:
        format_module(name)
    return target


def write_folder(
    target: Path,
    source: ExportSource,
    formats: Sequence[str],
    check: Callable[[Path, Limits | None], Any],
    fields: Mapping[str, Any],
    about: Mapping[str, Any] | None,
    compared_on: str = "",
) -> ExportResult:
    """Write all files and the card beside ``target`` and move them there when all have passed.

    Args:
        target: from `free_target`.
        source: what is written.
        formats: any of `ferkeras.export.formats.available`.
        check: compares a file with Keras, given the limits of its format where it has its own;
            gives a `Parity` or a `PictureParity`.
        fields: of the card; ``system`` and ``tag`` may be empty, then they are the names of
            ``target`` and its parent.
        about: more fields of `ModelCard`, which go before those.
        compared_on: name of the data, for the table.

    Raises:
        ExportError: an op without equivalent, or what ``check`` raises.
    """
    with _complete_or_nothing(target) as folder, _quiet():
        source.model.save(folder / KERAS_FILE)
        limits: dict[str, Limits | None] = {KERAS_FILE: None}
        for name in formats:
            module = format_module(name)
            module.write(source, folder)
            limits[module.FILE] = getattr(module, "LIMITS", None)
        parity = tuple(check(folder / file, limit) for file, limit in limits.items())
        text = parity_table(parity, compared_on) + _operators(folder, limits)
        (folder / TABLE).write_text(text, encoding="utf-8")
        if source.labels:
            text = "\n".join(source.labels) + "\n"
            (folder / "labels.txt").write_text(text, encoding="utf-8")
        values: dict[str, Any] = {
            **fields,
            "input": source.spec,
            "labels": source.labels,
            "system": fields.get("system") or target.absolute().parent.name,
            "tag": fields.get("tag") or target.absolute().name,
            "parameters": weight_counts(source.model).trained,
            "created": datetime.date.today().isoformat(),
            **(about or {}),
            "files": hash_files(folder),
            "parity": {one.file: one.for_card() for one in parity},
        }
        card = ModelCard(**values)
        write_card(folder, card)
    return ExportResult(target, card, parity)


def _operators(folder: Path, files: Iterable[str]) -> str:
    """Which operators each TFLite file runs, and in which numbers, in Markdown."""
    lists = (
        f"\n{file}: operators, all run by the CPU's built-in kernels or a delegate's\n\n"
        f"```\n{operator_text(operators(folder / file))}\n```\n"
        for file in files
        if file.endswith(".tflite")
    )
    return "".join(lists)


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence the warning that Keras 3 on NumPy 2 gives while it saves variables."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "__array__ implementation doesn't accept a copy keyword")
        # What it says of keras-hub's Swin, whose attention has no use for its mask.
        warnings.filterwarnings("ignore", r"Layer 'attn' \(of type WindowAttention\)")
        yield


@contextmanager
def _complete_or_nothing(target: Path) -> Iterator[Path]:
    """A folder beside ``target`` that takes its place if the block ends well, or else goes."""
    target.absolute().parent.mkdir(parents=True, exist_ok=True)
    there = target.exists()
    place = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.absolute().parent))
    half, old = place / "new", place / "old"
    half.mkdir()
    try:
        yield half
        if target.exists() and not there:
            raise ExportError(f"{target}: came into being meanwhile, so it stays; run it again")
        if there:
            os.replace(target, old)
        try:
            os.replace(half, target)
        except OSError:
            if there:
                os.replace(old, target)
            raise
    finally:
        remove: Callable[[Path], None] = shutil.rmtree
        remove(place)
