"""SAMM: spontaneous micro-expressions of 32 people at 200 frames per second, in grey.

Davison, Lansley, Costen, Tan, Yap, "SAMM: A Spontaneous Micro-Facial Movement Dataset", IEEE
Transactions on Affective Computing 9 (2018): 159 micro-movements, frames of 2040x1088 pixels.

Layout, known from the release and from public readers of it: ``SAMM_Micro_FACS_Codes_v2.xlsx``,
whose table stands below some rows of free text, with the columns Subject (6 or 006), Filename,
Onset Frame, Apex Frame, Offset Frame and Estimated Emotion; it is found by its columns. Frames
``006/006_1_2/006_05562.jpg``, whose last number is the table's. A clip reaches from onset to
offset. Clips are named ``006/006_1_2``. Two apex frames that lie outside their clip are known
errors (``corrections/samm.csv``) and are estimated instead.

Options: ``classes=three`` (by the mapping of MEGC 2019; ``five``: anger, contempt, happiness, other
and surprise; ``all``: eight); ``frames=raw`` or ``frames=cropped`` where a root holds both;
``table=<file>`` where several fit; ``gaps=keep`` takes clips of which frames are missing.
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
from ferkeras.datasets.expressions import THREE
from ferkeras.datasets.published import ALL, Published
from ferkeras.datasets.tree import Tree
from ferkeras.errors import DatasetError

NAME = "samm"
FPS = 200.0

PUBLISHED = Published(
    source="Davison et al. 2018, IEEE TAC 9 (release 2); See et al. 2019, FG (three classes)",
    counts={
        ALL: {
            **{"angry": 57, "contempt": 12, "disgust": 9, "fear": 8},
            **{"happy": 26, "others": 26, "sad": 6, "surprise": 15},
            **{"negative": 92, "positive": 26},
        }
    },
    unit="sequences",
)

CLASSES = {
    "three": THREE,
    "five": ("angry", "contempt", "happy", "others", "surprise"),
    "all": ("angry", "contempt", "disgust", "fear", "happy", "others", "sad", "surprise"),
}
ALL_CLASSES = "classes=all"
_CLIP = re.compile(r"0*(?P<subject>\d+)_\d+_\d+")


@dataclass(frozen=True)
class Options:
    """Which clips and which frames are read; see the module."""

    classes: str = "three"
    frames: str = ""
    gaps: str = "skip"

    def __post_init__(self) -> None:
        classes_named(NAME, self.classes, CLASSES)
        check_kind(NAME, self.frames)
        check_gaps(NAME, self.gaps)


def read(source: str) -> Index:
    """Read SAMM.

    Args:
        source: the root folder and options, such as ``"/data/SAMM,classes=five"``.

    Returns:
        Index of clips (`ferkeras.types.Clip`) with subjects; grey frames have three equal
        channels.

    Raises:
        DatasetError: no table with the columns or several; no frames, or both kinds and ``frames``
            is not given; two folders of one clip; no row that can be used; a file or a folder that
            cannot be read.
    """
    needs = "folders of frames such as 006/006_1_2"
    tree, options, rows = open_source(NAME, source, Options, needs)
    found = find_folders(tree, lambda path: any(_clips(tree, path)), depth=2)
    base, cropped = one_kind(tree, found, options.frames)
    return annotated_index(
        tree,
        rows,
        _name,
        by_key(tree, _clips(tree, base)),
        CLASSES[options.classes],
        fps=FPS,
        cropped=cropped,
        keep_gaps=options.gaps == "keep",
    )


def _clips(tree: Tree, folder: Path) -> Iterator[tuple[str, Path]]:
    for subject in tree.folders(folder):
        for clip in tree.folders(subject) if subject.name.isdecimal() else ():
            if _CLIP.fullmatch(clip.name):
                yield clip.name, clip


def _name(row: Row) -> Name:
    subject, clip = row.text("subject"), row.text("clip")
    if not subject:
        raise DatasetError("no subject; fill in the cell")
    if not subject.isdecimal():
        raise DatasetError(f"subject {subject!r} is not a number such as 006")
    match = _CLIP.fullmatch(clip)
    if not match:
        raise DatasetError(f"file name {clip!r} is not like 006_1_2")
    if int(match["subject"]) != int(subject):
        raise DatasetError(f"its subject is {subject}, its file name says {match['subject']}")
    return Name(f"{int(subject):03d}", f"{int(subject):03d}/{clip}", (clip,))
