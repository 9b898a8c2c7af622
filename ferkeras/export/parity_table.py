"""How the files of an export compare, as a table to read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ferkeras.export.parity import Parity
from ferkeras.export.picture_parity import PictureParity

TABLE = "parity.md"

_Rows = Sequence[Parity] | Sequence[PictureParity]
_Cell = Callable[[Any], str]


def _milliseconds(size: int) -> _Cell:
    return lambda one: f"{one.milliseconds[size]:.2f}" if size in one.milliseconds else "-"


def _share(name: str) -> _Cell:
    return lambda one: "-" if getattr(one, name) is None else f"{getattr(one, name):.4f}"


_START: list[tuple[str, _Cell]] = [
    ("file", lambda one: one.file),
    ("engine", lambda one: one.engine),
    ("MB", lambda one: f"{one.megabytes:.2f}"),
]
_END: list[tuple[str, _Cell]] = [
    ("ms, batch 1", _milliseconds(1)),
    ("ms, batch 32", _milliseconds(32)),
]
_OF_CLASSES: list[tuple[str, _Cell]] = [
    ("largest difference", lambda one: f"{one.max_abs_difference:.1e}"),
    ("same label", lambda one: f"{one.top1_agreement:.1%}"),
    ("accuracy", _share("accuracy")),
    ("UF1", _share("uf1")),
]
_OF_PICTURES: list[tuple[str, _Cell]] = [
    ("grey levels of difference", lambda one: f"{one.max_abs_difference:.1e}"),
    ("of the largest value", lambda one: f"{one.relative_difference:.1e}"),
    ("PSNR to Keras, dB", lambda one: f"{one.psnr:.1f}"),
]


def columns(
    parity: _Rows,
) -> tuple[list[str], list[list[str]]]:
    """Headings and rows; accuracy and times only where at least one file has them."""
    middle = _OF_PICTURES if isinstance(parity[0], PictureParity) else _OF_CLASSES
    every = [*_START, *middle, *_END]
    rows = [[cell(one) for _, cell in every] for one in parity]
    kept = [at for at in range(len(every)) if any(row[at] != "-" for row in rows)]
    return [every[at][0] for at in kept], [[row[at] for at in kept] for row in rows]


def caption(parity: _Rows, compared_on: str) -> str:
    """What was compared, in a line."""
    said = f"Compared with Keras on {parity[0].samples} samples"
    threads = next((one.threads for one in parity if one.threads is not None), None)
    scored = parity[0].accuracy is not None if isinstance(parity[0], Parity) else False
    score = " Accuracy and UF1 say what a file loses, they are no score." if scored else ""
    timed = f"; times are medians of single runs on {threads} CPU threads" if threads else ""
    return f"{said}{f' of {compared_on}' if compared_on else ''}{timed}.{score}"


def parity_table(parity: _Rows, compared_on: str) -> str:
    """The table in Markdown, as it is written beside the files."""
    heads, rows = columns(parity)
    rule = ["---", "---", *["---:"] * (len(heads) - 2)]
    lines = ["| " + " | ".join(row) + " |" for row in (heads, rule, *rows)]
    return "\n".join([caption(parity, compared_on), "", *lines, ""])
