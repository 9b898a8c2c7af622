"""Classes mapped onto fewer ones, so that data sets of different classes go together.

The mappings are data: ``mappings/<name>.csv`` with the columns ``source_class``, ``target_class``
and ``source``, where the row is from. ``three`` is that of the cross-data-set experiments of
J. Zhang et al. 2022, "SSGNN", IEEE Transactions on Human-Machine Systems, section IV-G and Fig. 12,
and of MEGC 2019: negative, positive, surprise. ``six`` is for its mixed set (Fig. 13), whose six
classes the paper's text does not name: taken to be the basic six expressions. There SMIC's positive
is happiness; its negative clips, which may be of any of several emotions, have no class.
"""

from __future__ import annotations

import csv
import dataclasses
import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from ferkeras.datasets.base import Index, Skipped
from ferkeras.errors import DatasetError

_FOLDER = Path(__file__).with_name("mappings")
_OPTION = re.compile(r"(?:^|,)classes=([A-Za-z_]+)(?=,|$)")


@dataclass(frozen=True)
class ClassMapping:
    """A mapping of classes.

    Attributes:
        name: of its csv file.
        targets: class -> the class that it becomes.
    """

    name: str
    targets: Mapping[str, str]

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes mapped onto, in the order of the file; the same for every data set."""
        return tuple(dict.fromkeys(self.targets.values()))

    def target(self, label: str) -> str | None:
        """The class that ``label`` becomes; one of `classes` stays; None where it has none."""
        return label if label in self.classes else self.targets.get(label)


def mappings() -> tuple[str, ...]:
    """Names of all mappings, in alphabetical order."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.csv")))


@functools.cache
def class_mapping(name: str) -> ClassMapping:
    """The mapping of that name.

    Raises:
        DatasetError: there is none.
    """
    if name not in mappings():
        raise DatasetError(f"no class mapping {name!r}; known: {', '.join(mappings())}")
    with (_FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        targets = {row["source_class"]: row["target_class"] for row in csv.DictReader(file)}
    return ClassMapping(name, targets)


def mapping_onto(classes: tuple[str, ...]) -> ClassMapping | None:
    """The mapping that gives just these classes; None where there is none."""
    found = (class_mapping(name) for name in mappings())
    return next((mapping for mapping in found if mapping.classes == classes), None)


def map_classes(index: Index, name: str) -> Index:
    """An index with its classes mapped onto fewer ones.

    Args:
        index: any data set, of pictures or clips.
        name: ``"three"`` or ``"six"``, a file in ``mappings/``.

    Returns:
        Index whose classes are those of the mapping, also where the data set has none of some of
        them, so that all mapped data sets can be combined. Samples of classes that the mapping does
        not name, such as neutral and others, are in ``skipped``.

    Raises:
        DatasetError: no such mapping, or it gives none of the samples a class.

    Example:
        >>> map_classes(open_index("jaffe:/data/jaffe"), "three").classes
        ('negative', 'positive', 'surprise')
    """
    mapping = class_mapping(name)
    table = index.table
    labels = [mapping.target(label) for label in table["label"]]
    kept = [row for row, label in enumerate(labels) if label is not None]
    if not kept:
        raise DatasetError(
            f"{index.name}: classes {', '.join(index.classes)} have none among "
            f"{', '.join(mapping.classes)}, onto which {name} maps"
        )
    left_out = (
        Skipped(item, f"{old} is not one of the classes {', '.join(mapping.classes)}")
        for item, old, new in zip(table["item"], table["label"], labels, strict=True)
        if new is None
    )
    return dataclasses.replace(
        index,
        table=table.iloc[kept].assign(label=[labels[row] for row in kept]),
        classes=mapping.classes,
        skipped=(*index.skipped, *left_out),
        source=f"{index.source} (classes={name})",
    )


def take_mapping(reader: ModuleType, source: str) -> tuple[str, str | None]:
    """Take ``classes=<mapping>`` out of a reader's source.

    A choice of classes that the reader offers itself (a key of its ``CLASSES``) is left to it. Else
    the reader is asked for all its classes (``ALL_CLASSES``, one of its options), unless the source
    says otherwise.

    Returns:
        The source for the reader, and the mapping's name or None.

    Raises:
        DatasetError: the option twice, or neither a mapping nor left to the reader.
    """
    name = reader.__name__.rpartition(".")[2]
    found, own = _OPTION.findall(source), getattr(reader, "CLASSES", {})
    if not found or found[0] in own:
        return source, None
    if len(found) > 1:
        raise DatasetError(f"{name}: option 'classes' is given twice")
    if found[0] not in mappings():
        if own:
            return source, None  # refused by the reader, which knows its own choices
        raise DatasetError(f"{name}: option classes={found[0]} is not {' or '.join(mappings())}")
    rest = _OPTION.sub("", source)
    every = getattr(reader, "ALL_CLASSES", "")
    given = f",{every.partition('=')[0]}=" in rest
    return (f"{rest},{every}" if every and not given else rest), found[0]
