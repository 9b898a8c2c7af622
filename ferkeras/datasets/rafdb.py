"""RAF-DB, its single-label subset: 15,339 faces from the web in seven basic expressions.

Li, Deng, Du, "Reliable Crowdsourcing and Deep Locality-Preserving Learning for Expression
Recognition in the Wild", CVPR 2017; Li, Deng, IEEE Transactions on Image Processing 28 (2019).
About 40 people labelled each picture; train 12,271 and test 3,068.

Two layouts are read:

* the release, folder ``basic``: ``EmoLabel/list_patition_label.txt`` with lines such as
  ``train_00001.jpg 5`` (1 surprise, 2 fear, 3 disgust, 4 happiness, 5 sadness, 6 anger, 7 neutral)
  and the authors' aligned face crops of 100x100, ``Image/aligned/train_00001_aligned.jpg``. The
  list may lie beside a folder ``aligned`` too. Folder ``compound``, whose list has the same name
  and other labels, is not read;
* the common copy in folders named for the label: ``train/5/train_00001_aligned.jpg``.

Parts: ``train``, ``test``. Who is seen is not known, so no split by subject can be made.

Options: ``cropped=yes`` (no: the original pictures, ``Image/original/train_00001.jpg``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ferkeras.datasets.base import Index
from ferkeras.datasets.expressions import SEVEN
from ferkeras.datasets.options import parse_source
from ferkeras.datasets.published import Published
from ferkeras.datasets.tree import Tree
from ferkeras.errors import DatasetError
from ferkeras.types import Sample

NAME = "rafdb"
LIST = "list_patition_label.txt"  # spelled so by its authors

PUBLISHED = Published(
    source="Li, Deng, Du 2017, CVPR (single-label subset)",
    counts={
        part: dict(zip(SEVEN, counts, strict=True))
        for part, counts in {
            "train": (705, 717, 281, 4772, 2524, 1982, 1290),
            "test": (162, 160, 74, 1185, 680, 478, 329),
        }.items()
    },
)

_LISTS = (LIST, "list_partition_label.txt")
_NUMBERS = ("surprise", "fear", "disgust", "happy", "sad", "angry", "neutral")
_LABELS = {str(number): label for number, label in enumerate(_NUMBERS, 1)}
_LINE = re.compile(r"(?P<name>(?P<split>train|test)_\d+)\.\w+\s+(?P<label>\S+)")


@dataclass(frozen=True)
class Options:
    """Which pictures are read; see the module."""

    cropped: bool = True


def read(source: str) -> Index:
    """Read the single-label subset of RAF-DB.

    Args:
        source: the folder ``basic`` or one above it, and options: ``"/data/RAF-DB,cropped=no"``.

    Returns:
        Index with splits, without subjects; face crops unless ``cropped=no``.

    Raises:
        DatasetError: no list, or two; the pictures' folder is not there; a file or folder that
            cannot be read; no line that can be used.
    """
    root, options = parse_source(NAME, source, Options)
    tree = Tree(NAME, root, f"EmoLabel/{LIST}, or folders such as train/5")
    listed = [
        path
        for folder in tree.locate(lambda path: not _is_compound(root, path), depth=2)
        for path in tree.files(folder)
        if path.name in _LISTS
    ]
    if len(listed) > 1:
        raise DatasetError(f"{NAME}: {listed[0]} and {listed[1]} are both lists; give one's folder")
    if listed:
        samples = _from_list(tree, listed[0], options)
        return tree.index(samples, SEVEN, cropped=options.cropped)
    parts = tree.locate(lambda path: path.name in ("train", "test") and _numbered(tree, path), 2)
    if not parts:
        raise tree.wrong_root()
    if not options.cropped:
        raise DatasetError(
            f"{NAME}: cropped=no needs the release with Image/original; {root} holds "
            "folders of face crops"
        )
    samples = (sample for part in parts for sample in _from_folders(tree, part))
    return tree.index(samples, SEVEN, cropped=True)


def _is_compound(root: Path, folder: Path) -> bool:
    return "compound" in (root.name, *folder.relative_to(root).parts)


def _from_list(tree: Tree, listed: Path, options: Options) -> Iterator[Sample]:
    kind, ending = ("aligned", "_aligned") if options.cropped else ("original", "")
    folder = _folder(tree, listed, kind)
    pictures = {path.stem: path for path in tree.pictures(folder)}
    lines: dict[str, int] = {}
    for number, line in enumerate(_lines(listed), 1):
        if not line.strip():
            continue
        where = listed.with_name(f"{listed.name}, line {number}")
        match = _LINE.fullmatch(line.strip())
        if not match:
            tree.skip(where, f"{line.strip()[:40]!r} is not like train_00001.jpg 5")
            continue
        name, label = match["name"], match["label"]
        picture = pictures.get(f"{name}{ending}")
        if name in lines:
            tree.skip(where, f"{name} stands in line {lines[name]} already")
        elif label not in _LABELS:
            tree.skip(where, f"label {label[:20]!r} of {name} is not one of 1..{len(_LABELS)}")
        elif not picture:
            tree.skip(where, f"no picture {name}{ending}.jpg in {tree.item(folder)}")
        else:
            yield Sample(tree.item(picture), _LABELS[label], split=match["split"])
        lines.setdefault(name, number)
    for stem, path in pictures.items():
        if stem.removesuffix(ending) not in lines:
            tree.skip(path, "no line of the list names it")


def _folder(tree: Tree, listed: Path, kind: str) -> Path:
    base = listed.parent.parent if listed.parent.name == "EmoLabel" else listed.parent
    for folder in (base / "Image" / kind, base / kind):
        if folder.is_dir():
            return folder
    raise DatasetError(
        f"{NAME}: no folder {base / 'Image' / kind}; unpack {kind}.zip there, or choose the other "
        f"pictures with ,cropped={'no' if kind == 'aligned' else 'yes'}"
    )


def _lines(listed: Path) -> list[str]:
    try:
        return listed.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    except OSError as error:
        raise DatasetError(f"{NAME}: {listed} cannot be read ({error.strerror})") from error


def _numbered(tree: Tree, folder: Path) -> bool:
    return any(path.name in _LABELS for path in tree.folders(folder))


def _from_folders(tree: Tree, part: Path) -> Iterator[Sample]:
    for folder in tree.folders(part):
        if folder.name not in _LABELS:
            tree.skip(folder, f"its name is not one of 1..{len(_LABELS)}")
            continue
        for path in tree.pictures(folder):
            yield Sample(tree.item(path), _LABELS[folder.name], split=part.name)
