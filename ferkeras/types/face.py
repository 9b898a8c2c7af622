"""A face that was found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ferkeras.errors import FerkerasError
from ferkeras.types.arrays import FloatArray

LANDMARK_NAMES = ("left_eye", "right_eye", "nose", "left_mouth", "right_mouth")


@dataclass(frozen=True)
class Face:
    """One face found in a picture.

    Attributes:
        box: ``(x, y, width, height)`` in pixels of the picture; may reach over its border.
            Detectors of ferkeras give squares of one framing (see `ferkeras.detect.Detector`).
        score: the detector's confidence. MTCNN: a probability in 0..1; Viola-Jones: the
            cascade's level weight, without an upper bound. Comparable within one detector only.
        landmarks: ``(5, 2)`` float32 points in the order of `LANDMARK_NAMES`, or None where the
            detector gives none.
        detector: name of the detector that found it.
    """

    box: tuple[float, float, float, float]
    score: float = 1.0
    landmarks: FloatArray | None = None
    detector: str = ""

    def __post_init__(self) -> None:
        x, y, width, height = self.box
        if not (np.isfinite([x, y, width, height]).all() and width > 0 and height > 0):
            raise FerkerasError(
                f"face box {self.box} is not (x, y, width, height) with positive sides"
            )
        if self.landmarks is not None and np.shape(self.landmarks) != (5, 2):
            raise FerkerasError(
                f"face landmarks have shape {np.shape(self.landmarks)}, "
                "expected (5, 2): eyes, nose, mouth corners as (x, y)"
            )
