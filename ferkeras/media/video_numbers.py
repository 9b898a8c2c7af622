"""Which number a decoded frame of a video has, where frames before it cannot be decoded."""

from __future__ import annotations

import os
import warnings

_SHOWN = 3  # holes that are told one by one
_BLIND = 250  # frames tried after a failure where the file does not announce how many it has
_MOST = 10_000  # and at most, where it does; at the end of a file a try takes 1 to 10 microseconds


class VideoNumbers:
    """Counts the frames of one video, also over holes.

    OpenCV's own count (CAP_PROP_POS_FRAMES) is of the frames it decoded, so after a hole it is too
    low. A frame's time stamp is right. So a hole is as long as the step in time over it; where
    times do not go up evenly, or the file has none, as long as the number of failed tries.

    Args:
        path: for messages.
        fps: frames per second; 0 where the file does not say.
        announced: how many frames the file says it has; 0 where it does not.
        fixed_rate: time stamps are frame numbers, as in an AVI file: a step in time is a hole even
            where no try failed (capture programs leave out frames that they were too late for), and
            the announced number is no estimate.

    Attributes:
        last: the number of the newest frame; -1 before the first.
        seconds: its time; where the file gives it none, a frame's time after the one before.
        decoded: how many frames there were, without those in holes.
    """

    def __init__(
        self, path: str | os.PathLike[str], fps: float, announced: int, *, fixed_rate: bool
    ) -> None:
        self.last, self.seconds, self.decoded = -1, 0.0, 0
        self._path, self._fps, self._announced = path, fps, max(announced, 0)
        self._fixed_rate = fixed_rate
        self._even = fps > 0
        self._failed = 0  # tries that belong to no hole yet: a decoder may give frames late
        self._in_a_row = 0
        self._holes = self._missing = 0

    def place(self, seconds: float) -> int:
        """The number of the frame that was decoded now, whose time stamp is ``seconds``.

        Warns:
            UserWarning: which frames before it are missing; for the first few holes.
        """
        if self.last < 0:
            hole = self._failed  # the first time stamp may be late without a hole: see B-frames
        else:
            if seconds <= self.seconds and self._fps:  # some files give their last frames none
                seconds = self.seconds + 1 / self._fps
            hole = self._hole((seconds - self.seconds) * self._fps)
        if hole:
            self._tell(self.last + 1, hole)
            self._failed = 0
        self._in_a_row, self.seconds = 0, seconds
        self.last += hole + 1
        self.decoded += 1
        return self.last

    def _hole(self, step: float) -> int:
        """Length of the hole before a frame that is ``step`` frames after the one before."""
        missing = round(step) - 1
        room = not self._announced or self.last + 1 + missing < self._announced
        if self._even and missing > 0 and room and (self._failed or self._fixed_rate):
            return missing
        self._even = self._even and (self._fixed_rate or 0.5 < step < 1.5)
        return 0 if self._even else self._failed

    def lose(self) -> None:
        """Note that the frame placed last gives no picture all the same.

        Warns:
            UserWarning: as for `place`.
        """
        self.decoded -= 1
        self._tell(self.last, 1)

    def fail(self) -> bool:
        """Note a frame that cannot be decoded, or the end; whether to try the next one."""
        self._failed += 1
        self._in_a_row += 1
        left = self._announced - self.last - 1 if self._announced else _BLIND
        return self._in_a_row <= min(left, _MOST)

    def close(self) -> None:
        """Say what is missing, once the end is reached.

        Warns:
            UserWarning: further holes; fewer frames than announced (where the announced number is
                an estimate: fewer than 95 %).
        """
        if self._holes > _SHOWN:
            warnings.warn(
                f"{self._path}: {self._missing} frames in all are empty or damaged, in "
                f"{self._holes} places",
                stacklevel=2,
            )
        read, announced = self.last + 1, self._announced
        if read < (announced if self._fixed_rate else 0.95 * announced - 1):
            warnings.warn(
                f"{self._path}: the video ends after {read} of {announced} announced frames; it "
                "may be cut off, or frames are missing in the middle: then those after them have "
                "numbers and times that are too low",
                stacklevel=2,
            )

    def _tell(self, first: int, count: int) -> None:
        self._holes += 1
        self._missing += count
        if self._holes <= _SHOWN:
            which, them = f"frame {first} is", "it"
            if count > 1:
                which, them = f"{count} frames, {first}..{first + count - 1}, are", "them"
            warnings.warn(
                f"{self._path}: {which} empty or damaged; later numbers leave a gap for {them}, "
                f"and in a clip the frame before stands in for {them}",
                stacklevel=3,
            )
