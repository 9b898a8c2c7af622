"""AffectNet's lists of manually annotated faces, ``training.csv`` and ``validation.csv``."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ferkeras.datasets._affectnet_codes import label_of
from ferkeras.datasets._boxed_pictures import Box
from ferkeras.datasets.tree import Tree
from ferkeras.errors import DatasetError

LISTS = {"training.csv": "train", "validation.csv": "val"}
COLUMNS = (
    *("subDirectory_filePath", "face_x", "face_y", "face_width", "face_height"),
    *("facial_landmarks", "expression", "valence", "arousal"),
)

_NEEDED = (*COLUMNS[:5], "expression")
_WHOLE = re.compile(r"(-?\d+)(?:\.\d*)?")


@dataclass(frozen=True)
class Face:
    """One row that has a class and a box.

    Attributes:
        where: list and row, counted from 1 as a spreadsheet shows it.
        file: the picture's path below the folder of pictures.
        box: of the face.
        label: its class.
    """

    where: Path
    file: str
    box: Box
    label: str


def find_lists(tree: Tree) -> dict[str, Path]:
    """Part -> its list, in the root or in a folder directly in it.

    Raises:
        DatasetError: two lists of one part; a folder that is called like a list.
    """
    lists: dict[str, Path] = {}
    for folder in tree.locate(lambda _: True, depth=1):
        for path in tree.folders(folder):
            if path.name in LISTS:
                raise DatasetError(f"{tree.name}: {path} is a folder, not a list; take it away")
        for path in tree.files(folder):
            split = LISTS.get(path.name)
            if split is not None and split in lists:
                raise DatasetError(
                    f"{tree.name}: {lists[split]} and {path} are both lists of the {split} part; "
                    "take one away"
                )
            if split is not None:
                lists[split] = path
    return lists


def read_list(tree: Tree, path: Path, classes: Sequence[str]) -> list[Face]:
    """The rows that can be used; others are noted as left out.

    Raises:
        DatasetError: the list cannot be read or lacks a column.
    """
    faces = []
    for number, row in _rows(tree.name, path):
        where = path.with_name(f"{path.name}, row {number}")
        try:
            label = label_of(row["expression"], classes)
            faces.append(Face(where, _file(row), _box(row), label))
        except DatasetError as problem:
            tree.skip(where, str(problem))
    return faces


def pictures_folder(tree: Tree, given: Path | None, faces: Sequence[Face]) -> Path:
    """The folder below which the pictures of the lists lie: ``Manually_Annotated_Images``.

    It is the one that holds folders named as in the lists, down to two levels below the root;
    where several do, the one with "manual" in its name.

    Raises:
        DatasetError: there is none, or no one of several; ``given`` is no folder below the root.
    """
    if given is not None:
        if not given.is_dir() or not given.is_relative_to(tree.root) or ".." in given.parts:
            raise DatasetError(f"{tree.name}: images={given} is not a folder below {tree.root}")
        return given
    wanted = {PurePosixPath(face.file).parts[0] for face in faces}
    level = [tree.root]
    for _ in range(3):
        found = [one for one in level if any((one / name).exists() for name in wanted)]
        if len(found) > 1:
            found = [one for one in found if "manual" in one.name.lower()] or found
        if len(found) > 1:
            raise DatasetError(
                f"{tree.name}: {found[0]} and {found[1]} both hold folders of pictures; name the "
                "right one: ,images=<folder>"
            )
        if found:
            return found[0]
        level = [below for folder in level for below in tree.folders(folder)]
    raise DatasetError(
        f"{tree.name}: {tree.root} holds no folder with the pictures of the lists, such as "
        "Manually_Annotated_Images; put it there, or name it: ,images=<folder>"
    )


def _rows(reader: str, path: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Rows with their number; a list without headings has the columns in the published order."""
    number = 0
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            places: dict[str, int] = {}
            for number, cells in enumerate(csv.reader(file), 1):
                if not places:
                    places = _places(reader, path, cells)
                    if COLUMNS[0] in map(str.strip, cells):
                        continue
                if any(cell.strip() for cell in cells):
                    yield (
                        number,
                        {
                            name: cells[at].strip() if at < len(cells) else ""
                            for name, at in places.items()
                        },
                    )
    except OSError as error:
        raise DatasetError(f"{reader}: {path} cannot be read ({error.strerror})") from error
    except csv.Error as error:
        raise DatasetError(
            f"{reader}: {path} is damaged after row {number} ({error}); copy it anew"
        ) from error
    if not number:
        raise DatasetError(f"{reader}: {path} is empty; copy it anew")


def _places(reader: str, path: Path, first: Sequence[str]) -> dict[str, int]:
    names = [cell.strip() for cell in first]
    if COLUMNS[0] not in names and len(names) == len(COLUMNS) and "/" in names[0]:
        return {name: COLUMNS.index(name) for name in _NEEDED}
    missing = [name for name in _NEEDED if name not in names]
    if missing:
        raise DatasetError(
            f"{reader}: {path} has no column {missing[0]!r}; its first line must name "
            f"{', '.join(_NEEDED)}"
        )
    return {name: names.index(name) for name in _NEEDED}


def _file(row: Mapping[str, str]) -> str:
    file = PurePosixPath(row[COLUMNS[0]].replace("\\", "/"))
    if not file.name:
        raise DatasetError("no path of a picture")
    if file.is_absolute() or ".." in file.parts:
        raise DatasetError(f"path {str(file)[:40]!r} leads out of the folder of pictures")
    return os.fspath(file)


def _box(row: Mapping[str, str]) -> Box:
    sides = []
    for name in COLUMNS[1:5]:
        match = _WHOLE.fullmatch(row[name])
        if not match:
            raise DatasetError(f"{name} {row[name][:20]!r} is not a number of pixels")
        sides.append(int(match[1]))
    x, y, width, height = sides
    if width < 1 or height < 1:
        raise DatasetError(f"the face's box of {width}x{height} pixels holds nothing")
    return x, y, width, height
