"""JAFFE: 213 grey pictures of 256x256, ten Japanese women posing seven expressions.

Lyons, Akamatsu, Kamachi, Gyoba, "Coding Facial Expressions with Gabor Wavelets", FG 1998;
https://zenodo.org/record/3430156.

Files ``KA.AN1.39.tiff`` in one folder: subject (two letters), expression (AN, DI, FE, HA, NE, SA,
SU), its repetition, a running number. The six basic expressions are read by default: 183 pictures,
as in the MFF-CNN paper (section 4.1). Recordings and parts are not known.

Options: ``neutral=no`` (yes: the 30 neutral pictures as well).

Known faults. The label is the expression that was asked for; the 60 people who rated the pictures
often saw another or a mixed one (the ratings come with the set).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ferkeras.datasets.base import Index
from ferkeras.datasets.expressions import BASIC_SIX, SEVEN
from ferkeras.datasets.options import parse_source
from ferkeras.datasets.published import ALL, Published
from ferkeras.datasets.tree import Tree
from ferkeras.errors import DatasetError
from ferkeras.types import Sample

NAME = "jaffe"
NEEDS = "pictures named like KA.AN1.39.tiff"

PUBLISHED = Published(
    # 213 in all, 30 of them neutral; the six others are an eighth of the MFF-CNN paper's table 1,
    # which counts each picture with its seven augmented versions.
    source="Lyons et al. 1998; MFF-CNN paper, section 4.1 and table 1",
    counts={ALL: dict(zip(SEVEN, (30, 29, 32, 31, 30, 31, 30), strict=True))},
)

_NAME = re.compile(r"(?P<subject>[A-Z]{2})\.(?P<code>[A-Z]{2})\d+\.\d+", re.IGNORECASE)
_CODES = dict(zip(("AN", "DI", "FE", "HA", "NE", "SA", "SU"), SEVEN, strict=True))


@dataclass(frozen=True)
class Options:
    """Which expressions are read; see the module."""

    neutral: bool = False


def read(source: str) -> Index:
    """Read JAFFE.

    Args:
        source: the folder with the pictures, or the one above it, and options:
            ``"/data/jaffe,neutral=yes"``.

    Returns:
        Index with subjects; the pictures show head and shoulders, so they are not face crops.

    Raises:
        DatasetError: no such pictures, or in more than one folder; a folder cannot be read.
    """
    root, options = parse_source(NAME, source, Options)
    tree = Tree(NAME, root, NEEDS)
    found = tree.locate(lambda path: any(map(_match, tree.files(path))), depth=1)
    if not found:
        raise tree.wrong_root()
    if len(found) > 1:
        raise DatasetError(f"{NAME}: pictures in {found[0]} and in {found[1]}; give one as root")
    classes = SEVEN if options.neutral else BASIC_SIX
    return tree.index(_samples(tree, found[0], classes), classes, cropped=False)


def _match(path: Path) -> re.Match[str] | None:
    return _NAME.fullmatch(path.stem)


def _samples(tree: Tree, folder: Path, classes: tuple[str, ...]) -> Iterator[Sample]:
    for path in tree.pictures(folder):
        match = _match(path)
        label = _CODES.get(match["code"].upper()) if match else None
        if match is None or label is None:
            tree.skip(path, f"its name is not like KA.AN1.39.tiff with {', '.join(_CODES)}")
        elif label not in classes:
            tree.skip(path, f"{label} is not asked for")
        else:
            yield Sample(tree.item(path), label, match["subject"].upper())
