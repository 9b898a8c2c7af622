"""Several sightings of one movement, in windows that overlap, become one."""

from __future__ import annotations

from collections.abc import Iterator

from ferkeras.recognizer.clip_result import ClipResult
from ferkeras.recognizer.movement_gate import mean_face, movement

_MOST = 8  # sightings that are held back; a face that never rests would else fill the memory
_BACK = 0.5  # share of the movement that may be left at its end, if it is the way back to rest


class Merging:
    """Holds sightings back until no further one can overlap them, and gives the strongest.

    Attributes:
        held: sightings that may still overlap one to come.
    """

    def __init__(self) -> None:
        self.held: list[ClipResult] = []

    def add(self, seen: ClipResult) -> None:
        """Take a sighting; later ones are of later windows."""
        self.held.append(seen)

    def ready(self, begins: int | None) -> Iterator[ClipResult]:
        """Movements that are over, in order of time.

        Args:
            begins: number of the first frame of all windows to come; None: none will come.
        """
        over = begins is None or all(_end(one) <= begins for one in self.held)
        if over or len(self.held) >= _MOST:
            kept = strongest(self.held)
            self.held = [] if over else [one for one in kept if _end(one) > (begins or 0)]
            yield from kept[: len(kept) - len(self.held)]


def strongest(seen: list[ClipResult]) -> list[ClipResult]:
    """Of sightings that overlap in time the strongest, in order of time."""
    kept: list[ClipResult] = []
    for one in sorted(seen, key=lambda one: one.motion, reverse=True):
        if not any(one.onset < _end(other) and other.onset < _end(one) for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.onset)


def is_way_back(before: ClipResult, seen: ClipResult) -> bool:
    """Whether a sighting is only the return to rest from a movement that was seen before.

    A window that begins near the apex sees the way back, as strong as the movement itself, but with
    the signs turned round. It ends where the movement had begun: what lies between the onset of
    the one and the apex of the other is small.

    Args:
        before, seen: with their analysis, of the same face.
    """
    if before.analysis is None or seen.analysis is None or seen.apex <= before.apex:
        return False
    rest, start, end = (
        mean_face([face])
        for face in (before.analysis.onset_face, seen.analysis.onset_face, seen.analysis.apex_face)
    )
    return movement(rest, end, 0.0) < _BACK * movement(start, end, 0.0)


def _end(one: ClipResult) -> int:
    return one.apex if one.offset is None else one.offset
