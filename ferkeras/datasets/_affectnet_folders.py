"""AffectNet as its authors cut it out: a folder of faces and one of arrays for each part."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from ferkeras.datasets._affectnet_codes import label_of
from ferkeras.datasets.tree import Tree
from ferkeras.errors import DatasetError
from ferkeras.types import Sample

PARTS = {"train_set": "train", "val_set": "val"}

_ENDING = "_exp.npy"


def find_parts(tree: Tree) -> dict[str, Path]:
    """Part -> its folder, ``train_set`` or ``val_set``, down to two levels below the root.

    Raises:
        DatasetError: two folders of one part, or a folder that cannot be read.
    """
    parts: dict[str, Path] = {}
    for path in tree.locate(lambda path: path.name in PARTS, depth=2):
        split = PARTS[path.name]
        if split in parts:
            raise DatasetError(
                f"{tree.name}: {parts[split]} and {path} are both the {split} part; give the "
                "folder that holds one of them as root"
            )
        parts[split] = path
    return parts


def from_folders(tree: Tree, parts: Mapping[str, Path], classes: Sequence[str]) -> Iterator[Sample]:
    """The samples of all parts; what cannot be used is noted as left out.

    Raises:
        DatasetError: a part lacks ``images`` or ``annotations``, or they cannot be read.
    """
    for split, part in parts.items():
        for name in ("images", "annotations"):
            if part / name not in tree.folders(part):
                raise DatasetError(f"{tree.name}: no folder {part / name}; unpack the whole part")
        for path, label in _labelled(tree, part, classes):
            yield Sample(tree.item(path), label, split=split)


def array_code(path: Path) -> str:
    """The one value of an array file as text.

    Raises:
        DatasetError: it is not an array file, or holds more or less than one value.
    """
    try:
        with path.open("rb") as file:
            values = np.lib.format.read_array(file, allow_pickle=False)
        value = values.reshape(-1)[0] if values.size == 1 else None  # text may not be text
    except OSError as error:
        raise DatasetError(f"{path.name} cannot be read ({error.strerror})") from error
    except Exception as error:  # a damaged header makes NumPy raise many kinds
        raise DatasetError(f"{path.name} is not an array that can be read") from error
    if values.size != 1:
        raise DatasetError(f"{path.name} holds {values.size} values, not one")
    return value.decode("ascii", "replace") if isinstance(value, bytes) else str(value)


def _labelled(tree: Tree, part: Path, classes: Sequence[str]) -> Iterator[tuple[Path, str]]:
    arrays = part / "annotations"
    missing = set(_names(tree, arrays))
    seen: dict[str, Path] = {}
    for path in tree.pictures(part / "images"):
        name = f"{path.stem}{_ENDING}"
        if path.stem in seen:
            tree.skip(path, f"{seen[path.stem].name} has the same number")
        elif name not in missing:
            tree.skip(path, f"no file {tree.item(arrays)}/{name}")
        else:
            try:
                yield path, label_of(array_code(arrays / name), classes)
            except DatasetError as problem:
                tree.skip(path, str(problem))
            missing.discard(name)
        seen.setdefault(path.stem, path)
    for name in missing:
        stem = name.removesuffix(_ENDING)
        tree.skip(arrays / name, f"no picture {stem}.jpg in {tree.item(part)}/images")


def _names(tree: Tree, folder: Path) -> Iterator[str]:
    """Names alone: there are more than a million files."""
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.endswith(_ENDING) and not entry.name.startswith("._"):
                    yield entry.name
    except OSError as error:
        raise DatasetError(
            f"{tree.name}: folder {folder} cannot be read ({error.strerror})"
        ) from error
