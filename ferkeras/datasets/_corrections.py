"""Known errors in a data set's own annotations: ``corrections/<reader>.csv``.

Columns: ``clip`` (an item of the index), ``column``, ``value`` (what the cell should hold; empty:
nothing), ``reason``. A correction is used only for a row that cannot be read as it stands, so a
table that somebody has mended already is left as it is.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path


def corrections(reader: str) -> dict[str, dict[str, str]]:
    """Clip -> column -> value of one reader; empty where it has no file."""
    path = Path(__file__).with_name("corrections") / f"{reader}.csv"
    found: dict[str, dict[str, str]] = defaultdict(dict)
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                found[row["clip"]][row["column"]] = row["value"]
    return dict(found)
