"""Moving pictures: a clip, and a ready-made picture of its motion."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ferkeras.errors import FerkerasError
from ferkeras.types.arrays import Picture


@dataclass(frozen=True)
class Clip:
    """Consecutive frames of one video, with the course of its expression where that is known.

    Attributes:
        frames: uint8 ``(frames, height, width, 3)``, RGB; or any sequence of such pictures, for
            instance one that reads a frame when it is asked for (`ferkeras.media.FrameFiles`).
        fps: frames per second; 0 where the file does not say.
        source: where it came from, for messages.
        onset, apex, offset: positions in ``frames``, from 0: the last frame before the movement,
            its strongest frame, and its end; None where nobody annotated them.
    """

    frames: NDArray[np.uint8] | Sequence[Picture]
    fps: float = 0.0
    source: str = ""
    onset: int | None = None
    apex: int | None = None
    offset: int | None = None

    def __post_init__(self) -> None:
        where, count = self.source or "clip", len(self.frames)
        if not count:
            raise FerkerasError(f"{where}: the clip has no frames")
        known = [(n, getattr(self, n)) for n in ("onset", "apex", "offset")]
        known = [(name, position) for name, position in known if position is not None]
        for name, position in known:
            if not 0 <= position < count:
                raise FerkerasError(
                    f"{where}: {name} {position} is outside the clip, whose frames are "
                    f"0..{count - 1}; mend the annotation, or leave it out to have it estimated"
                )
        for (first, earlier), (second, later) in itertools.pairwise(known):
            if earlier > later:
                raise FerkerasError(f"{where}: {first} {earlier} is after {second} {later}")


@dataclass(frozen=True)
class FlowImage:
    """A ready-made flow picture, as in the public data of STSTNet and HTNet.

    Attributes:
        pixels: uint8 ``(height, width, 3)``: u, v and optical strain, each scaled to 0..255.
        apex: the apex frame, uint8 RGB of any size that shows the same part, for landmarks; None
            where it is not there.
    """

    pixels: Picture
    apex: Picture | None = None
