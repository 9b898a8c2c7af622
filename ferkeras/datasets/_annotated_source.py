"""What readers of annotated clips begin with: the root, the options, the table, the folders."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

from ferkeras.datasets._annotated_clips import COLUMNS, NEEDED
from ferkeras.datasets._annotation_table import Columns, Row, find_table
from ferkeras.datasets._path_options import resolve, take_paths
from ferkeras.datasets.options import parse_source
from ferkeras.datasets.tree import Tree
from ferkeras.errors import DatasetError

Options = TypeVar("Options")


def open_source(
    reader: str, source: str, options: type[Options], needs: str, columns: Columns = COLUMNS
) -> tuple[Tree, Options, list[Row]]:
    """The root's folder, the options, and the rows of the annotation table.

    Args:
        reader: the reader's name.
        source: ``"<root>[,name=value...]"``, with ``table=<file>`` where several fit.
        options: see `ferkeras.datasets.options.parse_source`.
        needs: what the root must hold, for messages.
        columns: of the table.

    Raises:
        DatasetError: a source that cannot be understood; no table with the columns, or several.
    """
    rest, paths = take_paths(reader, source, ("table",))
    root, chosen = parse_source(reader, rest, options)
    tree = Tree(reader, root, needs)
    _, rows = find_table(tree, resolve(root, paths.get("table")), columns, NEEDED)
    return tree, chosen, rows


def by_key(tree: Tree, folders: Iterable[tuple[str, Path]]) -> dict[str, Path]:
    """Key -> folder.

    Raises:
        DatasetError: two folders of one key, such as EP01_1 and ep01_1.
    """
    found: dict[str, Path] = {}
    for key, folder in folders:
        if key in found:
            raise DatasetError(
                f"{tree.name}: {found[key]} and {folder} are both {key}; take one of them away"
            )
        found[key] = folder
    return found
