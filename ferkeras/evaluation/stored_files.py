"""What must stand in the JSON files of an output folder, so that a damaged one is told at once."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

import pydantic

from ferkeras.errors import FerkerasError


class _Stored(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(strict=True)


class _Skipped(_Stored):
    model_config = pydantic.ConfigDict(strict=True, extra="forbid")

    item: str
    reason: str


class _Overlap(_Stored):
    model_config = pydantic.ConfigDict(strict=True, extra="forbid")

    kind: Literal["subjects", "sequences", "duplicates"]
    shared: int | None
    test_rows: int | None
    train_rows: int | None
    unknown_rows: int
    test_total: int
    examples: list[str]


class _PlannedFold(_Stored):
    name: str
    dropped: int
    overlaps: list[_Overlap]


class StoredPlan(_Stored):
    """``evaluation.json``: what `ferkeras.evaluation.plan.make_plan` settled."""

    data: str
    source: str = ""
    protocol: str
    description: str
    subject_independent: bool | None
    remark: str
    picked_on_test: bool
    accepted: list[str]
    classes: list[str] = pydantic.Field(min_length=1)
    folds: list[_PlannedFold] = pydantic.Field(min_length=1)
    notes: list[str]
    skipped: list[_Skipped]
    settings: dict[str, Any]
    hash: str
    command: str
    date: str

    @pydantic.field_validator("folds")
    @classmethod
    def _alike(cls, folds: list[_PlannedFold]) -> list[_PlannedFold]:
        kinds = {tuple(one.kind for one in fold.overlaps) for fold in folds}
        if len(kinds) > 1:
            raise ValueError("the folds do not have the same kinds of overlaps")
        return folds


class StoredFold(_Stored):
    """``fold.json``: see `ferkeras.evaluation.fold_result.FoldResult`."""

    name: str
    settings_hash: str
    train_rows: int
    items: list[str]
    subjects: list[str | None]
    datasets: list[str | None]
    skipped: list[_Skipped]
    seconds: float
    versions: dict[str, str]


class StoredHistory(pydantic.RootModel[list[dict[str, bool | int | float | str | None]]]):
    """``history.json``: numbers of each epoch; None and text stand for those that JSON lacks."""


class StoredSkipped(pydantic.RootModel[list[_Skipped]]):
    """``skipped.json``: what `fit` left out."""


def check_stored(kind: type[pydantic.BaseModel], values: Any, path: Path, mend: str) -> None:
    """Pass if these values are of that kind.

    Args:
        kind: one of the classes here.
        values: what was read.
        path: from where.
        mend: what the user can do.

    Raises:
        FerkerasError: something is missing or of another kind; names the place and the file.
    """
    try:
        kind.model_validate(values)
    except pydantic.ValidationError as error:
        first = error.errors()[0]
        place = f"{_place(first['loc'])}: " if first["loc"] else ""
        raise FerkerasError(f"{path} is damaged ({place}{first['msg']}); {mend}") from error


def _place(parts: Iterable[str | int]) -> str:
    """``folds[2].name`` and the like, without pydantic's names of types."""
    words = ""
    for part in parts:
        words += f"[{part}]" if isinstance(part, int) else f".{part}"
    return words.lstrip(".")
