"""TFEID: 40 people of Taiwan posing eight expressions, colour pictures of 480x600.

Chen, Yen, "Taiwanese Facial Expression Image Database", Brain Mapping Laboratory, National
Yang-Ming University, Taipei, 2007: 20 women and 20 men, six basic expressions, contempt and
neutral, in high and in slight intensity, seen from the front and turned by 45 degrees.

Folders ``dfh_anger_x/f01_dfh_...jpg``. No description of the files is public: the names are read
as public readers of the database show, and in part by a guess, see `_tfeid_names`. A copy that is
named otherwise gives errors or reasons for leaving out, not wrong labels. Who is seen is known;
each picture is one of its own, not a frame of a recording.

Options: ``intensity=high``, ``slight`` or ``both``, and ``view=frontal``, ``turned`` or ``both``,
where a root holds several; ``contempt=yes``, ``neutral=yes`` (no: without those pictures).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ferkeras.datasets._tfeid_names import CHOICES, Named, named, subject_of
from ferkeras.datasets.base import Index
from ferkeras.datasets.expressions import EIGHT
from ferkeras.datasets.options import parse_source
from ferkeras.datasets.published import ALL, TOTAL, Published
from ferkeras.datasets.tree import Tree
from ferkeras.errors import DatasetError
from ferkeras.types import Sample

NAME = "tfeid"

PUBLISHED = Published(
    # The table does not say which intensity and view; eight expressions of 40 people are 320.
    source="J. Zhang et al. 2022 (SSGNN), IEEE THMS, table II (total only)",
    counts={ALL: {TOTAL: 336}},
)


@dataclass(frozen=True)
class Options:
    """Which pictures are read; see the module."""

    intensity: str = ""
    view: str = ""
    contempt: bool = True
    neutral: bool = True

    def __post_init__(self) -> None:
        for name, known in CHOICES.items():
            value = getattr(self, name)
            if value not in ("", *known, "both"):
                words = " or ".join((*known, "both"))
                raise DatasetError(f"{NAME}: option {name}={value} is not {words}")

    @property
    def classes(self) -> tuple[str, ...]:
        """Class names in the order of their numbers."""
        left_out = {"contempt": not self.contempt, "neutral": not self.neutral}
        return tuple(name for name in EIGHT if not left_out.get(name))


def read(source: str) -> Index:
    """Read TFEID.

    Args:
        source: the root folder and options, such as ``"/data/TFEID,intensity=high"``.

    Returns:
        Index with subjects such as ``f01``; the pictures show head and shoulders, so they are not
        face crops.

    Raises:
        DatasetError: no such pictures; several intensities or views and no option says which; two
            pictures of one name; a folder that cannot be read.
    """
    root, options = parse_source(NAME, source, Options)
    tree = Tree(NAME, root, "pictures named like f01_dfh_ag.jpg, in folders such as dfh_anger_x")
    folders = tree.locate(lambda path: any(map(subject_of, tree.files(path))), depth=5)
    if not folders:
        raise tree.wrong_root()
    found = [one for folder in folders for one in _pictures(tree, folder)]
    for name in CHOICES:
        found = _chosen(tree, found, name, getattr(options, name))
    return tree.index(_samples(tree, found, options.classes), options.classes, cropped=False)


def _pictures(tree: Tree, folder: Path) -> Iterator[Named]:
    names = (tree.root.name, *folder.relative_to(tree.root).parts)
    for path in tree.pictures(folder):
        try:
            yield named(path, names)
        except DatasetError as problem:
            tree.skip(path, str(problem))


def _chosen(tree: Tree, found: list[Named], name: str, wanted: str) -> list[Named]:
    """The pictures of the wanted intensity or view.

    Raises:
        DatasetError: there are several and none is asked for.
    """
    values = sorted({getattr(one, name) for one in found})
    if not wanted and len(values) > 1:
        ways = ", ".join(f",{name}={value}" for value in CHOICES[name])
        raise DatasetError(
            f"{NAME}: {tree.root} holds pictures of {name} {' and '.join(values)}; "
            f"add {ways} or ,{name}=both"
        )
    if wanted in ("", "both"):
        return found
    for one in found:
        if getattr(one, name) != wanted:
            tree.skip(one.path, f"its {name} is {getattr(one, name)}, {wanted} is asked for")
    return [one for one in found if getattr(one, name) == wanted]


def _samples(tree: Tree, found: Sequence[Named], classes: Sequence[str]) -> Iterator[Sample]:
    places: dict[str, Path] = {}
    for one in found:
        other = places.setdefault(one.path.name.lower(), one.path)
        if other != one.path:
            raise DatasetError(
                f"{NAME}: {other} and {one.path} are of one name; give a folder that holds one of "
                "them as root"
            )
        if one.label not in classes:
            tree.skip(one.path, f"{one.label} is not asked for")
        else:
            yield Sample(tree.item(one.path), one.label, one.subject)
