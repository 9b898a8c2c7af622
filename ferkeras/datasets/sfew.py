"""SFEW 2.0: single frames from feature films, seven expressions, real light and pose.

Dhall, Goecke, Lucey, Gedeon, "Static Facial Expression Analysis in Tough Conditions", ICCV
Workshops 2011; version 2.0 is that of the EmotiW 2015 challenge.

Folders ``Train/<Class>/Airheads_000519240_00000005.png`` and ``Val/<Class>/...`` hold whole film
frames; ``Train_Aligned_Faces``, ``Val_Aligned_Faces`` hold the authors' face crops (143x181), with
fewer pictures, as some faces were not found. The name's first part is the film: it becomes the
``sequence``, so that frames of one film on both sides of a split are seen. Who is seen is not
known.

Parts: ``train``, ``val``, ``test``. The labels of the test part were never published, so pictures
in a ``Test`` folder without class folders are left out and counted.

Options: ``cropped=yes`` or ``no`` where a root holds both kinds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ferkeras.datasets.base import Index
from ferkeras.datasets.expressions import SEVEN
from ferkeras.datasets.options import parse_source
from ferkeras.datasets.published import TOTAL, Published
from ferkeras.datasets.tree import Tree
from ferkeras.errors import DatasetError
from ferkeras.types import Sample

NAME = "sfew"
NEEDS = "folders such as Train/Angry/ or Val_Aligned_Faces/Angry/"

PUBLISHED = Published(
    source="Dhall et al. 2015, EmotiW challenge (whole frames, totals only)",
    counts={"train": {TOTAL: 958}, "val": {TOTAL: 436}, "test": {TOTAL: 372}},
)

_PART = re.compile(r"(train|val|test)(?![a-z])", re.IGNORECASE)
_FILE = re.compile(r"(?P<film>.+?)_\d{6,}_\d+")


@dataclass(frozen=True)
class Options:
    """Which kind of pictures is read; see the module."""

    cropped: str = ""

    def __post_init__(self) -> None:
        if self.cropped not in ("", "yes", "no"):
            raise DatasetError(f"{NAME}: option cropped={self.cropped} is not yes or no")


def read(source: str) -> Index:
    """Read SFEW 2.0.

    Args:
        source: the folder that holds ``Train`` and ``Val`` (or their ``_Aligned_Faces``), and
            options: ``"/data/SFEW,cropped=yes"``.

    Returns:
        Index with splits, and films as sequences.

    Raises:
        DatasetError: no such folders; both kinds and ``cropped`` is not given; two folders for
            one part; an unknown class folder; a folder that cannot be read.
    """
    root, options = parse_source(NAME, source, Options)
    tree = Tree(NAME, root, NEEDS)
    found = tree.locate(lambda path: path != root and _is_part(tree, path), depth=2)
    kinds = {"yes" if _is_aligned(path) else "no" for path in found if tree.has_classes(path)}
    if not kinds:
        raise tree.wrong_root()
    if not options.cropped and len(kinds) > 1:
        raise DatasetError(
            f"{NAME}: {root} holds whole frames and aligned faces; add ,cropped=no or ,cropped=yes"
        )
    wanted = options.cropped or kinds.pop()
    parts: dict[str, Path] = {}
    for path in (path for path in found if _is_aligned(path) == (wanted == "yes")):
        split = _split(path)
        if split in parts:
            raise DatasetError(f"{NAME}: {parts[split]} and {path} are both the {split} part")
        parts[split] = path
    samples = (sample for split, path in parts.items() for sample in _samples(tree, split, path))
    return tree.index(samples, SEVEN, cropped=wanted == "yes")


def _split(path: Path) -> str:
    match = _PART.match(path.name)
    assert match is not None
    return match[1].lower()


def _is_part(tree: Tree, path: Path) -> bool:
    if not _PART.match(path.name):
        return False
    return tree.has_classes(path) or (_split(path) == "test" and bool(tree.files(path)))


def _is_aligned(path: Path) -> bool:
    return "aligned" in path.name.lower()


def _samples(tree: Tree, split: str, part: Path) -> Iterator[Sample]:
    if not tree.has_classes(part):
        for path in tree.pictures(part):
            tree.skip(path, "its label is not published")
        return
    for label, folder in tree.class_folders(part, SEVEN):
        for path in tree.pictures(folder):
            match = _FILE.fullmatch(path.stem)
            yield Sample(tree.item(path), label, None, match["film"] if match else None, split)
