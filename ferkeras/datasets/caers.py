"""CAER-S: about 70,000 whole frames of television programmes in seven expressions.

Lee, Kim, Kim, Park, Sohn, "Context-Aware Emotion Recognition Networks", ICCV 2019. The frames were
taken from the clips of CAER.

Folders ``train/Anger/0001.png`` and ``test/Anger/0001.png`` hold whole frames, so faces are looked
for in them; a frame may show several people, and the label is that of the clip. Parts: ``train``,
``test``, and ``val`` where a copy has one.

Neither the people nor the clips are known, so no split by subject can be made, and frames of one
clip on both sides of a split cannot be seen: names say nothing of the clip, and only equal pictures
are found (`ferkeras.datasets.verify`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ferkeras.datasets.base import Index
from ferkeras.datasets.expressions import SEVEN
from ferkeras.datasets.options import NoOptions, parse_source
from ferkeras.datasets.tree import Tree
from ferkeras.errors import DatasetError
from ferkeras.types import Sample

NAME = "caers"
NEEDS = "folders such as train/Anger/ and test/Anger/"

_PARTS = {"train": "train", "val": "val", "validation": "val", "test": "test"}


def read(source: str) -> Index:
    """Read CAER-S.

    Args:
        source: the folder that holds ``train`` and ``test``, one of the two, or a folder above;
            no options.

    Returns:
        Index of whole frames with splits, without subjects and sequences.

    Raises:
        DatasetError: no such folders; two folders for one part; an unknown class folder; a folder
            that cannot be read; no pictures.
    """
    root, _ = parse_source(NAME, source, NoOptions)
    tree = Tree(NAME, root, NEEDS)
    parts: dict[str, Path] = {}
    for path in tree.locate(lambda path: path.name.lower() in _PARTS, depth=2):
        split = _PARTS[path.name.lower()]
        if not tree.has_classes(path):
            tree.skip(path, "a folder without class folders")
            continue
        if split in parts:
            raise DatasetError(
                f"{NAME}: {parts[split]} and {path} are both the {split} part; give the folder "
                "that holds one of them as root"
            )
        parts[split] = path
    if not parts:
        raise tree.wrong_root()
    samples = (sample for split, part in parts.items() for sample in _samples(tree, split, part))
    return tree.index(samples, SEVEN, cropped=False)


def _samples(tree: Tree, split: str, part: Path) -> Iterator[Sample]:
    for label, folder in tree.class_folders(part, SEVEN):
        for path in tree.pictures(folder):
            yield Sample(tree.item(path), label, split=split)
