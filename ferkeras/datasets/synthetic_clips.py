"""Synthetic micro-expressions: seeded clips of people who do not exist, with exact ground truth.

    open_index("synthetic_clips:subjects=20,sequences=4,fps=200,size=224,classes=3,seed=0")

A clip shows fragments of an expression for 0.04-0.5 seconds, so faintly that most landmarks'
movements are below two pixels of a frame of 224 pixels, on a head that sways a little, under lamps
that flicker, through a sensor that makes noise. The people are those of ``synthetic`` with the
same seed. The clips serve tests, demonstrations and benchmarks; they are no evidence about real
people.

**Onset** is the last frame before the movement begins (intensity 0), **apex** the frame in which
it is strongest, **offset** the first frame in which the face is back at rest (intensity 0).
"""

from __future__ import annotations

from ferkeras.datasets._synthetic.action_units import NUMBERS
from ferkeras.datasets._synthetic.clip_reader import (
    CLASSES,
    ClipLoader,
    Options,
    check_take,
    samples_of,
)
from ferkeras.datasets._synthetic.made_clip import SyntheticClip, made_clip
from ferkeras.datasets._synthetic.take import NAME, Take
from ferkeras.datasets.base import Index
from ferkeras.datasets.options import parse_options
from ferkeras.errors import DatasetError

__all__ = ["ACTION_UNITS", "SyntheticClip", "read", "render_clip"]

ACTION_UNITS = NUMBERS
"""FACS numbers in the order of `SyntheticClip.action_units`."""


def render_clip(
    seed: int,
    subject: int,
    label: str,
    sequence: int = 0,
    *,
    classes: int = 3,
    fps: int = 200,
    size: int = 224,
    frames: int | None = None,
    still: bool = True,
    noise: float = 1.0,
    flicker: float = 1.0,
    sway: float = 1.0,
    strength: float = 1.0,
) -> SyntheticClip:
    """Make one clip; its frames are rendered when they are asked for.

    Equal arguments give equal bytes, whatever was rendered before and in whichever order; other
    versions of NumPy or OpenCV may round single pixels otherwise. The performance does not depend
    on ``fps``, ``size`` and what follows, but for rounding to whole frames.

    Args:
        seed: number of the world of people, 0 or above.
        subject: number of the person, 0 or above.
        label: a class: ``negative, positive, surprise``, or with ``classes=5`` ``disgust, happy,
            others, repression, surprise``.
        sequence: number of the clip: its own performance, course, light, pose and background.
        classes: 3 or 5.
        fps: frames per second, 20..1000.
        size: side of a frame in pixels, 64..1024.
        frames: length of the clip, more than fit into half a second; None: as it comes.
        still: frames before the onset and after the offset; False: from onset to offset.
        noise: factor of the sensor's noise, whose standard deviation is 0.8-2.2 grey levels.
        flicker: factor of the lamps' flicker, up to 2 % of the brightness.
        sway: factor of the head's movement.
        strength: factor of the expression; 0 gives a still face. All four factors: 0..5.

    Raises:
        DatasetError: an unknown class, or a number out of range.

    Example:
        >>> made = render_clip(seed=0, subject=3, label="positive")
        >>> made.clip.frames[made.clip.apex].shape
        (224, 224, 3)
    """
    if classes not in CLASSES:
        raise DatasetError(f"{NAME}: classes={classes}; give 3 or 5")
    if label not in CLASSES[classes]:
        known = ", ".join(CLASSES[classes])
        raise DatasetError(f"{NAME}: no class {label!r} among {classes}; known: {known}")
    if min(seed, subject, sequence) < 0:
        raise DatasetError(f"{NAME}: seed, subject and sequence must be 0 or above")
    factors = {"noise": noise, "flicker": flicker, "sway": sway, "strength": strength}
    for name, factor in factors.items():
        if not 0 <= factor <= 5:
            raise DatasetError(f"{NAME}: {name}={factor} is outside 0..5")
    take = Take(seed, subject, label, sequence, fps, size, frames, still, **factors)
    check_take(take)
    return made_clip(take)


def read(source: str) -> Index:
    """Index of synthetic clips, rendered frame by frame when asked for.

    Items are named ``s<subject>_<class>_<sequence>``, subjects ``s<subject>``; each clip is a
    sequence of its own.

    Args:
        source: options as ``name=value``, separated by commas; all may be left out.
            ``subjects`` (20) and ``sequences`` of each subject and class (1); or ``samples``: so
            many clips, shared out unevenly over subjects and classes, as in the public data
            (``subjects=68,samples=442``; see `_synthetic.spread`). ``fps`` (200), ``size`` in
            pixels (224), ``classes`` (3, or 5 as in CASME II), ``seed`` (0).
            ``annotated=yes``, ``onset`` (onset and offset only, as in SMIC) or ``no``.
            ``still=no``: clips reach from onset to offset only. ``datasets`` (1): 2 or 3 divide
            the subjects among pretended data sets ``synthetic_a`` (of ``fps`` frames/s),
            ``synthetic_b`` (half as many, noisier) and ``synthetic_c`` (less noise).

    Raises:
        DatasetError: an unknown or repeated option, or a value out of range.
    """
    options = parse_options(NAME, source, Options)
    return Index.from_samples(
        NAME, samples_of(options), CLASSES[options.classes], ClipLoader(options)
    )
