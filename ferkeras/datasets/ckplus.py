"""CK+: the extended Cohn-Kanade set, posed sequences from neutral to the expression's peak.

Lucey et al., "The Extended Cohn-Kanade Dataset (CK+)", CVPR Workshops 2010: 593 sequences of 123
people, 327 of them with an expression label.

Two layouts are read:

* the original tree: ``cohn-kanade-images/S005/001/S005_001_00000011.png`` (whole frames) and
  ``Emotion/S005/001/S005_001_00000011_emotion.txt``, which holds one number: 1 anger, 2 contempt,
  3 disgust, 4 fear, 5 happy, 6 sadness, 7 surprise (0 neutral);
* the common copy in class folders: ``anger/S010_004_00000017.png``, face crops of 48x48 that
  someone cut from the last three frames. Subject and sequence come from the file's name.

The last three frames of each labelled sequence are taken, six basic expressions by default: 309
sequences, 927 pictures, as in the MFF-CNN paper (section 4.1) and many others. These frames are
nearly alike, so a random split puts near copies on both sides: split by ``subject``.

Options: ``frames=3`` (last frames of each sequence), ``contempt=no``, ``neutral=no`` (yes: the
first frame of each sequence as well, labelled neutral).

Known faults. 266 sequences carry no label; they are left out and counted. Frames have two sizes
(640x490 and 640x480), some are grey and some in colour.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ferkeras.datasets.base import Index
from ferkeras.datasets.expressions import EIGHT
from ferkeras.datasets.options import parse_source
from ferkeras.datasets.published import ALL, Published
from ferkeras.datasets.tree import Tree
from ferkeras.errors import DatasetError
from ferkeras.types import Sample

NAME = "ckplus"
NEEDS = "cohn-kanade-images/ and Emotion/ with folders S005/001, or class folders such as anger/"

PUBLISHED = Published(
    source="Lucey et al. 2010, CVPR Workshops",
    counts={
        ALL: {
            "angry": 45,
            "contempt": 18,
            "disgust": 59,
            "fear": 25,
            "happy": 69,
            "sad": 28,
            "surprise": 83,
        }
    },
    unit="sequences",
)

ALL_CLASSES = "contempt=yes"  # the neutral first frames have no class in any mapping

_CODES = ("neutral", "angry", "contempt", "disgust", "fear", "happy", "sad", "surprise")
_SUBJECT = re.compile(r"S\d{3}")
_FRAME = re.compile(r"(?P<sequence>(?P<subject>S\d{3})_\d{3})_(?P<number>\d+)")


@dataclass(frozen=True)
class Options:
    """What is taken from each sequence; see the module."""

    frames: int = 3
    contempt: bool = False
    neutral: bool = False

    def __post_init__(self) -> None:
        if self.frames < 1:
            raise DatasetError(f"{NAME}: option frames={self.frames} is not positive")

    @property
    def classes(self) -> tuple[str, ...]:
        """Class names in the order of their numbers."""
        left_out = {"contempt": not self.contempt, "neutral": not self.neutral}
        return tuple(name for name in EIGHT if not left_out.get(name))


def read(source: str) -> Index:
    """Read CK+ from its original tree or from class folders.

    Args:
        source: the root folder and options, such as ``"/data/CK+,frames=1,contempt=yes"``.

    Returns:
        Index with subjects and sequences; face crops where the root holds class folders.

    Raises:
        DatasetError: neither layout is there, an unknown class folder, a folder that cannot be
            read, or no sample.
    """
    root, options = parse_source(NAME, source, Options)
    tree = Tree(NAME, root, NEEDS)
    if tree.has_classes(root):
        samples = _from_class_folders(tree, options)
        return tree.index(samples, options.classes, cropped=True)
    images = _folder(tree, "cohn-kanade-images")
    labels = _folder(tree, "Emotion")
    return tree.index(_from_original(tree, images, labels, options), options.classes, cropped=False)


def _folder(tree: Tree, name: str) -> Path:
    found = tree.locate(
        lambda path: path.name == name and any(map(_is_subject, tree.folders(path))), depth=2
    )
    if len(found) != 1:
        raise (
            tree.wrong_root()
            if not found
            else DatasetError(f"{NAME}: {tree.root} holds {name}/ twice: {found[0]} and {found[1]}")
        )
    return found[0]


def _is_subject(path: Path) -> bool:
    return _SUBJECT.fullmatch(path.name) is not None


def _from_original(tree: Tree, images: Path, labels: Path, options: Options) -> Iterator[Sample]:
    label_files = _label_files(tree, labels)
    for subject in tree.folders(images):
        for folder in tree.folders(subject):
            label = _label(tree, folder, label_files.pop(f"{subject.name}_{folder.name}", []))
            if label is None:
                continue
            if label not in options.classes:
                tree.skip(folder, f"{label} is not asked for")
                continue
            frames = [path for path in tree.pictures(folder) if _frame(tree, path)]
            yield from _take(tree, folder, frames, label, options)
    for files in label_files.values():
        for path in files:
            tree.skip(path, "a label without pictures")


def _label_files(tree: Tree, labels: Path) -> dict[str, list[Path]]:
    return {
        f"{subject.name}_{folder.name}": [
            path for path in tree.files(folder) if path.name.endswith("_emotion.txt")
        ]
        for subject in tree.folders(labels)
        for folder in tree.folders(subject)
    }


def _label(tree: Tree, folder: Path, files: Sequence[Path]) -> str | None:
    if len(files) != 1:
        tree.skip(folder, "no emotion label" if not files else "several emotion labels")
        return None
    try:
        text = files[0].read_text(encoding="utf-8", errors="replace").strip()
    except OSError as error:
        raise DatasetError(f"{NAME}: {files[0]} cannot be read ({error.strerror})") from error
    try:
        code = float(text)
    except ValueError:
        code = -1.0
    if code not in range(len(_CODES)):
        tree.skip(folder, f"emotion label {text[:20]!r} is not one of 0..{len(_CODES) - 1}")
        return None
    return _CODES[int(code)]


def _frame(tree: Tree, path: Path) -> re.Match[str] | None:
    match = _FRAME.fullmatch(path.stem)
    if match is None:
        tree.skip(path, "its name is not like S010_004_00000017.png")
    return match


def _from_class_folders(tree: Tree, options: Options) -> Iterator[Sample]:
    folders = tree.class_folders(tree.root, EIGHT)
    if options.neutral and "neutral" not in dict(folders):
        raise DatasetError(
            f"{NAME}: neutral=yes needs the original tree; {tree.root} holds class folders "
            "without the sequences' first frames"
        )
    for label, folder in folders:
        if label not in options.classes:
            tree.skip(folder, f"{label} is not asked for ({len(tree.pictures(folder))} pictures)")
            continue
        sequences: dict[str, list[Path]] = defaultdict(list)
        for path in tree.pictures(folder):
            match = _frame(tree, path)
            if match:
                sequences[match["sequence"]].append(path)
        for name, frames in sequences.items():
            if label == "neutral":
                yield from (_sample(tree, path, label) for path in frames)
            else:
                peaks_only = Options(options.frames)
                yield from _take(tree, folder / name, frames, label, peaks_only)


def _take(
    tree: Tree, folder: Path, frames: Sequence[Path], label: str, options: Options
) -> Iterator[Sample]:
    needed = options.frames + options.neutral
    if len(frames) < needed:
        tree.skip(folder, f"a sequence of {len(frames)} frames, {needed} are needed")
        return
    ordered = sorted(frames, key=lambda path: int(path.stem.rpartition("_")[2]))
    if options.neutral:
        yield _sample(tree, ordered[0], "neutral")
    yield from (_sample(tree, path, label) for path in ordered[-options.frames :])


def _sample(tree: Tree, path: Path, label: str) -> Sample:
    match = _FRAME.fullmatch(path.stem)
    assert match is not None
    return Sample(tree.item(path), label, match["subject"], match["sequence"])
