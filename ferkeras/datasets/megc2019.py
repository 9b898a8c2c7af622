"""MEGC 2019: a composite of CASME II, SAMM and SMIC-HS, 442 samples of 68 people in three classes.

See, Yap, Li, Hong, Wang, "MEGC 2019 - The Second Facial Micro-Expressions Grand Challenge", FG
2019.

A root with one folder for each data set (named like CASME2, SAMM and SMIC), each as its own reader
takes it, and the challenge's list ``combined_3class_gt.csv``: data set, subject, file name, label,
with or without headings, 0 negative, 1 positive, 2 surprise (``casme2,sub01,EP02_01f,1``;
``samm,6,006_1_2,0`` or ``samm,006,...``; ``smic,s01,s01_ne_01,0``). HTNet's csv of the same samples
may be named instead. What the list says, its labels too, counts; clips that are not in it are left
out. Without the list the readers' own three classes are taken: 11 negative clips of CASME II more
(9 of fear and sadness, 2 others).

Options: ``casme2=<folder>``, ``samm=<folder>``, ``smic=<folder>`` for other places,
``list=<file>``; ``frames=raw`` or ``frames=cropped`` and ``gaps=keep`` for all three.
"""

from __future__ import annotations

import dataclasses
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ferkeras.datasets import casme2, samm, smic
from ferkeras.datasets._annotated_clips import check_gaps
from ferkeras.datasets._annotation_table import heading, read_grid
from ferkeras.datasets._composite import combine
from ferkeras.datasets._frame_folders import check_kind
from ferkeras.datasets._path_options import resolve, take_paths
from ferkeras.datasets.base import Index, Skipped
from ferkeras.datasets.expressions import THREE
from ferkeras.datasets.options import parse_source
from ferkeras.datasets.published import ALL, Published
from ferkeras.datasets.tree import Tree
from ferkeras.errors import DatasetError

NAME = "megc2019"
LIST = "combined_3class_gt.csv"

PUBLISHED = Published(
    source="See et al. 2019, FG",
    counts={
        name: dict(zip(THREE, counts, strict=True))
        for name, counts in {
            ALL: (250, 109, 83),
            "casme2": (88, 32, 25),
            "samm": (92, 26, 15),
            "smic": (70, 51, 43),
        }.items()
    },
    unit="sequences",
)

_FOLDERS = {
    "casme2": re.compile(r"casme[\W_]*(?:2|ii(?!i))", re.IGNORECASE),
    "samm": re.compile("samm", re.IGNORECASE),
    "smic": re.compile("smic", re.IGNORECASE),
}
_ITEMS = {"casme2": "sub{0:02d}/{1}", "samm": "{0:03d}/{1}", "smic": "s{0:02d}/{1}"}
_HEADINGS = (("dataset",), ("subject", "sub"), ("filename", "filenameo"), ("label", "class"))


@dataclass(frozen=True)
class Options:
    """Which frames are read; see the module."""

    frames: str = ""
    gaps: str = "skip"

    def __post_init__(self) -> None:
        check_kind(NAME, self.frames)
        check_gaps(NAME, self.gaps)


def read(source: str) -> Index:
    """Read the composite.

    Args:
        source: the root folder and options, such as ``"/data/MEGC,frames=cropped"`` or
            ``"/data,samm=/other/SAMM,list=/data/combined_3class_gt.csv"``.

    Returns:
        Index of clips (`ferkeras.types.Clip`); subjects are called like ``samm-006``, and
        ``dataset`` says where each sample is from.

    Raises:
        DatasetError: a data set's folder is missing or not unique, what its own reader finds wrong,
            or a list that cannot be used.
    """
    rest, paths = take_paths(NAME, source, ("casme2", "samm", "smic", "list"))
    root, options = parse_source(NAME, rest, Options)
    tree = Tree(NAME, root, "folders of CASME II, SAMM and SMIC")
    roots = {name: resolve(root, paths.get(name)) or _folder(tree, name) for name in _FOLDERS}
    listed = resolve(root, paths.get("list")) or _listed(tree)
    more = f",frames={options.frames}" if options.frames else ""
    gaps = f",gaps={options.gaps}{more}"
    if listed:
        labels, bad = _labels(listed)
        indexes = [
            _selected(casme2.read(f"{roots['casme2']}/,classes=seven{gaps}"), labels["casme2"]),
            _selected(samm.read(f"{roots['samm']}/,classes=all{gaps}"), labels["samm"]),
            _selected(smic.read(f"{roots['smic']}/,part=HS{more}"), labels["smic"]),
        ]
    else:
        bad = [Skipped(LIST, f"not in {root}; the readers' own three classes are taken instead")]
        indexes = [
            casme2.read(f"{roots['casme2']}/,classes=three{gaps}"),
            samm.read(f"{roots['samm']}/,classes=three{gaps}"),
            smic.read(f"{roots['smic']}/,part=HS{more}"),
        ]
    index = combine(indexes)
    table = index.table.assign(split=None)
    return dataclasses.replace(index, name=NAME, table=table, skipped=(*bad, *index.skipped))


def _folder(tree: Tree, name: str) -> Path:
    found = [path for path in tree.folders(tree.root) if _FOLDERS[name].search(path.name)]
    if len(found) == 1:
        return found[0]
    problem = f"both {found[0]} and {found[1]}" if found else f"no folder in {tree.root}"
    raise DatasetError(f"{NAME}: {problem} named like {name}; say which one: ,{name}=<folder>")


def _listed(tree: Tree) -> Path | None:
    return next((path for path in tree.files(tree.root) if path.name.lower() == LIST), None)


def _labels(path: Path) -> tuple[dict[str, dict[str, str]], list[Skipped]]:
    """Data set -> item in small letters -> class; and the rows that cannot be used."""
    grid = read_grid(NAME, path)
    if not grid:
        raise DatasetError(f"{NAME}: {path} is empty")
    names = [heading(cell) for cell in grid[0]]
    has_headings = "dataset" in names
    places = list(range(len(_HEADINGS)))
    if has_headings:
        for at, headings in enumerate(_HEADINGS):
            if not set(headings) & set(names):
                raise DatasetError(f"{NAME}: {path} has no column {headings[0]!r}")
            places[at] = next(names.index(one) for one in headings if one in names)
    labels: dict[str, dict[str, str]] = defaultdict(dict)
    bad: list[Skipped] = []
    for number, line in enumerate(grid[has_headings:], 1 + has_headings):
        cells = [str(line[at]).strip() if at < len(line) else "" for at in places]
        if not any(cells):
            continue
        try:
            name, item, label = _row(*cells)
            if labels[name].setdefault(item.lower(), label) != label:
                raise DatasetError(f"{item} stands in the list twice, with two labels")
        except DatasetError as problem:
            bad.append(Skipped(f"{path.name}, row {number}", str(problem)))
    if not any(labels.values()):
        reason = f"; {bad[0].item}: {bad[0].reason}" if bad else ""
        raise DatasetError(f"{NAME}: {path} names no sample{reason}")
    return labels, bad


def _row(dataset: str, subject: str, clip: str, label: str) -> tuple[str, str, str]:
    name = next((one for one, like in _FOLDERS.items() if like.search(dataset)), None)
    if not name:
        raise DatasetError(f"data set {dataset!r} is not one of {', '.join(_FOLDERS)}")
    number = re.fullmatch(r"[A-Za-z]*0*(\d+)(?:\.0)?", subject)
    if not number:
        raise DatasetError(f"subject {subject!r} is not like sub01, 006 or s01")
    classes = {**dict(zip(("0", "1", "2"), THREE, strict=True)), **{one: one for one in THREE}}
    if label.lower() not in classes:
        raise DatasetError(f"label {label!r} is not 0, 1, 2 or {', '.join(THREE)}")
    person = int(number[1])
    if name == "smic":
        clip = re.sub(r"^s0*\d+", f"s{person:02d}", clip)
    return name, _ITEMS[name].format(person, clip), classes[label.lower()]


def _selected(index: Index, labels: Mapping[str, str]) -> Index:
    """The listed samples of one data set, with the list's labels."""
    items = [str(item).lower() for item in index.table["item"]]
    rows = [row for row, item in enumerate(items) if item in labels]
    if not labels:
        raise DatasetError(f"{NAME}: the list names no clip of {index.name}; is it the whole list?")
    if not rows:
        raise DatasetError(
            f"{NAME}: none of the {len(labels)} clips that the list names for {index.name} is "
            f"there, such as {next(iter(labels))}"
        )
    table = index.table.iloc[rows].assign(label=[labels[items[row]] for row in rows])
    absent = [
        Skipped(item, "in the list, but its reader gives no such clip")
        for item in labels
        if item not in set(items)
    ]
    others = [
        Skipped(str(item), "not in the list")
        for item in index.table["item"]
        if str(item).lower() not in labels
    ]
    skipped = (*absent, *others, *index.skipped)
    return dataclasses.replace(index, table=table, classes=THREE, skipped=skipped)
