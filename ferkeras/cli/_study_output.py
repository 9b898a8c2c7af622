"""How every study prints: its table and where its page is, or the JSON file's content."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ferkeras.cli.output import emit

if TYPE_CHECKING:
    from ferkeras.evaluation.study_page import Written


def emit_study(written: Written, as_json: bool, lines: Sequence[str] = ()) -> None:
    """Print what a study wrote.

    Args:
        written: by `ferkeras.evaluation.study_page.write_study`.
        as_json: as JSON.
        lines: above the table.
    """
    import pandas as pd

    values = {**written.values, "page": str(written.page)}
    table = pd.DataFrame(values["rows"]).to_string(
        index=False, float_format=lambda value: f"{value:.4f}", na_rep="-"
    )
    text = [*lines, table, values["note"], f"page: {written.page}"]
    emit(values, "\n".join(filter(None, text)), as_json)
