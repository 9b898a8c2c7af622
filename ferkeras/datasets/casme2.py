"""CASME II: spontaneous micro-expressions of 26 people at 200 frames per second.

Yan, Li, Wang, Zhao, Liu, Chen, Fu, "CASME II: An Improved Spontaneous Micro-Expression Database and
the Baseline Evaluation", PLoS ONE 9 (2014): 247 micro-expressions in five classes. The spreadsheet
that is given out today (255 rows) counts some of them otherwise: disgust 63, happiness 32,
others 99, repression 27, surprise 25, and has 7 of sadness and 2 of fear.

Layout, known from the release and from public readers of it: a spreadsheet such as
``CASME2-coding-20190701.xlsx`` with the columns Subject (1 or 01), Filename, OnsetFrame, ApexFrame
("/" where it is not annotated), OffsetFrame and Estimated Emotion, found by its columns; whole
frames ``CASME2_RAW_selected/sub01/EP02_01f/img46.jpg`` (640x480) and the authors' face crops
``Cropped/sub01/EP02_01f/reg_img46.jpg``. Frame numbers of the table are those of the files' names.
A clip reaches from onset to offset. Clips are named ``sub01/EP02_01f``.

Options: ``classes=five`` (``three`` by the mapping of MEGC 2019, whose own list leaves out fear,
sadness and two clips more, hence its 88 negative ones; ``seven``: all emotions); ``frames=raw`` or
``frames=cropped`` where a root holds both; ``table=<file>`` where several fit; ``gaps=keep`` takes
clips of which frames are missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ferkeras.datasets._annotated_clips import Name, annotated_index, check_gaps
from ferkeras.datasets._annotated_source import by_key, open_source
from ferkeras.datasets._annotation_table import Row
from ferkeras.datasets._frame_folders import check_kind, find_folders, one_kind
from ferkeras.datasets._micro_classes import classes_named
from ferkeras.datasets.base import Index
from ferkeras.datasets.expressions import FIVE, THREE
from ferkeras.datasets.published import ALL, Published
from ferkeras.datasets.tree import Tree
from ferkeras.errors import DatasetError

NAME = "casme2"
FPS = 200.0

PUBLISHED = Published(
    source="Yan et al. 2014, PLoS ONE 9 (five classes); See et al. 2019, FG (three)",
    counts={
        ALL: {
            **{"disgust": 60, "happy": 33, "others": 102, "repression": 27, "surprise": 25},
            **{"negative": 88, "positive": 32},
        }
    },
    unit="sequences",
)

CLASSES = {
    "five": FIVE,
    "three": THREE,
    "seven": ("disgust", "fear", "happy", "others", "repression", "sad", "surprise"),
}
ALL_CLASSES = "classes=seven"
_SUBJECT = re.compile(r"(?:sub)?0*(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Options:
    """Which clips and which frames are read; see the module."""

    classes: str = "five"
    frames: str = ""
    gaps: str = "skip"

    def __post_init__(self) -> None:
        classes_named(NAME, self.classes, CLASSES)
        check_kind(NAME, self.frames)
        check_gaps(NAME, self.gaps)


def read(source: str) -> Index:
    """Read CASME II.

    Args:
        source: the root folder and options, such as ``"/data/CASME2,classes=three,frames=raw"``.

    Returns:
        Index of clips (`ferkeras.types.Clip`) with subjects; ``cropped`` where they are face crops.

    Raises:
        DatasetError: no table with the columns or several; no frames, or both kinds and ``frames``
            is not given; two folders of one subject or clip; no row that can be used; a file or a
            folder that cannot be read.
    """
    needs = "folders of frames such as CASME2_RAW_selected/sub01/EP02_01f"
    tree, options, rows = open_source(NAME, source, Options, needs)
    found = find_folders(tree, lambda path: any(_subjects(tree, path)), depth=3)
    base, cropped = one_kind(tree, found, options.frames)
    subjects = by_key(tree, _subjects(tree, base))
    return annotated_index(
        tree,
        rows,
        _name,
        by_key(
            tree,
            (
                (_key(subject, clip.name), clip)
                for subject, folder in subjects.items()
                for clip in tree.folders(folder)
            ),
        ),
        CLASSES[options.classes],
        fps=FPS,
        cropped=cropped,
        keep_gaps=options.gaps == "keep",
    )


def _subjects(tree: Tree, folder: Path) -> Iterator[tuple[str, Path]]:
    for path in tree.folders(folder):
        match = _SUBJECT.fullmatch(path.name)
        if match and path.name[0] in "sS":
            yield _subject(match[1]), path


def _name(row: Row) -> Name:
    subject, clip = row.text("subject"), row.text("clip")
    match = _SUBJECT.fullmatch(subject)
    if not subject:
        raise DatasetError("no subject; fill in the cell")
    if not match:
        raise DatasetError(f"subject {subject!r} is not like 1, 01 or sub01")
    if not clip:
        raise DatasetError("no file name")
    name = _subject(match[1])
    return Name(name, f"{name}/{clip}", (_key(name, clip),))


def _subject(number: str) -> str:
    return f"sub{int(number):02d}"


def _key(subject: str, clip: str) -> str:
    return f"{subject}/{clip.lower()}"
