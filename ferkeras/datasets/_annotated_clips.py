"""Clips that an annotation table names: each row with its folder of numbered frames.

A row whose content cannot be used is left out with a reason that names the file and the row as a
spreadsheet counts them; the table as a whole goes on.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ferkeras.datasets._annotation_table import Row
from ferkeras.datasets._corrections import corrections
from ferkeras.datasets._frame_folders import (
    TAKEN_WITH_GAPS,
    ClipFiles,
    clip_index,
    numbered_frames,
)
from ferkeras.datasets._micro_classes import class_of
from ferkeras.datasets.base import Index, Skipped
from ferkeras.datasets.tree import Tree
from ferkeras.errors import DatasetError
from ferkeras.types import Sample

COLUMNS = {
    "subject": ("Subject",),
    "clip": ("Filename",),
    "onset": ("OnsetFrame", "Onset", "OnsetF"),
    "apex": ("ApexFrame", "Apex", "ApexF"),
    "offset": ("OffsetFrame", "Offset", "OffsetF"),
    "emotion": ("Estimated Emotion", "Emotion"),
}
NEEDED = ("subject", "clip", "onset", "emotion")


@dataclass(frozen=True)
class Name:
    """How one row's clip is called.

    Attributes:
        subject: who is seen.
        item: the clip's name in the index.
        keys: where its folder is looked up, the first that is there counts.
    """

    subject: str
    item: str
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Course:
    """Frame numbers of one row; an apex or an offset that is not annotated is None."""

    onset: int
    apex: int | None
    offset: int | None


def annotated_index(
    tree: Tree,
    rows: Sequence[Row],
    name_of: Callable[[Row], Name],
    folders: Mapping[str, Path],
    classes: tuple[str, ...],
    *,
    fps: float,
    cropped: bool,
    keep_gaps: bool,
    whole_folders: bool = True,
) -> Index:
    """The index of all rows that can be used.

    Args:
        tree: the data set's folder.
        rows: with the columns `COLUMNS`.
        name_of: the row's clip; raises DatasetError where the row does not say.
        folders: key -> folder of frames.
        classes: class names; rows of other emotions are left out.
        fps: frames per second.
        cropped: the frames are face crops.
        keep_gaps: take clips some of whose frames are missing between onset and offset; they are
            noted all the same.
        whole_folders: a folder is one clip, so one without a row is noted as left out.

    Raises:
        DatasetError: no row can be used.
    """
    known = corrections(tree.name)
    clips: dict[str, tuple[Sample, ClipFiles]] = {}
    taken: dict[str, str] = {}
    used: set[Path] = set()
    last: tuple[Path | None, dict[int, str]] = (None, {})  # rows of one folder stand together
    skipped: list[Skipped] = []
    for row in rows:
        try:
            name = name_of(row)
            folder = next((folders[key] for key in name.keys if key in folders), None)
            if folder:
                used.add(folder)
            if name.item in taken:
                raise DatasetError(f"the same clip as {taken[name.item]}, which is taken")
            label = class_of(row.text("emotion"), classes)
            course = _course(row, known.get(name.item, {}))
            if folder is None:
                raise DatasetError("no folder of frames; is this part of the data set unpacked?")
            if folder != last[0]:
                last = (folder, numbered_frames(tree, folder))
            files, gap = _files(last[1], tree.item(folder), course, keep_gaps)
            sample = Sample(name.item, label, name.subject, name.item)
            clips[name.item] = (sample, files)
            taken[name.item] = row.name
            if gap:
                skipped.append(Skipped(row.name, f"{row.text('clip')}: {gap}; {TAKEN_WITH_GAPS}"))
        except DatasetError as problem:
            clip = row.text("clip")
            skipped.append(Skipped(row.name, f"{clip}: {problem}" if clip else str(problem)))
    if whole_folders:
        for folder in dict.fromkeys(folders.values()):
            if folder not in used:
                tree.skip(folder, "no row of the annotation table names it")
    return clip_index(
        tree, list(clips.values()), classes, fps=fps, cropped=cropped, skipped=skipped
    )


def check_gaps(reader: str, gaps: str) -> None:
    """Check option ``gaps``.

    Raises:
        DatasetError: neither skip nor keep.
    """
    if gaps not in ("skip", "keep"):
        raise DatasetError(f"{reader}: option gaps={gaps} is not skip or keep")


def _course(row: Row, correction: Mapping[str, str]) -> Course:
    try:
        return _checked(row)
    except DatasetError:
        if not correction:
            raise
        return _checked(dataclasses.replace(row, cells={**row.cells, **correction}))


def _checked(row: Row) -> Course:
    onset, apex, offset = (row.number(column) for column in ("onset", "apex", "offset"))
    if onset is None:
        raise DatasetError("no onset")
    if onset < 0:
        raise DatasetError(f"onset {onset} is below 0")
    if offset is not None and offset <= onset:
        raise DatasetError(f"offset {offset} is not after onset {onset}")
    if apex is not None and apex < 0:
        apex = None  # a number that no frame has stands for "not annotated"
    if apex is not None and not onset <= apex <= (apex if offset is None else offset):
        end = "" if offset is None else f"..{offset}"
        raise DatasetError(
            f"apex {apex} is outside onset to offset, {onset}{end}; mend the cell, or empty it to "
            "have the apex estimated"
        )
    return Course(onset, apex, offset)


def _files(
    numbered: Mapping[int, str], where: str, course: Course, keep_gaps: bool
) -> tuple[ClipFiles, str]:
    """The clip, and what is missing in it; the latter is empty where nothing is."""
    for what, number in (("onset", course.onset), ("apex", course.apex)):
        if number is not None and number not in numbered:
            raise DatasetError(f"its {what}, frame {number}, is not in {where}")
    last = max(numbered) if course.offset is None else course.offset
    inside = [number for number in numbered if course.onset <= number <= last]
    missing = last - course.onset + 1 - len(inside)
    gap = ""
    if missing:
        first = next(n for n in range(course.onset, last + 1) if n not in numbered)
        gap = (
            f"{missing} of its frames {course.onset}..{last} are not in {where}, the first is "
            f"{first}"
        )
    if gap and not keep_gaps:
        raise DatasetError(f"{gap}; take it as it is with ,gaps=keep")
    if len(inside) < 2:
        raise DatasetError(f"{len(inside)} frames in {where}, 2 are needed")
    files = ClipFiles(
        frames=tuple(numbered[number] for number in inside),
        onset=0,
        apex=None if course.apex is None else inside.index(course.apex),
        offset=None if course.offset is None else len(inside) - 1,
    )
    return files, gap
