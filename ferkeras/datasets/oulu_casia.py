"""Oulu-CASIA: 80 people posing six expressions before two cameras under three lights.

Zhao, Huang, Taini, Li, Pietikäinen, "Facial expression recognition from near-infrared videos",
Image and Vision Computing 29 (2011): 2880 sequences from neutral to the expression's peak.

Frames ``<camera>/<light>/P001/Anger/000.jpeg`` of 320x240 pixels; camera ``VL`` (visible light) or
``NI`` (near infrared), light ``Strong``, ``Weak`` or ``Dark``. The authors' face crops are in
``VL_Acropped`` and ``NI_Acropped`` with the same folders below. These may lie in folders of their
own, such as ``OriginalImg/VL`` and ``PreProcess_Img/VL_Acropped``.

The last three frames of each sequence under visible, strong light are taken by default: 480
sequences, 1440 pictures, as in the MFF-CNN paper (section 4.1). These frames are nearly alike, so a
random split puts near copies on both sides: split by ``subject``.

Options: ``camera=VL``, ``light=Strong``, ``frames=3``, and ``cropped=yes`` or ``no`` where a root
holds both kinds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ferkeras.datasets.base import Index
from ferkeras.datasets.expressions import BASIC_SIX
from ferkeras.datasets.options import parse_source
from ferkeras.datasets.published import ALL, Published
from ferkeras.datasets.tree import Tree
from ferkeras.errors import DatasetError
from ferkeras.types import Sample

NAME = "oulu_casia"

PUBLISHED = Published(
    # Each of 80 people poses each expression once for each camera and light.
    source="Zhao et al. 2011, Image and Vision Computing 29; one camera, one light",
    counts={ALL: dict.fromkeys(BASIC_SIX, 80)},
    unit="sequences",
)

_CAMERAS = ("VL", "NI")
_LIGHTS = ("Strong", "Weak", "Dark")
_SUBJECT = re.compile(r"P\d{3}")


@dataclass(frozen=True)
class Options:
    """Which recordings are read, and what is taken from each; see the module."""

    camera: str = "VL"
    light: str = "Strong"
    frames: int = 3
    cropped: str = ""

    def __post_init__(self) -> None:
        for name, known in (
            ("camera", _CAMERAS),
            ("light", _LIGHTS),
            ("cropped", ("", "yes", "no")),
        ):
            value = getattr(self, name)
            if value not in known:
                words = " or ".join(filter(None, known))
                raise DatasetError(f"{NAME}: option {name}={value} is not {words}")
        if self.frames < 1:
            raise DatasetError(f"{NAME}: option frames={self.frames} is not positive")


def read(source: str) -> Index:
    """Read Oulu-CASIA.

    Args:
        source: the root folder and options, such as ``"/data/Oulu,camera=NI,light=Weak"``.

    Returns:
        Index with subjects and sequences; face crops where they come from ``*_Acropped``.

    Raises:
        DatasetError: the camera and light are not there, or both kinds of pictures are and
            ``cropped`` is not given; an unknown class folder; a folder that cannot be read.
    """
    root, options = parse_source(NAME, source, Options)
    needs = f"{options.camera}/{options.light} or {options.camera}_Acropped/{options.light}"
    tree = Tree(NAME, root, f"{needs} with folders P001/Anger")
    names = {options.camera: "no", f"{options.camera}_Acropped": "yes"}
    found = {
        folder / options.light: names[folder.name]
        for folder in tree.locate(lambda path: path.name in names, depth=3)
        if folder / options.light in tree.folders(folder)
        and options.cropped in ("", names[folder.name])
    }
    if not found:
        raise tree.wrong_root()
    if len(found) > 1:
        first, second, *_ = found
        raise DatasetError(
            f"{NAME}: {first} and {second} both fit; add ,cropped=yes or ,cropped=no, "
            "or give a folder that holds one of them"
        )
    folder, cropped = found.popitem()
    return tree.index(_samples(tree, folder, options.frames), BASIC_SIX, cropped=cropped == "yes")


def _samples(tree: Tree, light: Path, count: int) -> Iterator[Sample]:
    for subject in tree.folders(light):
        if not _SUBJECT.fullmatch(subject.name):
            tree.skip(subject, "not a subject's folder such as P001")
            continue
        for label, folder in tree.class_folders(subject, BASIC_SIX):
            frames = [path for path in tree.pictures(folder) if _is_frame(tree, path)]
            if len(frames) < count:
                tree.skip(folder, f"a sequence of {len(frames)} frames, {count} are needed")
                continue
            frames.sort(key=lambda path: int(path.stem))
            for path in frames[-count:]:
                sequence = f"{subject.name}_{folder.name}"
                yield Sample(tree.item(path), label, subject.name, sequence)


def _is_frame(tree: Tree, path: Path) -> bool:
    if not path.stem.isdecimal():
        tree.skip(path, "its name is not a frame's number such as 000.jpeg")
    return path.stem.isdecimal()
