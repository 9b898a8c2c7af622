"""SMIC: spontaneous micro-expressions of 16 people, before up to three cameras.

Li, Pfister, Huang, Zhao, Pietikäinen, "A Spontaneous Micro-expression Database: Inducement,
collection and baseline", FG 2013. Camera HS (100 frames per second, 16 people), VIS (visible
light) and NIR (near infrared; both 25 frames per second, 8 of the people).

Whole frames ``SMIC_all_raw/HS/s1/micro/negative/s1_ne_01/image036237.bmp`` and the authors' face
crops ``SMIC_all_cropped/HS/s1/micro/negative/s1_ne_01/reg_image036237.bmp``; subjects are written
``s1`` or ``s01``. Classes are negative, positive (happiness) and surprise. Each clip reaches from
onset to offset; the apex is not annotated. ``non_micro`` holds clips without micro-expressions,
which are left out. Clips are named ``s01/s01_ne_01``, as in the list of MEGC 2019. Public readers
report that the authors' crops of HS lack clip s18_sur_03 and a few single frames.

Options: ``part=HS`` (VIS, NIR; the index's ``split`` says which), and ``frames=raw`` or
``frames=cropped`` where a root holds both kinds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ferkeras.datasets._frame_folders import (
    ClipFiles,
    check_kind,
    clip_index,
    one_kind,
    whole_clip,
)
from ferkeras.datasets.base import Index
from ferkeras.datasets.expressions import THREE
from ferkeras.datasets.options import parse_source
from ferkeras.datasets.published import Published
from ferkeras.datasets.tree import Tree
from ferkeras.errors import DatasetError
from ferkeras.types import Sample

NAME = "smic"

PUBLISHED = Published(
    source="Li et al. 2013, FG",
    counts={
        part: dict(zip(THREE, counts, strict=True))
        for part, counts in {"HS": (70, 51, 43), "VIS": (23, 28, 20), "NIR": (23, 28, 20)}.items()
    },
    unit="sequences",
)

_FPS = {"HS": 100.0, "VIS": 25.0, "NIR": 25.0}
_CODES = dict(zip(("ne", "po", "sur"), THREE, strict=True))
_SUBJECT = re.compile(r"s0*(\d+)", re.IGNORECASE)
_CLIP = re.compile(r"s0*(?P<subject>\d+)_(?P<code>ne|po|sur)_0*(?P<number>\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Options:
    """Which camera's clips are read, and which kind of frames; see the module."""

    part: str = "HS"
    frames: str = ""

    def __post_init__(self) -> None:
        if self.part not in _FPS:
            raise DatasetError(f"{NAME}: option part={self.part} is not {' or '.join(_FPS)}")
        check_kind(NAME, self.frames)


def read(source: str) -> Index:
    """Read SMIC.

    Args:
        source: the root folder and options, such as ``"/data/SMIC,part=VIS,frames=raw"``.

    Returns:
        Index of clips (`ferkeras.types.Clip`) with subjects; ``cropped`` where they are face crops.

    Raises:
        DatasetError: the part is not there, or both kinds of frames are and ``frames`` is not
            given; an unknown class folder; one clip twice; a folder that cannot be read.
    """
    root, options = parse_source(NAME, source, Options)
    tree = Tree(NAME, root, f"folder {options.part} with clips such as s1/micro/negative/s1_ne_01")
    parts = tree.locate(lambda path: path.name == options.part and _has_clips(tree, path), depth=3)
    part, cropped = one_kind(tree, parts, options.frames)
    clips = list(_clips(tree, part, options.part))
    return clip_index(tree, clips, THREE, fps=_FPS[options.part], cropped=cropped)


def _has_clips(tree: Tree, part: Path) -> bool:
    return any(subject / "micro" in tree.folders(subject) for subject in tree.folders(part))


def _clips(tree: Tree, part: Path, name: str) -> Iterator[tuple[Sample, ClipFiles]]:
    for subject in tree.folders(part):
        match = _SUBJECT.fullmatch(subject.name)
        if not match:
            tree.skip(subject, "not a subject's folder such as s1")
            continue
        for kind in tree.folders(subject):
            if kind.name != "micro":
                tree.skip(kind, "not the folder micro")
                continue
            for label, folder in _class_folders(tree, kind):
                for clip in tree.folders(folder):
                    item = _item(tree, clip, label, int(match[1]))
                    files = whole_clip(tree, clip) if item else None
                    if item and files:
                        yield Sample(item, label, item.partition("/")[0], item, split=name), files


def _class_folders(tree: Tree, folder: Path) -> Iterator[tuple[str, Path]]:
    for path in tree.folders(folder):
        if path.name.lower() not in THREE:
            raise DatasetError(
                f"{NAME}: folder {path} is not one of the classes {', '.join(THREE)}; "
                "rename or move it"
            )
        yield path.name.lower(), path


def _item(tree: Tree, clip: Path, label: str, subject: int) -> str | None:
    match = _CLIP.fullmatch(clip.name)
    if not match:
        tree.skip(clip, "its name is not like s1_ne_01")
        return None
    code, number = match["code"].lower(), int(match["number"])
    if _CODES[code] != label or int(match["subject"]) != subject:
        tree.skip(clip, f"its name says s{match['subject']}, {_CODES[code]}; its folders do not")
        return None
    return f"s{subject:02d}/s{subject:02d}_{code}_{number:02d}"
