"""CAS(ME)^3 part A: micro-expressions of 100 people at 30 frames per second, in colour.

Li, Dong, Lu, Wang, Yan, Ma, Liu, Huang, Fu, "CAS(ME)^3: A Third Generation Facial Spontaneous
Micro-Expression Database with Depth Information and High Ecological Validity", IEEE TPAMI 45
(2023): 943 micro-expressions in part A, 1280x720 pixels. The depth pictures are not read.

Two layouts, known from public readers of the release:

* the recordings: ``part_A/data/part_A/spNO.1/a/color/355.jpg``; the folder above the people may
  have another name (``part_A_cropped`` holds face crops);
* the cut clips: ``Part_A_ME_clip/frame/spNO.1_a_355/355.jpg``, where 355 is the clip's onset.

The table is ``annotation/cas(me)3_part_A_ME_label_JpgIndex_v2.xlsx`` with the columns Subject,
Filename (a..m, also in capitals), Onset, Apex, Offset and emotion, found by its columns; its
numbers are those of the files' names. Version 2 of the table has 860 rows. A table that holds
macro-expressions too, with a column "Expression type", gives its micro-expressions. One recording
holds several clips, so they are named ``spNO.1/a_355``, with the onset. Frames were dropped while
recording: those clips are left out and counted, or taken with ``gaps=keep``.

Options: ``classes=three`` (by the mapping of MEGC 2019; ``four``: and others; ``seven``: all
emotions); ``frames=raw`` or ``frames=cropped`` where a root holds both; ``layout=clips`` or
``layout=recordings`` likewise; ``table=<file>`` where several fit; ``gaps=keep``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ferkeras.datasets._annotated_clips import COLUMNS, Name, annotated_index, check_gaps
from ferkeras.datasets._annotated_source import by_key, open_source
from ferkeras.datasets._annotation_table import Row
from ferkeras.datasets._frame_folders import check_kind, find_folders, one_kind
from ferkeras.datasets._micro_classes import FOUR, classes_named
from ferkeras.datasets.base import Index
from ferkeras.datasets.expressions import THREE
from ferkeras.datasets.published import ALL, Published
from ferkeras.datasets.tree import Tree
from ferkeras.errors import DatasetError

NAME = "casme3"
FPS = 30.0

PUBLISHED = Published(
    source="Li et al. 2023, TPAMI 45 (part A); three classes: Wang et al. 2024, HTNet, table 1",
    counts={
        ALL: {
            **{"angry": 70, "disgust": 281, "fear": 93, "happy": 64},
            **{"others": 170, "sad": 64, "surprise": 201},
            **{"negative": 508, "positive": 64},
        }
    },
    unit="sequences",
)

CLASSES = {
    "three": THREE,
    "four": FOUR,
    "seven": ("angry", "disgust", "fear", "happy", "others", "sad", "surprise"),
}
ALL_CLASSES = "classes=seven"
_SUBJECT = re.compile(r"spno\.?0*(\d+)", re.IGNORECASE)
_CLIP = re.compile(r"spno\.?0*(?P<subject>\d+)_(?P<code>[a-z]+)_0*(?P<onset>\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Options:
    """Which clips and which frames are read; see the module."""

    classes: str = "three"
    frames: str = ""
    layout: str = ""
    gaps: str = "skip"

    def __post_init__(self) -> None:
        classes_named(NAME, self.classes, CLASSES)
        check_kind(NAME, self.frames)
        check_gaps(NAME, self.gaps)
        if self.layout not in ("", "clips", "recordings"):
            raise DatasetError(f"{NAME}: option layout={self.layout} is not clips or recordings")


def read(source: str) -> Index:
    """Read part A of CAS(ME)^3.

    Args:
        source: the root folder and options, such as ``"/data/CASME3/part_A,classes=seven"``.

    Returns:
        Index of clips (`ferkeras.types.Clip`) with subjects.

    Raises:
        DatasetError: no table with the columns or several; no frames, or two folders of them and
            no option says which; two folders of one clip; no row that can be used; a file or a
            folder that cannot be read.
    """
    needs = "folders of frames such as spNO.1/a/color or spNO.1_a_355"
    columns = {**COLUMNS, "type": ("Expression type",)}
    tree, options, rows = open_source(NAME, source, Options, needs, columns)
    rows = [row for row in rows if "macro" not in row.text("type").lower()]
    kinds = {
        "clips": find_folders(tree, lambda path: any(_clips(tree, path)), depth=4),
        "recordings": find_folders(tree, lambda path: any(_recordings(tree, path)), depth=4),
    }
    found = [path for kind, at in kinds.items() if options.layout in ("", kind) for path in at]
    base, cropped = one_kind(
        tree, found, options.frames, ["add ,layout=clips or ,layout=recordings"]
    )
    return annotated_index(
        tree,
        rows,
        _name,
        by_key(tree, [*_recordings(tree, base), *_clips(tree, base)]),
        CLASSES[options.classes],
        fps=FPS,
        cropped=cropped,
        keep_gaps=options.gaps == "keep",
        whole_folders=any(_clips(tree, base)),
    )


def _clips(tree: Tree, folder: Path) -> Iterator[tuple[str, Path]]:
    for path in tree.folders(folder) if folder.name.lower() != "depth" else ():
        match = _CLIP.fullmatch(path.name)
        if match:
            yield f"{match['subject']}/{match['code'].lower()}_{match['onset']}", path


def _recordings(tree: Tree, folder: Path) -> Iterator[tuple[str, Path]]:
    for subject in tree.folders(folder):
        match = _SUBJECT.fullmatch(subject.name)
        for code in tree.folders(subject) if match else ():
            color = code / "color"
            if match and color in tree.folders(code):
                yield f"{match[1]}/{code.name.lower()}", color


def _name(row: Row) -> Name:
    subject, code, onset = row.text("subject"), row.text("clip").lower(), row.number("onset")
    if not subject:
        raise DatasetError("no subject; fill in the cell")
    match = _SUBJECT.fullmatch(subject)
    if not match:
        raise DatasetError(f"subject {subject!r} is not like spNO.1")
    if not code:
        raise DatasetError("no file name")
    if onset is None:
        raise DatasetError("no onset")
    key, name = f"{match[1]}/{code}", f"spNO.{match[1]}"
    return Name(name, f"{name}/{code}_{onset}", (f"{key}_{onset}", key))
