"""What was gone through in a long video."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any


@dataclass
class StreamSummary:
    """What has been gone through so far.

    Attributes:
        frames: that were read.
        repeated: frames of these for which the one before stands: those that a camera gave too
            late, or while this computer was busy, and those that cannot be decoded.
        fps: frames per second.
        without_face: frames in which no face was followed.
        detections: how often the face was found, at the start and anew after it was lost.
        windows: that were looked at.
        without_movement: windows whose movement stayed below the threshold.
        lost: windows whose movement is above it, but in which the face slips out of its frame.
        movements: results that were given.
        threshold: strength from which on a movement counts, at the last window, in percent of the
            face's side.
        seconds: wall-clock time by stage.
    """

    frames: int = 0
    repeated: int = 0
    fps: float = 0.0
    without_face: int = 0
    detections: int = 0
    windows: int = 0
    without_movement: int = 0
    lost: int = 0
    movements: int = 0
    threshold: float = 0.0
    seconds: dict[str, float] = dataclasses.field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return dataclasses.asdict(self)
