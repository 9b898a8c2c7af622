"""From which strength on a movement in a long video counts."""

from __future__ import annotations

from collections import deque

import numpy as np

from ferkeras.recognizer.strength import THRESHOLD

_WINDOWS = 60  # last ones that tell how much a face at rest seems to move: 15 s at a hop of 0.25 s
_FEWEST = 8  # windows before which nothing is known of that
_ABOVE = 2.0  # how many times that much a movement must have


class MovementThreshold:
    """A fixed threshold, or one that rises with the noise of the video.

    Noise and lossy compression look like movement: from 0.06 % of the face's side in good
    recordings to 0.4 % in small, strongly compressed faces. The lower quartile of what the last 60
    windows showed is taken for rest; twice that, and at least 0.2 %, is the threshold.

    Args:
        fixed: in percent of the face's side; None follows the video.
    """

    def __init__(self, fixed: float | None) -> None:
        self._fixed = fixed
        self._seen: deque[float] = deque(maxlen=_WINDOWS)

    @property
    def value(self) -> float:
        """In percent of the face's side."""
        if self._fixed is not None:
            return self._fixed
        if len(self._seen) < _FEWEST:
            return THRESHOLD
        return max(THRESHOLD, _ABOVE * float(np.quantile(self._seen, 0.25)))

    def note(self, movement: float) -> None:
        """Take what a window showed at the quick look."""
        self._seen.append(movement)

    def forget(self) -> None:
        """Another face, perhaps in another light."""
        self._seen.clear()
