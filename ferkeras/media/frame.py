"""One frame of a video."""

from __future__ import annotations

from dataclasses import dataclass

from ferkeras.types import Picture


@dataclass(frozen=True)
class Frame:
    """One frame of a video.

    Attributes:
        number: position in the video, from 0, counting the frames that were passed over too.
        seconds: time from the start of the video.
        picture: uint8 ``(height, width, 3)``, RGB, upright by the video's rotation entry.
    """

    number: int
    seconds: float
    picture: Picture
