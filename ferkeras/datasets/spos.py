"""SPOS: spontaneous and posed expressions of 7 people, before two cameras.

Pfister, Li, Zhao, Pietikäinen, "Differentiating Spontaneous from Posed Facial Expressions within a
Generic Facial Expression Recognition Framework", ICCV Workshops 2011: 147 spontaneous and 84 posed
clips at 25 frames per second, by a visible light (VIS) and a near infrared (NIR) camera.

The paper does not describe the folders, and no public reader was found, so they are recognised by
what their names say, in any order: every folder of picture files is a clip, and the names on the
way to it must hold the camera (VIS, NIR), the kind (posed, spontaneous), the person (s1, S01,
subject1) and, for ``classes=expression``, the expression. One that fits is
``VIS/S01/spontaneous/happiness_01/000.png``. Clips are whole, from onset to offset; the apex is not
annotated.

Options: ``camera=VIS`` (NIR; the index's ``split`` says which), ``classes=kind`` (posed and
spontaneous) or ``classes=expression`` (six), ``frames=raw`` or ``frames=cropped`` where a root
holds both.
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
    find_folders,
    one_kind,
    whole_clip,
)
from ferkeras.datasets._micro_classes import classes_named
from ferkeras.datasets.base import Index
from ferkeras.datasets.expressions import BASIC_SIX, expression_named
from ferkeras.datasets.options import parse_source
from ferkeras.datasets.published import Published
from ferkeras.datasets.tree import PICTURE_SUFFIXES, Tree
from ferkeras.errors import DatasetError
from ferkeras.types import Sample

NAME = "spos"
FPS = 25.0
CAMERAS = ("VIS", "NIR")
KINDS = ("posed", "spontaneous")
CLASSES = {"kind": KINDS, "expression": BASIC_SIX}
ALL_CLASSES = "classes=expression"

PUBLISHED = Published(
    source="Pfister et al. 2011, ICCV Workshops",
    counts={camera: {"posed": 84, "spontaneous": 147} for camera in CAMERAS},
    unit="sequences",
)

_DEPTH = 6
_SUBJECT = re.compile(r"(?:s|sub|subject|p|person)[ _-]?0*(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Options:
    """Which clips are read, and what their classes are; see the module."""

    camera: str = "VIS"
    classes: str = "kind"
    frames: str = ""

    def __post_init__(self) -> None:
        if self.camera not in CAMERAS:
            raise DatasetError(f"{NAME}: option camera={self.camera} is not {' or '.join(CAMERAS)}")
        classes_named(NAME, self.classes, CLASSES)
        check_kind(NAME, self.frames)


def read(source: str) -> Index:
    """Read SPOS.

    Args:
        source: the root folder and options, such as ``"/data/SPOS,camera=NIR"``.

    Returns:
        Index of clips (`ferkeras.types.Clip`) with subjects.

    Raises:
        DatasetError: no folder of the camera, or several; no clip whose folders say what it is; a
            folder that cannot be read.
    """
    root, options = parse_source(NAME, source, Options)
    tree = Tree(NAME, root, f"folder {options.camera} with clips such as S01/posed/happiness_01")
    found = find_folders(tree, lambda path: options.camera in _words(path.name.upper()), depth=3)
    camera, cropped = one_kind(tree, found, options.frames)
    clips = list(_clips(tree, camera, options))
    classes = CLASSES[options.classes]
    return clip_index(tree, clips, classes, fps=FPS, cropped=cropped)


def _clips(tree: Tree, camera: Path, options: Options) -> Iterator[tuple[Sample, ClipFiles]]:
    folders = tree.locate(lambda path: camera in path.parents and _has_frames(tree, path), _DEPTH)
    for folder in folders:
        parts = folder.relative_to(tree.root).parts
        words = [word for part in parts for word in _words(part.lower())]
        kind = next((word for word in words if word in KINDS), None)
        expression = next(filter(None, map(expression_named, words)), None)
        subject = next((match[1] for part in parts if (match := _SUBJECT.fullmatch(part))), None)
        label = kind if options.classes == "kind" else expression
        missing = {"person such as S01": subject, "kind, posed or spontaneous": kind}
        missing["expression" if options.classes == "expression" else "kind"] = label
        unknown = next((what for what, value in missing.items() if value is None), None)
        if unknown or label is None or subject is None:
            tree.skip(folder, f"no folder on the way to it names the {unknown}")
        elif label not in CLASSES[options.classes]:
            tree.skip(folder, f"{label} is not asked for")
        elif files := whole_clip(tree, folder):
            item = tree.item(folder)
            yield Sample(item, label, f"s{int(subject):02d}", item, split=options.camera), files


def _words(name: str) -> list[str]:
    return re.findall(r"[A-Za-z]+", name)


def _has_frames(tree: Tree, folder: Path) -> bool:
    return any(path.suffix.lower() in PICTURE_SUFFIXES for path in tree.files(folder))
