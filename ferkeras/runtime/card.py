"""A released model's card: what it takes, what it gives, what it is worth, and its files."""

from __future__ import annotations

import dataclasses
import hashlib
import importlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ferkeras.errors import FerkerasError, ModelFileError
from ferkeras.files import write_json
from ferkeras.types import InputSpec

CARD = "card.json"
_PACKAGE = Path(__file__).parents[1]


def package_version() -> str:
    """The ferkeras that is installed, as cards and files name it."""
    # By name: the package names Recognizer, for type checkers, which stands above this folder.
    return str(importlib.import_module("ferkeras").__version__)


@dataclass(frozen=True)
class ModelCard:
    """Everything that is known of a released model, as it stands in ``card.json``.

    Attributes:
        system: the folder in ``ferkeras/models/``.
        tag: the release's name; ``system/tag`` finds it.
        input: how a face becomes the model's array; of a restorer, the small pictures that it was
            trained on (its files may take any size).
        labels: class names in the order of the output; none of a restorer.
        trained_on: the data it saw, in words.
        scores: name of a measure -> value, such as ``{"fer2013 public test accuracy": 0.7}``.
        commands: name of a measure -> the command that gives it.
        parameters: number of trained weights (cards of 2026 before 28 November: of all weights).
        licence: of the weights.
        intended_use, not_for: what it is for, and what it must not be used for.
        confusion: counts ``(classes, classes)``, rows the true class, columns the predicted one;
            empty where it was not measured.
        parity: format -> ``{"max_abs_difference", "top1_agreement", "samples"}`` against Keras; of
            a restorer's ``{"max_abs_difference", "relative_difference", "samples"}``.
        files: path below the folder -> SHA-256.
        created: ISO date.
        version: the ferkeras version that wrote it.
        scale: of a restorer, how many times larger its pictures are; None of a classifier.
    """

    system: str
    tag: str
    input: InputSpec
    labels: tuple[str, ...] = ()
    trained_on: str = ""
    scores: dict[str, float] = field(default_factory=dict)
    commands: dict[str, str] = field(default_factory=dict)
    parameters: int = 0
    licence: str = ""
    intended_use: str = ""
    not_for: str = ""
    confusion: tuple[tuple[int, ...], ...] = ()
    parity: dict[str, dict[str, float]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    created: str = ""
    version: str = field(default_factory=package_version)
    scale: int | None = None

    def __post_init__(self) -> None:
        for name, kind in (("labels", list | tuple), ("files", dict)):
            values = getattr(self, name)
            if not isinstance(values, kind) or not all(isinstance(one, str) for one in values):
                raise ModelFileError(f"card: {name} {values!r} are not names")
        for path in self.files:
            parts = path.split("/")
            if "\\" in path or ":" in path or {"", ".", ".."} & set(parts):
                raise ModelFileError(f"card: file {path!r} is no path below the card's folder")
        object.__setattr__(self, "labels", tuple(self.labels))
        object.__setattr__(self, "confusion", tuple(tuple(row) for row in self.confusion))
        count = len(self.labels)
        if self.scale is not None:
            if isinstance(self.scale, bool) or not isinstance(self.scale, int) or self.scale < 1:
                raise ModelFileError(f"card: scale is {self.scale!r}, expected a whole number >= 1")
            if count or self.confusion:
                raise ModelFileError("card: has a scale, so it gives pictures, and also labels")
            return
        if not count or len(set(self.labels)) != count:
            raise ModelFileError(f"card: labels {list(self.labels)} are empty or not distinct")
        for label in self.labels:
            if not label.strip() or label != label.strip() or not label.isprintable():
                raise ModelFileError(
                    f"card: label {label!r} is empty, or holds a line break, a character that "
                    "cannot be printed, or space at an end; labels stand one a line in labels.txt"
                )
        if self.confusion and any(len(row) != count for row in (self.confusion, *self.confusion)):
            raise ModelFileError(f"card: the confusion matrix is not {count}x{count}")

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON: labels and confusion of a classifier, scale of a restorer."""
        values = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        for name in ("scale",) if self.scale is None else ("labels", "confusion"):
            del values[name]
        return {**values, "input": self.input.to_dict()}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> ModelCard:
        """Inverse of `to_dict`.

        Raises:
            FerkerasError: an unknown, missing or malformed field.
        """
        known = {f.name for f in dataclasses.fields(cls)}
        unknown = sorted(set(values) - known)
        needed = {"system", "tag", "input", *(() if "scale" in values else ("labels",))}
        missing = sorted(needed - set(values))
        if unknown or missing:
            raise ModelFileError(f"card: unknown fields {unknown}, missing fields {missing}")
        return cls(**{**values, "input": InputSpec.from_dict(values["input"])})


def read_card(folder: str | os.PathLike[str]) -> ModelCard:
    """Read ``card.json`` of a released model's folder.

    Raises:
        ModelFileError: no card, or one that is damaged.
    """
    path = Path(folder) / CARD
    if not path.is_file():
        raise ModelFileError(f"{folder}: no {CARD}; export the model with `ferkeras export` first")
    try:
        return ModelCard.from_dict(json.loads(path.read_text(encoding="utf-8")))
    except (FerkerasError, ValueError, TypeError, AttributeError, OSError) as error:
        raise ModelFileError(f"{path}: damaged card ({error})") from error


def write_card(folder: str | os.PathLike[str], card: ModelCard) -> None:
    """Write ``card.json``; a reader sees the old card or the new one, never a part."""
    write_json(Path(folder) / CARD, card.to_dict())


def hash_files(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below ``folder`` but the card, by path with forward slashes."""
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.name != CARD)
    return {p.relative_to(folder).as_posix(): _sha256(p) for p in files}


def verify_file(folder: Path, card: ModelCard, name: str) -> None:
    """Compare ``folder/name`` (a file, or a folder of files) with the card.

    Raises:
        ModelFileError: not in the card, missing, or with other content.
    """
    listed = {k: v for k, v in card.files.items() if k == name or k.startswith(f"{name}/")}
    if not listed:
        raise ModelFileError(f"{folder / name}: stands in no line of {CARD}'s files")
    for entry, digest in listed.items():
        path = folder / entry
        if not path.is_file() or _sha256(path) != digest:
            state = "differs from its SHA-256 in" if path.is_file() else "is missing, named by"
            raise ModelFileError(
                f"{path}: {state} {CARD}; damaged or edited: fetch or export it again"
            )


def find_model(tag_or_path: str | os.PathLike[str]) -> Path:
    """The folder of a released model or one of its files, or the path itself where there is one.

    Args:
        tag_or_path: a path that exists, or ``"system/tag"``, looked for in ``saved_models/`` beside
            the package (a checkout) and in the package (an installed wheel); or one file of it,
            such as ``"system/tag/model_int8.tflite"``.

    Raises:
        ModelFileError: neither; the message lists the tags that are there.
    """
    if Path(tag_or_path).exists():
        return Path(tag_or_path)
    for root in _roots():
        found = root / tag_or_path
        if (found / CARD).is_file() or (found.exists() and (found.parent / CARD).is_file()):
            return found
    raise ModelFileError(
        f"no model file and no released model {str(tag_or_path)!r}; "
        f"released here: {', '.join(released()) or 'none'}"
    )


def released() -> list[str]:
    """Tags of the released models that are here, ``"system/tag"``."""
    cards = (card.parent for root in _roots() for card in root.glob(f"*/*/{CARD}"))
    return sorted({f"{folder.parent.name}/{folder.name}" for folder in cards})


def _roots() -> list[Path]:
    return [_PACKAGE.parent / "saved_models", _PACKAGE / "saved_models"]


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(2**18):
            digest.update(part)
    return digest.hexdigest()
