"""How every study prints: its table and where its page is, or the JSON file's content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ferkeras.cli.output import emit, terminal_width

if TYPE_CHECKING:
    from ferkeras.evaluation.study_page import Written


def emit_study(written: Written, as_json: bool, lines: Sequence[str] = ()) -> None:
    """Print what a study wrote.

    Args:
        written: by `ferkeras.evaluation.study_page.write_study`.
        as_json: as JSON.
        lines: above the table.
    """
    values = {**written.values, "page": str(written.page)}
    table = study_text(values["rows"], terminal_width())
    text = [*lines, table, values["note"], f"page: {written.page}"]
    emit(values, "\n".join(filter(None, text)), as_json)


def study_text(rows: Sequence[Mapping[str, Any]], width: int | None) -> str:
    """A table with a line a row; where one is wider than ``width``, a block of lines a row."""
    import pandas as pd

    frame = pd.DataFrame(rows)
    shown = frame.to_string(index=False, float_format=_number, na_rep="-")
    if width is None or all(len(line) <= width for line in shown.splitlines()):
        return shown
    pad = max(len(str(name)) for name in frame.columns)
    blocks = [
        [f"{name!s:<{pad}}  {_cell(value)}" for name, value in zip(frame.columns, row, strict=True)]
        for row in frame.astype(object).to_numpy().tolist()
    ]
    return "\n\n".join("\n".join(lines) for lines in blocks)


def _number(value: float) -> str:
    small = 0 < abs(value) < 0.01  # such as a mean squared error of pictures
    return f"{value:.3g}" if small else f"{value:.4f}"


def _cell(value: Any) -> str:
    if value is None or value != value:  # NaN
        return "-"
    return _number(value) if isinstance(value, float) else str(value)
