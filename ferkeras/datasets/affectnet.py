"""AffectNet, its manually annotated part: 291,651 faces from the web in eight expressions.

Mollahosseini, Hasani, Mahoor, "AffectNet: A Database for Facial Expression, Valence, and Arousal
Computing in the Wild", IEEE Transactions on Affective Computing 10 (2019), arXiv:1708.03985. One of
twelve annotators labelled each picture; where two did, they agreed on 60.7 % of them.

Two layouts are read:

* face crops with arrays: ``train_set/images/0.jpg`` and ``train_set/annotations/0_exp.npy``, the
  same in ``val_set``; the numbers of both parts have nothing to do with each other;
* whole pictures with lists: ``training.csv`` and ``validation.csv`` (columns subDirectory_filePath,
  face_x, face_y, face_width, face_height, facial_landmarks, expression, valence, arousal) and
  ``Manually_Annotated_Images/<folder>/<file>``. The face is cut out by its box, in pixels.

Expressions are 0 neutral, 1 happy, 2 sad, 3 surprise, 4 fear, 5 disgust, 6 anger, 7 contempt; faces
of 8 (none), 9 (uncertain) and 10 (no face) are left out and counted. Valence, arousal and landmarks
are not read. Parts: ``train`` and ``val``; the test part was never published. Who is seen is not
known. One picture may hold faces of several rows.

Options: ``classes=8`` (``7``: without contempt); ``cropped=yes`` (no: whole pictures, in which a
face is looked for; lists only); ``images=<folder>`` where the lists' pictures lie elsewhere below
the root.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ferkeras.datasets._affectnet_folders import find_parts, from_folders
from ferkeras.datasets._affectnet_lists import find_lists, pictures_folder, read_list
from ferkeras.datasets._boxed_pictures import Box, BoxedPictures
from ferkeras.datasets._micro_classes import classes_named
from ferkeras.datasets._path_options import resolve, take_paths
from ferkeras.datasets.base import Index
from ferkeras.datasets.expressions import EIGHT, SEVEN
from ferkeras.datasets.options import parse_source
from ferkeras.datasets.published import Published
from ferkeras.datasets.tree import Tree
from ferkeras.errors import DatasetError
from ferkeras.types import Sample

NAME = "affectnet"
NEEDS = "train_set/images and train_set/annotations, or training.csv and validation.csv"

PUBLISHED = Published(
    source="Mollahosseini et al. 2017, arXiv:1708.03985 (manually annotated, as released)",
    counts={
        "train": dict(
            zip(EIGHT, (24882, 3750, 3803, 6378, 134415, 74874, 25459, 14090), strict=True)
        ),
        "val": dict.fromkeys(EIGHT, 500),
    },
)

CLASSES = {"8": EIGHT, "7": SEVEN}


@dataclass(frozen=True)
class Options:
    """Which classes and which pictures are read; see the module."""

    classes: str = "8"
    cropped: bool = True

    def __post_init__(self) -> None:
        classes_named(NAME, self.classes, CLASSES)


def read(source: str) -> Index:
    """Read the manually annotated part of AffectNet.

    Args:
        source: the folder that holds ``train_set`` and ``val_set`` or the lists, and options:
            ``"/data/AffectNet,classes=7"``.

    Returns:
        Index with splits, without subjects; face crops unless ``cropped=no``.

    Raises:
        DatasetError: neither layout, or both; a part without its folders; a list that cannot be
            read; no folder of pictures; no face that can be used.
    """
    rest, paths = take_paths(NAME, source, ("images",))
    root, options = parse_source(NAME, rest, Options)
    images = resolve(root, paths.get("images"))
    tree = Tree(NAME, root, NEEDS)
    classes = CLASSES[options.classes]
    parts, lists = find_parts(tree), find_lists(tree)
    if parts and lists:
        raise DatasetError(
            f"{NAME}: {root} holds {tree.item(next(iter(parts.values())))} and "
            f"{tree.item(next(iter(lists.values())))}; give the folder of one of them as root"
        )
    if lists:
        return _from_lists(tree, lists, classes, options.cropped, images)
    if not parts:
        raise tree.wrong_root()
    if not options.cropped or images is not None:
        wrong = "cropped=no" if not options.cropped else "images="
        raise DatasetError(
            f"{NAME}: {wrong} needs training.csv; {root} holds folders of face crops"
        )
    return tree.index(from_folders(tree, parts, classes), classes, cropped=True)


def _from_lists(
    tree: Tree,
    lists: Mapping[str, Path],
    classes: Sequence[str],
    cropped: bool,
    images: Path | None,
) -> Index:
    listed = {split: read_list(tree, path, classes) for split, path in lists.items()}
    every = [face for faces in listed.values() for face in faces]
    if not every:
        return tree.index([], classes, cropped=cropped)
    folder = pictures_folder(tree, images, every)
    faces: dict[str, tuple[str, Box | None]] = {}
    samples = []
    for split, of_part in listed.items():
        rows: dict[tuple[str, Box | None], str] = {}
        for face in of_part:
            picture, box = folder / face.file, face.box if cropped else None
            if (face.file, box) in rows:
                tree.skip(face.where, f"{face.file} stands in {rows[face.file, box]} already")
            elif not picture.is_file():
                tree.skip(face.where, f"no picture {tree.item(picture)}")
            else:
                name = tree.item(picture)
                item = name if name not in faces else f"{name}, {face.where.name}"
                faces[item] = (name, box)
                samples.append(Sample(item, face.label, split=split))
            rows.setdefault((face.file, box), face.where.name)
    index = tree.index(samples, classes, cropped=cropped)
    return dataclasses.replace(index, load=BoxedPictures(tree.root, faces))
