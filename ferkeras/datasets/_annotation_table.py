"""Annotation tables: spreadsheets and csv files whose columns are found by their headings.

Headings differ in case, spaces and signs between releases ("Onset Frame", "OnsetFrame ") and free
text may stand above them (SAMM): a heading is compared by its letters and digits alone, and the
table starts where all headings that are needed stand in one row.
"""

from __future__ import annotations

import csv
import math
import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ferkeras.datasets.tree import Tree
from ferkeras.errors import DatasetError

Columns = Mapping[str, Sequence[str]]
"""Name of a column -> headings that it may have, the preferred one first."""

TABLE_SUFFIXES = (".xlsx", ".xlsm", ".csv")
_EMPTY = ("", "-", "/", "?", "n/a", "na", "nan", "none", "null")


@dataclass(frozen=True)
class Row:
    """One row of a table.

    Attributes:
        name: for messages: file and row number, counted from 1 as a spreadsheet shows it.
        cells: column -> its cell; a column that the table lacks is not among them.
    """

    name: str
    cells: Mapping[str, object]

    def text(self, column: str) -> str:
        """The cell as text with single spaces; 1.0 reads "1", an empty cell ""."""
        cell = self.cells.get(column)
        if isinstance(cell, float):
            cell = "" if math.isnan(cell) else int(cell) if cell.is_integer() else cell
        text = "" if cell is None else " ".join(str(cell).split())
        return "" if text.lower() in _EMPTY else text

    def number(self, column: str) -> int | None:
        """The cell as a whole number; None where it is empty.

        Raises:
            DatasetError: it holds anything else.
        """
        text = self.text(column)
        if not text:
            return None
        match = re.fullmatch(r"([+-]?\d+)(?:\.0*)?", text)
        if not match:
            raise DatasetError(f"{column} {text!r} is not a whole number")
        return int(match[1])


def find_table(
    tree: Tree, given: Path | None, columns: Columns, needed: Sequence[str], depth: int = 2
) -> tuple[Path, list[Row]]:
    """Find the one table below the root that has the columns, and read it.

    Args:
        tree: the data set's folder; used unless ``given``.
        given: the table itself (option ``table``).
        columns: what is read; a column that is not ``needed`` may be absent.
        needed: columns without which a file is not the table.
        depth: levels below the root at which tables are looked for.

    Returns:
        Its path and its rows, without empty ones.

    Raises:
        DatasetError: no such file, several, a heading is missing, or a file that cannot be read.
    """
    wanted = {name: columns[name] for name in needed}
    paths = [given] if given else _candidates(tree, depth)
    found = {path: _read(tree.name, path, columns, wanted) for path in paths}
    for path, rows in found.items():
        if isinstance(rows, list) and sum(isinstance(one, list) for one in found.values()) == 1:
            return path, rows
    tables = [path for path, rows in found.items() if isinstance(rows, list)]
    headings = ", ".join(headings[0] for headings in wanted.values())
    if tables:
        raise DatasetError(
            f"{tree.name}: {tables[0]} and {tables[1]} both have the columns {headings}; "
            "take one away, or name the right one: ,table=<file>"
        )
    near = {path: one for path, one in found.items() if given or len(one) < len(wanted)}
    if not near:
        raise DatasetError(
            f"{tree.name}: {tree.root} holds no table (.xlsx or .csv) with the columns {headings}; "
            "put it there, or name it: ,table=<file>"
        )
    path, missing = min(near.items(), key=lambda one: len(one[1]))
    raise DatasetError(
        f"{tree.name}: {path} has no column {', '.join(map(repr, missing))}; "
        f"one row must hold the headings {headings}"
    )


def read_grid(reader: str, path: Path) -> list[list[object]]:
    """All cells of a csv file, or of a spreadsheet's first sheet that is not empty.

    Raises:
        DatasetError: the file cannot be read.
    """
    grids = _grids(reader, path)
    return next((grid for grid in grids if grid), [])


def heading(text: object) -> str:
    """What headings are compared by: letters and digits, small."""
    return re.sub(r"[^a-z0-9]", "", str(text).lower())


def _candidates(tree: Tree, depth: int) -> list[Path]:
    folders = tree.locate(lambda _: True, depth)
    files = [path for folder in folders for path in tree.files(folder)]
    return [
        path
        for path in files
        if path.suffix.lower() in TABLE_SUFFIXES and not path.name.startswith("~$")
    ]


def _read(
    reader: str, path: Path, columns: Columns, wanted: Columns
) -> list[Row] | tuple[str, ...]:
    """The table's rows, or the headings that are missing in the row that comes closest."""
    closest: tuple[str, ...] = tuple(headings[0] for headings in wanted.values())
    for grid in _grids(reader, path):
        for at, line in enumerate(grid):
            places = _places(line, columns)
            missing = tuple(columns[name][0] for name in wanted if name not in places)
            if not missing:
                return _rows(path, grid[at + 1 :], at + 2, places)
            closest = min(closest, missing, key=len)
    return closest


def _places(line: Sequence[object], columns: Columns) -> dict[str, int]:
    names = [heading(cell) for cell in line]
    places = {}
    for column, headings in columns.items():
        at = [names.index(heading(one)) for one in headings if heading(one) in names]
        if at:
            places[column] = at[0]
    return places


def _rows(
    path: Path, lines: Sequence[Sequence[object]], first: int, places: Mapping[str, int]
) -> list[Row]:
    rows = []
    for number, line in enumerate(lines, first):
        cells = {column: line[at] for column, at in places.items() if at < len(line)}
        row = Row(f"{path.name}, row {number}", cells)
        if any(row.text(column) for column in cells):
            rows.append(row)
    return rows


def _grids(reader: str, path: Path) -> list[list[list[object]]]:
    try:
        if path.suffix.lower() == ".csv":
            return [_csv(path)]
        if path.suffix.lower() not in TABLE_SUFFIXES:
            raise DatasetError(
                f"{reader}: {path} is not a table; save it as .xlsx or as .csv (UTF-8)"
            )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl reports styles that it does not know
            sheets = pd.read_excel(path, sheet_name=None, header=None, dtype=object)
        return [sheet.to_numpy(dtype=object).tolist() for sheet in sheets.values()]
    except DatasetError:
        raise
    except OSError as error:
        raise DatasetError(f"{reader}: {path} cannot be read ({error.strerror})") from error
    except Exception as error:  # openpyxl and zipfile raise many kinds for a damaged file
        raise DatasetError(
            f"{reader}: {path} is not a spreadsheet that can be read; open it and save it anew "
            f"as .xlsx ({type(error).__name__})"
        ) from error


def _csv(path: Path) -> list[list[object]]:
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    return [list(line) for line in csv.reader(text.splitlines(), delimiter=delimiter)]
