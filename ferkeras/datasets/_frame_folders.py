"""Clips that lie as one folder of numbered picture files each."""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ferkeras.datasets.base import Index, Skipped
from ferkeras.datasets.tree import PICTURE_SUFFIXES, Tree, first_left_out
from ferkeras.errors import DatasetError
from ferkeras.media import FrameFiles
from ferkeras.media.file_numbers import uneven
from ferkeras.types import Clip, Sample

TAKEN_WITH_GAPS = "the clip is taken as it is, its later frames count as earlier"
_NUMBER = re.compile(r"(\d+)$")


@dataclass(frozen=True)
class ClipFiles:
    """The frames of one clip and its annotation.

    Attributes:
        frames: frame files below the root, in the order of time; at least two.
        onset, apex, offset: positions in ``frames``; None where they are not annotated.
    """

    frames: tuple[str, ...]
    onset: int | None = None
    apex: int | None = None
    offset: int | None = None


@dataclass(frozen=True)
class FrameFolders:
    """Loads clips; can be sent to other processes.

    Attributes:
        root: the data set's folder.
        clips: item -> its files.
        fps: frames per second of the recordings.
    """

    root: Path
    clips: Mapping[str, ClipFiles]
    fps: float

    def __call__(self, item: str) -> Clip:
        """The clip; a frame's file is read when the frame is asked for."""
        files = self.clips[item]
        return Clip(
            frames=FrameFiles(self.root / name for name in files.frames),
            fps=self.fps,
            source=str((self.root / files.frames[0]).parent),
            onset=files.onset,
            apex=files.apex,
            offset=files.offset,
        )


def numbered_frames(tree: Tree, folder: Path) -> dict[int, str]:
    """Number at the end of each frame file's name -> the file below the root, in order.

    What is no picture or has no number is noted in ``tree``.

    Raises:
        DatasetError: two files have one number.
    """
    # Not by Tree, which keeps its lists: a recording of CAS(ME)^3 has thousands of frames.
    try:
        names = sorted(os.listdir(folder))
    except OSError as error:
        raise DatasetError(
            f"{tree.name}: folder {folder} cannot be read ({error.strerror})"
        ) from error
    numbered: dict[int, str] = {}
    for name in names:
        stem, suffix = os.path.splitext(name)
        found = _NUMBER.search(stem)
        if suffix.lower() not in PICTURE_SUFFIXES or name.startswith("._"):
            tree.skip(folder / name, "not a picture file")
        elif not found:
            tree.skip(folder / name, "its name does not end in a frame's number")
        elif int(found[1]) in numbered:
            raise DatasetError(
                f"{tree.name}: {numbered[int(found[1])]} and {name} in {folder} are both frame "
                f"{int(found[1])}; take one of them away"
            )
        else:
            numbered[int(found[1])] = name
    below = tree.item(folder)
    return {number: f"{below}/{numbered[number]}" for number in sorted(numbered)}


def whole_clip(tree: Tree, folder: Path) -> ClipFiles | None:
    """All frames of a folder as one clip from onset to offset; below two it is noted as left out.

    Frames that are missing, because numbers do not go up evenly, are noted as left out too.

    Raises:
        DatasetError: two files have one number.
    """
    numbered = numbered_frames(tree, folder)
    frames = tuple(numbered.values())
    if len(frames) < 2:
        tree.skip(folder, f"a clip of {len(frames)} frames, 2 are needed")
        return None
    problem = uneven(numbered)
    if problem:
        tree.skip(folder / "missing frames", f"of its numbers {problem}; {TAKEN_WITH_GAPS}")
    return ClipFiles(frames, onset=0, offset=len(frames) - 1)


def find_folders(tree: Tree, accept: Callable[[Path], bool], depth: int) -> list[Path]:
    """Folders down to ``depth`` levels below the root that ``accept`` likes.

    Like `Tree.locate`, but what lies in an accepted folder is not looked at: there are the frames.
    """
    found, level = [], [tree.root]
    for remaining in range(depth, -1, -1):
        accepted = [folder for folder in level if accept(folder)]
        found += accepted
        rest = [folder for folder in level if folder not in accepted] if remaining else []
        level = [sub for folder in rest for sub in tree.folders(folder)]
    return found


def clip_index(
    tree: Tree,
    clips: Sequence[tuple[Sample, ClipFiles]],
    classes: Sequence[str],
    *,
    fps: float,
    cropped: bool,
    skipped: Sequence[Skipped] = (),
) -> Index:
    """The index of clips, with what was left out here (``skipped``) and in ``tree``.

    Raises:
        DatasetError: no clips; or two are one item.
    """
    files: dict[str, ClipFiles] = {}
    for sample, one in clips:
        if sample.item in files:
            first, second = files[sample.item].frames[0], one.frames[0]
            raise DatasetError(
                f"{tree.name}: {first} and {second} are both of clip {sample.item}; "
                "take one of the two folders away"
            )
        files[sample.item] = one
    if skipped and not files:
        raise DatasetError(f"{tree.name}: {tree.root} gives no samples{first_left_out(skipped)}")
    index = tree.index((sample for sample, _ in clips), classes, cropped=cropped)
    load = FrameFolders(tree.root, files, fps)
    return dataclasses.replace(index, load=load, skipped=(*skipped, *index.skipped))


def one_kind(
    tree: Tree, folders: Sequence[Path], wanted: str, more: Sequence[str] = ()
) -> tuple[Path, bool]:
    """The one folder of clips whose frames are of the wanted kind, and whether it is cropped.

    Args:
        tree: for messages.
        folders: that hold clips.
        wanted: ``"raw"``, ``"cropped"``, or ``""`` where only one kind is there.
        more: further ways to choose, for the message.

    Raises:
        DatasetError: none, or several.
    """
    kinds = {path: "cropped" if is_cropped(tree, path) else "raw" for path in folders}
    fitting = [path for path, kind in kinds.items() if wanted in ("", kind)]
    if not fitting:
        there = f"; its frames are {' and '.join(sorted(set(kinds.values())))}" if kinds else ""
        raise DatasetError(f"{tree.wrong_root()}{there}")
    if len(fitting) > 1:
        ways = ["add ,frames=raw or ,frames=cropped"] if len(set(kinds.values())) > 1 else []
        ways += [*more, "give a folder that holds one of them"]
        raise DatasetError(
            f"{tree.name}: {fitting[0]} and {fitting[1]} both fit; {', or '.join(ways)}"
        )
    return fitting[0], kinds[fitting[0]] == "cropped"


def is_cropped(tree: Tree, folder: Path) -> bool:
    """Whether frames are face crops: a folder's name says so, or files are named ``reg_*``.

    The root's own name counts only where no folder below it says crop or raw.
    """
    below = tree.item(folder).lower()
    if "crop" in below or "raw" in below:
        return "crop" in below
    first = _first_picture(tree, folder)
    return "crop" in tree.root.name.lower() or (first is not None and first.name.startswith("reg_"))


def check_kind(reader: str, frames: str) -> None:
    """Check option ``frames``.

    Raises:
        DatasetError: neither raw nor cropped.
    """
    if frames not in ("", "raw", "cropped"):
        raise DatasetError(f"{reader}: option frames={frames} is not raw or cropped")


def _first_picture(tree: Tree, folder: Path) -> Path | None:
    for path in tree.files(folder):
        if path.suffix.lower() in PICTURE_SUFFIXES:
            return path
    for below in tree.folders(folder):
        found = _first_picture(tree, below)
        if found:
            return found
    return None
