"""Synthetic faces: seeded pictures of people who do not exist, with exact ground truth.

    open_index("synthetic:subjects=20,sequences=1,frames=3,size=128,seed=0,classes=7")

Like CK+'s last frames, each recording gives a few nearly equal pictures. Folds that do not keep
subjects or recordings together therefore leak, and score higher than subject-independent folds.
The faces serve tests, demonstrations and benchmarks; they are no evidence about real people.

Expressions are combinations of facial action units (Ekman, Friesen, Hager: Facial Action Coding
System, 2002; EMFACS), each with a random intensity and a strength of the person's own.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ferkeras.datasets._synthetic.action_units import EXPRESSIONS, NUMBERS
from ferkeras.datasets.base import Index
from ferkeras.errors import DatasetError
from ferkeras.types import FloatArray, Picture, Sample

ACTION_UNITS = NUMBERS
"""FACS numbers in the order of `SyntheticFace.action_units`."""

_SIZES = (32, 1024)
_ITEM = re.compile(r"s(\d+)_([a-z]+)_(\d+)_(\d+)")


@dataclass(frozen=True)
class SyntheticFace:
    """One rendered face and its ground truth.

    Attributes:
        picture: uint8 ``(size, size, 3)`` RGB, the whole picture; the head fills about half of it.
        label: expression, one of ``angry, disgust, fear, happy, neutral, sad, surprise``.
        subject: the person's number; sequence, frame: the recording's and the picture's in it.
        landmarks: float32 ``(68, 2)`` points (x, y) in pixels, iBUG order: 0-16 jaw, 17-26
            brows, 27-35 nose, 36-47 eyes, 48-67 mouth. "Left" is the picture's left.
        action_units: float32 ``(16,)`` intensities 0..1 ordered as `ACTION_UNITS`.
        pose: (yaw, pitch, roll) in degrees, each within -10..10. Positive: towards the picture's
            right, downwards, clockwise.
    """

    picture: Picture
    label: str
    subject: int
    sequence: int
    frame: int
    landmarks: FloatArray
    action_units: FloatArray
    pose: tuple[float, float, float]


@dataclass(frozen=True)
class _Options:
    """Options of the reader, as in ``subjects=20,frames=3``."""

    subjects: int = 20
    sequences: int = 1
    frames: int = 3
    size: int = 128
    seed: int = 0
    classes: int = 7

    @classmethod
    def parse(cls, source: str) -> _Options:
        known = [field.name for field in dataclasses.fields(cls)]
        values: dict[str, int] = {}
        for part in filter(None, (part.strip() for part in source.split(","))):
            name, _, text = (piece.strip() for piece in part.partition("="))
            if name not in known:
                raise DatasetError(f"synthetic: no option {name!r}; known: {', '.join(known)}")
            if name in values:
                raise DatasetError(f"synthetic: option {name!r} is given twice")
            if not (text.isascii() and text.isdigit()):
                raise DatasetError(
                    f"synthetic: {name}={text!r} is not a whole number of 0 or above"
                )
            values[name] = int(text)
        options = cls(**values)
        for name in ("subjects", "sequences", "frames"):
            if getattr(options, name) < 1:
                raise DatasetError(f"synthetic: {name}=0 gives no pictures; give 1 or more")
        if options.classes not in (6, 7):
            raise DatasetError(
                f"synthetic: classes={options.classes}; give 7, or 6 to leave out neutral"
            )
        _check_size(options.size)
        return options


def _check_size(size: int) -> None:
    if not _SIZES[0] <= size <= _SIZES[1]:
        raise DatasetError(f"synthetic: size={size} is outside {_SIZES[0]}..{_SIZES[1]} pixels")


def render(
    seed: int, subject: int, label: str, sequence: int = 0, frame: int = 0, size: int = 128
) -> SyntheticFace:
    """Render one face.

    Equal arguments give equal bytes, whatever was rendered or drawn at random before; other
    versions of NumPy or OpenCV may round single pixels otherwise.

    Args:
        seed: number of the world of people, 0 or above.
        subject: number of the person, 0 or above.
        label: expression, one of ``angry, disgust, fear, happy, neutral, sad, surprise``.
        sequence: number of the recording: its own performance, light, pose and background.
        frame: number of the picture in it, near the apex: a little movement and fresh noise.
        size: side of the picture in pixels, 32..1024.

    Raises:
        DatasetError: an unknown expression, a negative number, or a size out of range.

    Example:
        >>> face = render(seed=0, subject=3, label="happy", size=128)
        >>> face.picture.shape, face.landmarks.shape
        ((128, 128, 3), (68, 2))
    """
    from ferkeras.datasets._synthetic.recording import sample_shot
    from ferkeras.datasets._synthetic.renderer import person, render_shot

    if label not in EXPRESSIONS:
        raise DatasetError(f"synthetic: no expression {label!r}; known: {', '.join(EXPRESSIONS)}")
    if min(seed, subject, sequence, frame) < 0:
        raise DatasetError("synthetic: seed, subject, sequence and frame must be 0 or above")
    _check_size(size)
    identity, texture = person(seed, subject)
    shot = sample_shot(seed, subject, label, sequence, frame)
    picture, landmarks = render_shot(identity, texture, shot, size)
    units: NDArray[np.float32] = shot.action_units.astype(np.float32)
    pose = (shot.pose.yaw, shot.pose.pitch, shot.pose.roll)
    return SyntheticFace(picture, label, subject, sequence, frame, landmarks, units, pose)


def _load(item: str, options: _Options) -> Picture:
    match = _ITEM.fullmatch(item)
    if match is None:
        raise DatasetError(f"synthetic: item {item!r} is not like 's003_happy_00_01'")
    subject, label, sequence, frame = match.groups()
    return render(
        options.seed, int(subject), label, int(sequence), int(frame), options.size
    ).picture


def read(source: str) -> Index:
    """Index of synthetic faces, rendered when loaded.

    Items are named ``s<subject>_<expression>_<sequence>_<frame>``, subjects ``s<subject>``,
    sequences ``s<subject>_<expression>_<sequence>``. There is no split.

    Args:
        source: options as ``name=number``, separated by commas; all may be left out.
            ``subjects`` (20), ``sequences`` of each subject and expression (1), ``frames`` of
            each sequence (3), ``size`` in pixels (128), ``seed`` (0), ``classes`` (7, or 6
            without neutral).

    Raises:
        DatasetError: an unknown or repeated option, or a value out of range.
    """
    options = _Options.parse(source)
    classes = tuple(name for name in EXPRESSIONS if options.classes == 7 or name != "neutral")
    samples = [
        Sample(f"{recording}_{frame:02d}", label, f"s{subject:03d}", recording)
        for subject in range(options.subjects)
        for label in classes
        for sequence in range(options.sequences)
        for recording in [f"s{subject:03d}_{label}_{sequence:02d}"]
        for frame in range(options.frames)
    ]
    return Index.from_samples("synthetic", samples, classes, lambda item: _load(item, options))
