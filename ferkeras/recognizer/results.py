"""What is recognised in a picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ferkeras.types import FloatArray


@dataclass(frozen=True)
class Recognition:
    """One face and its expression.

    Attributes:
        box: ``(x, y, width, height)`` in pixels of the picture.
        landmarks: ``(5, 2)`` points (see `ferkeras.types.LANDMARK_NAMES`), or None.
        label: the most probable class.
        probabilities: class -> probability, in the order of the model's output.
        score: the detector's confidence; 1 for a picture that was given as a crop.
        detector: its name; empty for a crop.
    """

    box: tuple[float, float, float, float]
    landmarks: FloatArray | None
    label: str
    probabilities: Mapping[str, float]
    score: float
    detector: str

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        points = None if self.landmarks is None else np.asarray(self.landmarks).tolist()
        plain = {"box": [float(value) for value in self.box], "landmarks": points}
        return {**vars(self), **plain, "probabilities": dict(self.probabilities)}


@dataclass(frozen=True)
class PictureResult:
    """What was recognised in one picture or one frame of a video.

    Attributes:
        source: the file's path, or ``"array"``.
        faces: one `Recognition` a face, best detector score first; empty where there is no face.
        frame: number of the frame in its video, from 0; None for a picture.
        seconds: time of that frame from the start of the video.
        error: why it could not be read; then there are no faces. Only with ``on_error="report"``.
    """

    source: str
    faces: tuple[Recognition, ...] = ()
    frame: int | None = None
    seconds: float | None = None
    error: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {**vars(self), "faces": [face.to_dict() for face in self.faces]}
