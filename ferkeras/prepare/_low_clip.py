"""The registered faces of a clip at low resolution."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ferkeras.media import resample
from ferkeras.prepare._low_resolution import draw_of, enlarged, made_small, sharp_size
from ferkeras.prepare._restorer import FACTOR
from ferkeras.types import FloatArray, Picture, ResolutionSpec


class LowClip:
    """Makes the registered faces of one clip small and enlarges them again, all by one draw.

    They stay at the size to which they are enlarged, four times the small one, where that is less
    than they had: stretched beyond it they are so smooth that Farneback's method hardly sees them
    move. A restoration of ``"none"`` is ``"bicubic"`` here, as flow needs them larger in any case.
    Without a resolution the faces are left as they are.

    Args:
        low: the resolution, or None.
        first: a face of the clip, uint8 RGB, square; its pixels settle the draw.
    """

    def __init__(self, low: ResolutionSpec | None, first: Picture) -> None:
        self._low, self._side = low, first.shape[0]
        self._draw = 0 if low is None else draw_of(first, low)

    def restored(self, face: Picture) -> Picture:
        """A face of the size of the first as flow is to see it: uint8 RGB, square.

        Raises:
            ModelFileError, FaceError: see `ferkeras.prepare._restorer.enlarged_by`.
        """
        return face if self._low is None else self._seen(face, self._low, self._low.restore)

    def searched(self, faces: Sequence[Picture]) -> Sequence[Picture]:
        """Faces in which an apex is looked for: as small, but enlarged by bicubic alone.

        A restorer takes long for all frames of a clip, of which two are used in the end.
        """
        if self._low is None:
            return faces
        return [self._seen(face, self._low, "bicubic") for face in faces]

    def places(self, points: FloatArray) -> FloatArray:
        """Points ``(n, 2)`` of the faces in pixels of the restored ones."""
        if self._low is None or FACTOR * self._low.side >= self._side:
            return points
        factor = np.float32(FACTOR * self._low.side / self._side)
        return np.asarray((points + np.float32(0.5)) * factor - np.float32(0.5), np.float32)

    def _seen(self, face: Picture, low: ResolutionSpec, restore: str) -> Picture:
        small = made_small(face, sharp_size(low, *face.shape[:2]), low, self._draw)
        large = enlarged(small, "bicubic" if restore == "none" else restore)
        if large.shape[0] > self._side:
            large = np.asarray(resample(large, self._side, self._side), np.uint8)
        return large
