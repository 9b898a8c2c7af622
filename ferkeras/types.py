"""The values that travel between the folders: plain NumPy, no TensorFlow.

Conventions that hold everywhere in ferkeras:

* A **picture** is ``uint8`` of shape ``(height, width, 3)``, colour order **RGB**, values 0..255,
  already turned upright by its EXIF orientation. `ferkeras.media.as_picture` makes one from
  anything else; no other code converts colours or ranges of user input.
* A **point** is ``(x, y)`` in pixels, x to the right, y down, the centre of the top left pixel
  at (0, 0). A **box** is ``(x, y, width, height)``.
* "Left" means on the left of the picture (the subject's right), as detectors give it.
* A **model input** is ``float32`` of shape ``(height, width, channels)``, values 0..255; scaling
  and normalising are layers inside the model, so that an exported file needs none of it.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ferkeras.errors import FerkerasError

Picture = NDArray[np.uint8]
FloatArray = NDArray[np.float32]

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


@dataclass(frozen=True)
class Clip:
    """Consecutive frames of one video.

    Attributes:
        frames: uint8 ``(frames, height, width, 3)``, RGB.
        fps: frames per second; 0 where the file does not say.
        source: where it came from, for messages.
    """

    frames: NDArray[np.uint8]
    fps: float = 0.0
    source: str = ""


@dataclass(frozen=True)
class Sample:
    """One row of a data set's index.

    Attributes:
        item: what the reader's ``load`` turns into a picture; unique within the data set
            (a path below the root, or a row's name).
        label: class name, one of the index's ``classes``.
        subject: who is seen; None where the data set does not say.
        sequence: the recording the picture was taken from; None where it does not say.
        split: the data set's own part ("train", "test", ...); None where it has none.
    """

    item: str
    label: str
    subject: str | None = None
    sequence: str | None = None
    split: str | None = None


@dataclass(frozen=True)
class InputSpec:
    """How a face becomes the array that a model takes; stored in every model's card.

    Attributes:
        kind: the file in ``ferkeras/prepare/`` that does it.
        height, width: size of the model's input in pixels.
        channels: 1 = grey (luma, ITU-R BT.601), 3 = RGB.
        detector: which detector finds the face in a whole picture.
        margin: how much is added to the detector's box on each side, as a share of its side.
            Negative values cut into it.
        align: turn and scale the face by its landmarks to a standard position first; needs a
            detector that gives landmarks.
        value_range: lowest and highest value of the array; always (0, 255) today.
    """

    kind: str = "face_crop"
    height: int = 60
    width: int = 60
    channels: int = 1
    detector: str = "viola_jones"
    margin: float = 0.0
    align: bool = False
    value_range: tuple[float, float] = (0.0, 255.0)

    def __post_init__(self) -> None:
        if self.channels not in (1, 3):
            raise FerkerasError(f"InputSpec.channels is {self.channels}, expected 1 or 3")
        if self.height < 1 or self.width < 1:
            raise FerkerasError(f"InputSpec size {self.height}x{self.width} is not positive")
        if self.margin <= -0.5:
            raise FerkerasError(f"InputSpec.margin is {self.margin}, expected above -0.5")
        object.__setattr__(self, "value_range", tuple(float(v) for v in self.value_range))

    @property
    def shape(self) -> tuple[int, int, int]:
        """``(height, width, channels)``."""
        return (self.height, self.width, self.channels)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, as written into card.json."""
        return {**dataclasses.asdict(self), "value_range": list(self.value_range)}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> InputSpec:
        """Inverse of `to_dict`; an unknown key is an error that names it."""
        known = {field.name for field in dataclasses.fields(cls)}
        unknown = sorted(set(values) - known)
        if unknown:
            raise FerkerasError(f"InputSpec has no field {unknown[0]!r}; known: {sorted(known)}")
        return cls(**values)
