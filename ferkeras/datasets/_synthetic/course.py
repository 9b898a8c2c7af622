"""The course of a micro-expression: onset, apex, offset, and how strong it is in each frame.

A micro-expression lasts 1/25 to 1/2 second (Yan, Wu, Liang, Chen, Fu, "How Fast are the Leaked
Facial Expressions: The Duration of Micro-Expressions", Journal of Nonverbal Behavior 37, 2013).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SHORTEST, LONGEST = 0.04, 0.5
"""Seconds from onset to offset."""


@dataclass(frozen=True)
class Course:
    """When what happens.

    Attributes:
        onset: the last frame before the movement begins; intensity 0.
        apex: the frame of the strongest intensity.
        offset: the first frame in which the face is back at rest; intensity 0.
        intensities: ``(frames,)`` 0..1, the share of the performance that is shown; the peak may
            fall between two frames.
    """

    onset: int
    apex: int
    offset: int
    intensities: NDArray[np.float64]


def longest_movement(fps: int) -> int:
    """Frames from onset to offset of the longest movement at this frame rate."""
    return max(2, math.floor(LONGEST * fps + 1e-9))


def sample_course(
    fps: int, random: np.random.Generator, *, frames: int | None = None, still: bool = True
) -> Course:
    """The course of one clip: a smooth, lopsided rise and fall between still frames.

    With t from 0 at the onset to 1 at the offset and the peak at p, the intensity is
    ``(1/2 - 1/2 cos(pi t / p))^a`` before the peak and ``(1/2 + 1/2 cos(pi (t - p) / (1 - p)))^b``
    after it. Its seconds do not depend on ``fps`` but for rounding to whole frames.

    Args:
        fps: frames per second.
        random: where the course comes from; always drawn from alike.
        frames: frames of the whole clip, above `longest_movement`; None: 0.08-0.3 s are added
            before the onset and after the offset.
        still: whether there are frames before the onset and after the offset.
    """
    seconds = SHORTEST + (LONGEST - SHORTEST) * random.beta(2.0, 2.2)
    peak = random.uniform(0.28, 0.62)
    rise, fall = random.uniform(0.8, 1.5, 2)
    early, late = random.uniform(0.08, 0.3, 2)
    place = random.random()

    fewest = max(2, math.ceil(SHORTEST * fps - 1e-9))
    moving = min(max(round(seconds * fps), fewest), longest_movement(fps))
    before, after = (max(1, round(part * fps)) if still else 0 for part in (early, late))
    if frames is not None:
        before = round(place * (frames - moving - 1))
        after = frames - moving - 1 - before
    t = (np.arange(before + moving + 1 + after) - before) / moving
    up = (0.5 - 0.5 * np.cos(np.pi * t / peak)) ** rise
    down = (0.5 + 0.5 * np.cos(np.pi * (t - peak) / (1 - peak))) ** fall
    intensities = np.where(t < peak, up, down) * ((t > 0) & (t < 1))
    return Course(before, int(intensities.argmax()), before + moving, intensities)
