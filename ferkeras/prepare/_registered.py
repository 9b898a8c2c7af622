"""Frames of a clip seen through a window that moves with the face."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ferkeras.detect.align import TEMPLATE
from ferkeras.detect.registered_crop import warp_window
from ferkeras.detect.similarity import Matrix, after, inverse, moved, similarity
from ferkeras.detect.track import FaceTracker, Followed
from ferkeras.errors import FaceError, MediaError
from ferkeras.media import as_picture
from ferkeras.types import Face, FloatArray, InputSpec, Picture


def face_window(face: Face, size: int, spec: InputSpec) -> Matrix:
    """The similarity ``(2, 3)`` from pixels of the picture to those of the face's window.

    The window is square: with ``spec.align`` the standard frame around the landmarks, else the
    longer side of the box; ``spec.margin`` widens both.

    Args:
        face: in pixels of the picture.
        size: side of the window in its own pixels.
        spec: ``align`` and ``margin`` are used.

    Raises:
        FaceError: ``align`` without landmarks.
    """
    if spec.align:
        if face.landmarks is None:
            raise FaceError("align needs landmarks; take a detector that gives them, such as mtcnn")
        side = size / (1 + 2 * spec.margin)
        return similarity(face.landmarks, TEMPLATE * side + (size - side) / 2 - 0.5)
    x, y, width, height = face.box
    side = max(width, height) * (1 + 2 * spec.margin)
    scale = size / side
    left, top = x + (width - side) / 2, y + (height - side) / 2
    # A point counts from the centre of a pixel, a box from its border: half a pixel apart.
    shift = np.array([0.5 - left, 0.5 - top]) * scale - 0.5
    return np.array([[scale, 0.0, shift[0]], [0.0, scale, shift[1]]])


class FaceFrames:
    """Registered faces of a clip, each ``face_size`` x ``face_size``, made when asked for.

    The face is followed from the frame in which it was found. A frame that lies further on is
    tried at once; where the face has gone too far for that, the frames between are gone through.

    Args:
        frames: the clip's; only those that are asked for are read.
        start: the frame in which ``face`` was found.
        first: that frame.
        face: what is followed.
        spec: how the face is framed, see `face_window`.

    Attributes:
        landmarks: ``(5, 2)`` float32 in pixels of the registered faces; None where ``face`` has
            none.
        faces: where the face is, for each frame that was asked for, in pixels of that frame.
    """

    def __init__(
        self,
        frames: Sequence[Picture] | NDArray[np.uint8],
        start: int,
        first: Picture,
        face: Face,
        spec: InputSpec,
    ) -> None:
        assert spec.flow is not None
        self._frames, self._start, self._first = frames, start, first
        self._size = spec.flow.face_size
        self._window = face_window(face, self._size, spec)
        self._tracker: FaceTracker | None = None
        self.faces = {start: face}
        self.landmarks: FloatArray | None = None
        if face.landmarks is not None:
            self.landmarks = moved(face.landmarks, self._window).astype(np.float32)

    def __getitem__(self, at: int) -> Picture:
        """The face in frame ``at``: uint8 RGB.

        Raises:
            FaceError: the face is not there, or it is lost on the way to it.
            MediaError: a frame that cannot be read, or of another size than the first.
        """
        if at == self._start:
            return warp_window(self._first, self._window, self._size)
        picture = self._frame(at)
        found = self._follow(picture)
        if found.lost:
            found = self._step_by_step(at, picture)
        self.faces[at] = found.face
        return warp_window(picture, after(self._window, inverse(found.motion)), self._size)

    def _frame(self, at: int) -> Picture:
        picture = as_picture(self._frames[at], f"frame {at}")
        if picture.shape != self._first.shape:
            (height, width), (high, wide) = picture.shape[:2], self._first.shape[:2]
            raise MediaError(
                f"frame {at} has {width}x{height} pixels, frame {self._start} has {wide}x{high}; "
                "all frames of a clip need one size"
            )
        return picture

    def _follow(self, picture: Picture) -> Followed:
        if self._tracker is None:
            self._tracker = FaceTracker(self._first, self.faces[self._start])
        return self._tracker.follow(picture)

    def _step_by_step(self, at: int, picture: Picture) -> Followed:
        """The same through all frames between; what is lost in some of them may come back."""
        self._tracker, seen = None, self._start
        step = 1 if at > self._start else -1
        for between in range(self._start + step, at, step):
            if not self._follow(self._frame(between)).lost:
                seen = between
        found = self._follow(picture)
        if found.lost:
            raise FaceError(
                f"the face found in frame {self._start} is lost in frame {at}: {found.reason}; "
                f"the last one that shows it is frame {seen}"
            )
        return found
