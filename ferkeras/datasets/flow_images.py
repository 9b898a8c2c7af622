"""Ready-made flow pictures (u, v and optical strain), as in the public data of STSTNet and HTNet.

Liong et al., "Shallow Triple Stream Three-dimensional CNN (STSTNet) for Micro-expression
Recognition", FG 2019; Wang et al., "HTNet for micro-expression recognition", 2024. Two layouts:

* a csv (or a spreadsheet) with the columns subject, file name, label and, where there are several,
  data set; headings in any case, ``,`` or ``;`` between the cells. HTNet's own
  ``combined_3_class2_for_optical_flow.csv`` (dataset, sub, filename_o, label, imagename) is one.
  A file is looked for below the root by its name, with or without ending, folder, spaces around it
  and the subject in front: ``sub01_EP02_01f .png``;
* folders for leave-one-subject-out, ``sub01/u_test/0/sub01_EP02_01f .png`` beside ``u_train``: the
  test folders are read, which hold every sample once, with its subject.

Labels are names, or numbers with 0 negative, 1 positive, 2 surprise. Where several data sets are
named, subjects get theirs in front (``samm-006``). In the folders' layout the data set follows from
the subject's name where all are like sub01 (CASME II), s01 (SMIC) or 006 (SAMM).

The file's red, green and blue channel are u, v and strain; ``channels=bgr`` where somebody wrote
an array (u, v, strain) with OpenCV, which puts u into the blue one.

Options: ``table=<file>`` (then the folders' layout is not looked for); ``apex=<folder>`` with the
apex frames, called like the flow pictures or as the column imagename says, which give the landmarks
for the four regions; a sample without one is then left out; ``channels=rgb``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ferkeras.datasets._annotation_table import Row, find_table
from ferkeras.datasets._frame_folders import find_folders
from ferkeras.datasets._path_options import resolve, take_paths
from ferkeras.datasets._picture_names import PictureNames
from ferkeras.datasets.base import Index, Skipped
from ferkeras.datasets.expressions import THREE
from ferkeras.datasets.options import parse_source
from ferkeras.datasets.tree import Tree, first_left_out
from ferkeras.errors import DatasetError
from ferkeras.media import read_image
from ferkeras.types import FlowImage, Sample

NAME = "flow_images"
COLUMNS = {
    "subject": ("subject", "sub"),
    "file": ("file name", "file", "filename_o", "image", "image name", "picture", "flow"),
    "label": ("label", "class", "emotion"),
    "dataset": ("data set", "database"),
    "apex": ("image name", "apex file"),
}
NEEDED = ("subject", "file", "label")

_DATASETS = {r"sub\d+": "casme2", r"s\d+": "smic", r"\d+": "samm"}


@dataclass(frozen=True)
class Options:
    """The order of the channels in the files; see the module."""

    channels: str = "rgb"

    def __post_init__(self) -> None:
        if self.channels not in ("rgb", "bgr"):
            raise DatasetError(f"{NAME}: option channels={self.channels} is not rgb or bgr")


@dataclass(frozen=True)
class FlowFiles:
    """Loads flow pictures; can be sent to other processes.

    Attributes:
        files: item -> the flow picture and its apex frame, None where none was asked for.
        flip: the files hold u in the blue channel.
    """

    files: Mapping[str, tuple[Path, Path | None]]
    flip: bool

    def __call__(self, item: str) -> FlowImage:
        """Decode one sample.

        Raises:
            MediaError: a file is missing or cannot be decoded.
        """
        flow, apex = self.files[item]
        pixels = read_image(flow)
        if self.flip:
            pixels = np.ascontiguousarray(pixels[..., ::-1])
        return FlowImage(pixels, None if apex is None else read_image(apex))


@dataclass(frozen=True)
class Found:
    """One flow picture and what is known of it; ``label`` as it is written."""

    path: Path
    label: str
    subject: str
    dataset: str
    apex: str


def read(source: str) -> Index:
    """Read ready-made flow pictures.

    Args:
        source: the root folder and options, such as
            ``"/data/STSNet_whole_norm_u_v_os,table=/data/combined.csv,apex=/data/apex"``.

    Returns:
        Index of `ferkeras.types.FlowImage` with subjects and, where known, data sets.

    Raises:
        DatasetError: neither layout is there, a table that cannot be used, labels that are numbers
            above 2, or no sample.
    """
    rest, paths = take_paths(NAME, source, ("apex", "table"))
    root, options = parse_source(NAME, rest, Options)
    tree = Tree(NAME, root, "csv with subject, file name and label, nor folders sub01/u_test/0")
    apex_folder = resolve(root, paths.get("apex"))
    apexes = None if apex_folder is None else PictureNames(NAME, apex_folder)
    skipped: list[Skipped] = []
    bases = [] if "table" in paths else find_folders(tree, lambda at: _is_loso(tree, at), depth=2)
    if len(bases) > 1:
        raise DatasetError(
            f"{NAME}: {bases[0]} and {bases[1]} both hold folders like sub01/u_test; give one"
        )
    if bases:
        found = _from_folders(tree, bases[0])
    else:
        _, rows = find_table(tree, resolve(root, paths.get("table")), COLUMNS, NEEDED)
        found = _from_table(PictureNames(NAME, root, apex_folder), rows, skipped)
    return _index(tree, found, apexes, skipped, flip=options.channels == "bgr")


def _index(
    tree: Tree,
    found: Sequence[Found],
    apexes: PictureNames | None,
    skipped: list[Skipped],
    *,
    flip: bool,
) -> Index:
    several = len({one.dataset for one in found}) > 1
    _check_spellings(found)
    if several and any(not one.dataset for one in found):
        nameless = next(tree.item(one.path) for one in found if not one.dataset)
        raise DatasetError(
            f"{NAME}: {nameless} names no data set, others do, so whose subject it shows is not "
            "known; fill in the data set of every row"
        )
    names, classes = _classes([one.label for one in found])
    samples, files = [], {}
    for one, label in zip(found, names, strict=True):
        item = tree.item(one.path)
        try:
            apex = None if apexes is None else apexes.find([one.apex, one.path.name])
        except DatasetError as problem:
            skipped.append(Skipped(item, f"its apex frame: {problem}"))
            continue
        subject = f"{one.dataset}-{one.subject}" if several else one.subject
        samples.append(Sample(item, label, subject, dataset=one.dataset or None))
        files[item] = (one.path, apex)
    if not samples:
        raise DatasetError(f"{NAME}: {tree.root} gives no samples{first_left_out(skipped)}")
    load = FlowFiles(files, flip)
    return Index.from_samples(NAME, samples, classes, load, cropped=True, skipped=skipped)


def _check_spellings(found: Sequence[Found]) -> None:
    """One person under two names would stand on both sides of leave-one-subject-out.

    Raises:
        DatasetError: names of a data set's subjects, or of data sets, that differ only in case,
            leading zeros, a ``.0`` or (within a named data set) the word "sub" before the number.
    """
    spelled: dict[tuple[str, str], str] = {}
    for one in found:
        dataset, text = one.dataset.lower(), re.sub(r"\.0+$", "", one.subject.strip().lower())
        text = re.sub(r"(?<!\d)0+(?=\d)", "", text)
        if dataset:
            text = re.sub(r"^(?:s|sub|subject)0*(?=\d+$)", "", text)
        for key, name, what in (
            (("data set", dataset), one.dataset, "data sets"),
            ((dataset, text), one.subject, "subjects"),
        ):
            other = spelled.setdefault(key, name)
            if other != name:
                raise DatasetError(
                    f"{NAME}: {what} {other!r} and {name!r} look like one in two spellings; "
                    "write it in one way"
                )


def _classes(labels: Sequence[str]) -> tuple[list[str], tuple[str, ...]]:
    """The samples' class names, and the classes in order."""
    names = [label.strip().lower() for label in labels]
    if names and all(name.isdecimal() for name in names):
        above = next((name for name in names if int(name) >= len(THREE)), None)
        if above:
            raise DatasetError(
                f"{NAME}: label {above} has no known name; write the names of the classes "
                "instead of numbers"
            )
        return [THREE[int(name)] for name in names], THREE
    known = tuple(sorted(set(names)))
    return names, THREE if set(known) <= set(THREE) else known


def _from_table(pictures: PictureNames, rows: Sequence[Row], skipped: list[Skipped]) -> list[Found]:
    found: dict[Path, Found] = {}
    for row in rows:
        try:
            cells = {column: row.text(column) for column in COLUMNS}
            empty = next((column for column in NEEDED if not cells[column]), None)
            if empty:
                raise DatasetError(f"no {empty}; fill in the cell")
            subject, file = cells["subject"], cells["file"]
            last = file.replace("\\", "/").rpartition("/")[2]
            path = pictures.find([file, f"{subject}_{file}", f"{subject}/{file}", last])
            if path in found:
                raise DatasetError(f"{path.name} stands in the table twice")
            found[path] = Found(path, cells["label"], subject, cells["dataset"], cells["apex"])
        except DatasetError as problem:
            skipped.append(Skipped(row.name, str(problem)))
    skipped += [
        Skipped(path.name, "no row of the table names it")
        for path in pictures.paths
        if path not in found
    ]
    return list(found.values())


def _is_loso(tree: Tree, folder: Path) -> bool:
    return any(subject / "u_test" in tree.folders(subject) for subject in tree.folders(folder))


def _from_folders(tree: Tree, base: Path) -> list[Found]:
    subjects = [one for one in tree.folders(base) if one / "u_test" in tree.folders(one)]
    kinds = {
        subject.name: name
        for subject in subjects
        for pattern, name in _DATASETS.items()
        if re.fullmatch(pattern, subject.name)
    }
    known = len(kinds) == len(subjects)
    return [
        Found(path, label.name, subject.name, kinds[subject.name] if known else "", "")
        for subject in subjects
        for label in tree.folders(subject / "u_test")
        for path in tree.pictures(label)
    ]
