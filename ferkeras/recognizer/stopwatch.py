"""Where the time of a recognition goes."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, overload

from ferkeras.detect import Detector
from ferkeras.types import Face, Picture


class Stopwatch:
    """Seconds of wall-clock time by stage; of stages in one another only the inner one counts."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._inner = [0.0]

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a block."""
        self._inner.append(0.0)
        start = time.perf_counter()
        try:
            yield
        finally:
            taken = time.perf_counter() - start
            own = taken - self._inner.pop()
            self._inner[-1] += taken
            self.seconds[name] = self.seconds.get(name, 0.0) + own

    def add(self, other: Stopwatch) -> None:
        """Add the seconds of another one."""
        for name, seconds in other.seconds.items():
            self.seconds[name] = self.seconds.get(name, 0.0) + seconds


class TimedFrames(Sequence[Picture]):
    """Frames whose reading is timed as the stage ``"read"``."""

    def __init__(self, frames: Any, watch: Stopwatch) -> None:
        self._frames, self._watch = frames, watch

    def __len__(self) -> int:
        return len(self._frames)

    @overload
    def __getitem__(self, at: int) -> Picture: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[Picture]: ...

    def __getitem__(self, at: int | slice) -> Picture | Sequence[Picture]:
        with self._watch.stage("read"):
            frames: Picture | Sequence[Picture] = self._frames[at]
        return frames


class TimedDetector:
    """A detector whose work is timed as the stage ``"detect"``."""

    def __init__(self, detector: Detector, watch: Stopwatch) -> None:
        self.name = detector.name
        self._detector, self._watch = detector, watch

    def detect(self, picture: Picture) -> list[Face]:
        """As the detector itself."""
        with self._watch.stage("detect"):
            return self._detector.detect(picture)
