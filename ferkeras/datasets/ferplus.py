"""FER+: the pictures of FER2013 labelled anew by ten people each, eight expressions.

Barsoum, Zhang, Canton Ferrer, Zhang, "Training Deep Networks for Facial Expression Recognition with
Crowd-Sourced Label Distribution", ICMI 2016, arXiv:1608.01041.

The labels are ``fer2013new.csv`` (columns Usage, Image name, neutral, happiness, surprise, sadness,
anger, disgust, fear, contempt, unknown, NF), row by row those of the contest's ``fer2013.csv``. The
pictures are read from

* ``fer2013.csv`` (or ``icml_face_data.csv``), the root or in it: joined by the order of the rows;
* else pictures that the authors' script wrote, ``FER2013Train/fer0000000.png``, ``FER2013Valid``
  and ``FER2013Test``: joined by their names.

Class folders with ``Training_10118481.jpg`` and the like do not say which row a picture is, so they
cannot be joined. Parts: ``train``, ``public_test``, ``private_test``; subjects are not known. The
faults of FER2013's pictures remain (`ferkeras.datasets.fer2013`).

Labels are the majority's: a choice with one vote does not count; the first one must have more than
half of the other votes. Pictures without such a majority, or with that of unknown or not a face
(NF), are left out and counted. An index holds one label a picture, so the distributions of the
votes, for which the paper trains too, are not given.

Options: ``labels=majority``; ``contempt=yes`` (no: the seven classes of FER2013); ``table=<file>``
where the labels lie elsewhere.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ferkeras.datasets import fer2013_csv
from ferkeras.datasets._ferplus_votes import Votes, majority, read_votes
from ferkeras.datasets._path_options import resolve, take_paths
from ferkeras.datasets.base import Index, Skipped
from ferkeras.datasets.expressions import EIGHT, SEVEN
from ferkeras.datasets.options import parse_source
from ferkeras.datasets.tree import Tree, first_left_out
from ferkeras.errors import DatasetError
from ferkeras.types import Sample

NAME = "ferplus"
LABELS = "fer2013new.csv"
NEEDS = "fer2013.csv or pictures such as FER2013Train/fer0000000.png"

_FOLDERS = {
    "fer2013train": "train",
    "fer2013valid": "public_test",
    "fer2013test": "private_test",
}
_PICTURE = re.compile(r"fer\d{7}\.png")
_ROWS, _AGREEMENT = 500, 0.2  # below these, old and new labels say nothing of the order


@dataclass(frozen=True)
class Options:
    """How votes become labels; see the module."""

    labels: str = "majority"
    contempt: bool = True

    def __post_init__(self) -> None:
        if self.labels != "majority":
            raise DatasetError(f"{NAME}: option labels={self.labels} is not majority")


def read(source: str) -> Index:
    """Read FER2013's pictures with the labels of FER+.

    Args:
        source: the folder that holds ``fer2013new.csv`` and the pictures, or ``fer2013.csv`` with
            ``fer2013new.csv`` beside it, and options: ``"/data/fer2013,contempt=no"``.

    Returns:
        Index of face crops of 48x48 with splits.

    Raises:
        DatasetError: no labels; pictures that cannot be joined with them; another number of rows,
            another Usage or another order in the two files; no picture with a label.
    """
    rest, paths = take_paths(NAME, source, ("table",))
    root, options = parse_source(NAME, rest, Options)
    classes = EIGHT if options.contempt else SEVEN
    if root.suffix.lower() == ".csv":
        labels = resolve(root.parent, paths.get("table")) or root.with_name(LABELS)
        return _from_csv(root, labels, classes)
    labels = resolve(root, paths.get("table")) or root / LABELS
    tree = Tree(NAME, root, NEEDS)
    for name in fer2013_csv.FILE_NAMES:
        if os.path.isfile(root / name):
            return _from_csv(root / name, labels, classes)
    pictures = _pictures(tree)
    if not pictures:
        raise DatasetError(
            f"{NAME}: {root} holds no {NEEDS}; the labels of FER+ follow the rows of fer2013.csv, "
            "which other copies of FER2013 do not name: put it there"
        )
    samples = _from_pictures(tree, pictures, read_votes(NAME, labels), classes)
    return tree.index(samples, classes, cropped=True)


def _pictures(tree: Tree) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for folder in tree.locate(lambda path: any(map(_named, tree.files(path))), depth=2):
        for path in tree.files(folder):
            if not _named(path):
                tree.skip(path, "not named like fer0000000.png")
            elif path.name in found:
                raise DatasetError(
                    f"{NAME}: {found[path.name]} and {path} are of one name; take one away"
                )
            else:
                found[path.name] = path
    return found


def _named(path: Path) -> bool:
    return _PICTURE.fullmatch(path.name) is not None


def _from_csv(faces: Path, labels: Path, classes: Sequence[str]) -> Index:
    votes = read_votes(NAME, labels)
    index = fer2013_csv.read_csv(NAME, faces)
    splits: dict[str, str | None] = dict(
        zip(index.table["item"], index.table["split"], strict=True)
    )
    items = sorted([*splits, *(one.item for one in index.skipped)])
    if len(items) != len(votes):
        raise DatasetError(
            f"{NAME}: {faces} has {len(items)} rows and {labels} {len(votes)}; they must be the "
            "same rows in the same order: take both files as they were published"
        )
    samples: list[Sample] = []
    skipped = list(index.skipped)
    for item, one in zip(items, votes, strict=True):
        if item not in splits:
            continue
        if one.split != splits[item]:
            raise DatasetError(
                f"{NAME}: {one.where}: Usage is {one.usage!r}, but {item} of {faces} is of part "
                f"{splits[item]}; take both files as they were published"
            )
        try:
            samples.append(Sample(item, _label(one, classes), split=one.split))
        except DatasetError as problem:
            skipped.append(Skipped(item, str(problem)))
    if not samples:
        raise DatasetError(f"{NAME}: {labels} gives no samples{first_left_out(skipped)}")
    _check_order(dict(zip(index.table["item"], index.table["label"], strict=True)), samples, labels)
    return Index.from_samples(NAME, samples, classes, index.load, cropped=True, skipped=skipped)


def _label(votes: Votes, classes: Sequence[str]) -> str:
    label = majority(votes.cells)
    if label not in classes:
        raise DatasetError(f"{label} is not asked for")
    return label


def _check_order(old: Mapping[str, str], samples: Sequence[Sample], labels: Path) -> None:
    """Both files in another order agree in their labels by chance alone (Cohen's kappa near 0)."""
    pairs = [(old[one.item], one.label) for one in samples]
    before, after = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    same = sum(a == b for a, b in pairs) / len(pairs)
    chance = sum(before[name] * after[name] for name in before) / len(pairs) ** 2
    if len(pairs) >= _ROWS and same - chance < _AGREEMENT * (1 - chance):
        raise DatasetError(
            f"{NAME}: {same:.0%} of the labels in {labels} are those of the contest, as by chance: "
            "the rows are in another order; take both files as they were published"
        )


def _from_pictures(
    tree: Tree, pictures: Mapping[str, Path], votes: Sequence[Votes], classes: Sequence[str]
) -> Iterator[Sample]:
    rows: dict[str, Votes] = {}
    for one in votes:
        where = tree.root / one.where
        if not one.picture:
            tree.skip(where, "no name of a picture")
        elif one.picture in rows:
            tree.skip(where, f"{one.picture} stands in {rows[one.picture].where} already")
        elif one.picture not in pictures:
            tree.skip(where, f"no picture {one.picture}")
        rows.setdefault(one.picture, one)
    for name, path in pictures.items():
        if name not in rows:
            tree.skip(path, "no row of the labels names it")
            continue
        one, folder = rows[name], path.parent.name
        part = _FOLDERS.get(folder.lower(), one.split)
        if one.split is None or one.split != part:
            raise DatasetError(
                f"{NAME}: {one.where}: Usage is {one.usage!r}, but {name} lies in {folder}; take "
                "the labels and the pictures as they were published"
            )
        try:
            yield Sample(tree.item(path), _label(one, classes), split=part)
        except DatasetError as problem:
            tree.skip(path, str(problem))
