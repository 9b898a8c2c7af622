"""FER2013: 35 887 grey faces of 48x48 pixels from an image search, seven expressions.

Goodfellow et al., "Challenges in Representation Learning: A report on three machine learning
contests", 2013, arXiv:1307.0414.

Two layouts are read:

* class folders, ``train/<class>/Training_*.jpg`` and ``test/<class>/PublicTest_*.jpg`` (and
  ``PrivateTest_*.jpg``, there or in a folder of its own). The part of a picture comes from its
  file's prefix; where there is none, from the folder's name;
* the contest's ``fer2013.csv`` (or ``icml_face_data.csv``), see `ferkeras.datasets.fer2013_csv`.
  Class folders are preferred where a root has both; give the csv's own path to read it.

Parts: ``train``, ``public_test``, ``private_test``. Neither subjects nor recordings are known.

Known faults. The pictures were found by searching the web for emotion words and then sifted by
people; the contest's report measures human accuracy on them at 65 +- 5 %, so a higher score says
that a model has learnt this set's labels, not that it reads faces better than people do. FER+
(Barsoum et al. 2016, arXiv:1608.01041) labelled all of them anew for that reason. The same picture
often stands in the set more than once, sometimes with different labels, and 270 distinct pictures
of the training part are in the public-test part as well. `ferkeras.datasets.verify` lists them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from ferkeras.datasets import fer2013_csv
from ferkeras.datasets.base import Index
from ferkeras.datasets.expressions import SEVEN
from ferkeras.datasets.options import NoOptions, parse_source
from ferkeras.datasets.published import Published
from ferkeras.datasets.tree import Tree
from ferkeras.errors import DatasetError
from ferkeras.types import Sample

NAME = "fer2013"
NEEDS = "folders such as train/angry/*.jpg or fer2013.csv"

PUBLISHED = Published(
    # Part sizes: arXiv:1307.0414, section 4; class sizes: counted in the contest's fer2013.csv.
    source="Goodfellow et al. 2013, arXiv:1307.0414, and the contest's fer2013.csv",
    counts={
        "train": dict(zip(SEVEN, (3995, 436, 4097, 7215, 4965, 4830, 3171), strict=True)),
        "public_test": dict(zip(SEVEN, (467, 56, 496, 895, 607, 653, 415), strict=True)),
        "private_test": dict(zip(SEVEN, (491, 55, 528, 879, 626, 594, 416), strict=True)),
    },
)

_PREFIX = re.compile("(Training|PublicTest|PrivateTest)_")
_FOLDER_SPLITS = {"training": "train", "publictest": "public_test", "privatetest": "private_test"}


def read(source: str) -> Index:
    """Read FER2013 from its root folder or its csv file.

    Args:
        source: the folder, or the csv file; no options.

    Returns:
        Index of face crops with the classes `SEVEN`.

    Raises:
        DatasetError: neither layout is there, an unknown class folder, an unreadable folder.
    """
    root, _ = parse_source(NAME, source, NoOptions)
    if root.suffix.lower() == ".csv":
        return fer2013_csv.read_csv(NAME, root)
    if os.path.isfile(root):
        raise DatasetError(f"{NAME}: {root} is neither a folder nor a .csv file; unpack it first")
    tree = Tree(NAME, root, NEEDS)
    parts = [root] if tree.has_classes(root) else _parts(tree)
    if parts:
        samples = (sample for part in parts for sample in _samples(tree, part))
        return tree.index(samples, SEVEN, cropped=True)
    for name in fer2013_csv.FILE_NAMES:
        if os.path.isfile(root / name):
            return fer2013_csv.read_csv(NAME, root / name)
    raise tree.wrong_root()


def _parts(tree: Tree) -> list[Path]:
    parts = []
    for folder in tree.folders(tree.root):
        if tree.has_classes(folder):
            parts.append(folder)
        else:
            tree.skip(folder, "a folder without class folders")
    return parts


def _samples(tree: Tree, part: Path) -> Iterator[Sample]:
    name = part.name.lower()
    of_folder = None if part == tree.root else _FOLDER_SPLITS.get(name.replace("_", ""), name)
    for label, folder in tree.class_folders(part, SEVEN):
        for path in tree.pictures(folder):
            prefix = _PREFIX.match(path.name)
            split = _FOLDER_SPLITS[prefix[1].lower()] if prefix else of_folder
            yield Sample(tree.item(path), label, split=split)
