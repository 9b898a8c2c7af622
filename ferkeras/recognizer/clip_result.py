"""What is recognised in a clip."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from ferkeras.prepare import ClipMotion
from ferkeras.types import Picture

_FOR_PICTURES = ("analysis", "first_frame", "frame")


@dataclass(frozen=True)
class ClipResult:
    """One movement of one face and its expression.

    Attributes:
        source: the file's or folder's path; "array" where there is none.
        fps: frames per second; 0 where nobody says.
        frames: how many frames the clip has; of a stream, those of the window.
        onset, apex, offset: numbers of frames, from 0; offset is None where nobody annotated it
            and the apex was not looked for.
        spotted: the apex was found here, not annotated.
        onset_estimated: so was the onset.
        box: the face in the onset frame, ``(x, y, width, height)`` in pixels.
        faces_seen: how many faces were found; the one of highest score counts.
        label: the most probable class.
        probabilities: class -> probability, in the order of the model's output.
        motion: strength of the movement: the 95th percentile of the flow's magnitude in the face,
            in percent of the face's side (`ferkeras.recognizer.strength`).
        seconds: wall-clock time by stage: "read", "detect", "motion" (follow, spot, flow), "model";
            of a stream, of the window.
        notes: what a user should know, one line each.
        analysis: registered faces, flow, strain and curve, for pictures; its positions count from
            ``first_frame``.
        first_frame: number of the frame that the analysis calls 0; 0 but for streams.
        frame: the onset frame, for pictures; None for streams.
    """

    source: str
    fps: float
    frames: int
    onset: int
    apex: int
    offset: int | None
    spotted: bool
    onset_estimated: bool
    box: tuple[float, float, float, float]
    faces_seen: int
    label: str
    probabilities: Mapping[str, float]
    motion: float
    seconds: Mapping[str, float]
    notes: tuple[str, ...] = ()
    analysis: ClipMotion | None = field(default=None, repr=False, compare=False)
    first_frame: int = field(default=0, repr=False, compare=False)
    frame: Picture | None = field(default=None, repr=False, compare=False)

    @property
    def onset_seconds(self) -> float | None:
        """Time of the onset from the start; None where ``fps`` is not known."""
        return self._time(self.onset)

    @property
    def apex_seconds(self) -> float | None:
        """Time of the apex from the start; None where ``fps`` is not known."""
        return self._time(self.apex)

    @property
    def offset_seconds(self) -> float | None:
        """Time of the offset from the start; None where it or ``fps`` is not known."""
        return self._time(self.offset)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON, with times beside frame numbers; without what is for pictures."""
        names = (f.name for f in fields(self) if f.name not in _FOR_PICTURES)
        return {
            **{name: getattr(self, name) for name in names},
            "onset_seconds": self.onset_seconds,
            "apex_seconds": self.apex_seconds,
            "offset_seconds": self.offset_seconds,
            "box": [float(value) for value in self.box],
            "probabilities": dict(self.probabilities),
            "seconds": dict(self.seconds),
            "notes": list(self.notes),
        }

    def _time(self, frame: int | None) -> float | None:
        return frame / self.fps if frame is not None and self.fps else None
