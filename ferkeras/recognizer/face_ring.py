"""The last registered faces of a video, in constant memory."""

from __future__ import annotations

from collections import deque

import numpy as np

from ferkeras.detect import Detector
from ferkeras.detect.registered_crop import warp_window
from ferkeras.detect.similarity import Matrix, after, inverse, moved
from ferkeras.detect.track import FaceTracker
from ferkeras.prepare._registered import face_window
from ferkeras.types import FloatArray, InputSpec, Picture

Box = tuple[float, float, float, float]


class FaceRing:
    """Follows one face through a video and keeps its last registered crops.

    A face that is lost is looked for anew in the same frame, but there are at least
    ``search_every`` frames between two searches. Crops of one segment (from a detection until the
    face is lost) lie on each other.

    Args:
        detector: finds the face; of several, the one with the highest score is taken.
        spec: how the face is framed.
        length: frames that are kept.
        search_every: frames between two searches, 1 or more.

    Attributes:
        crops: the kept faces, uint8 RGB ``(face_size, face_size, 3)``, oldest first.
        last: number of the newest frame in ``crops``.
        faces_seen: how many faces were found at the start of the segment.
        landmarks: ``(5, 2)`` in pixels of the crops, or None.
    """

    def __init__(self, detector: Detector, spec: InputSpec, length: int, search_every: int) -> None:
        assert spec.flow is not None
        self._detector, self._spec, self._size = detector, spec, spec.flow.face_size
        self._search_every, self._next_search = search_every, 0
        self._tracker: FaceTracker | None = None
        self._newest: Picture | None = None
        self._window: Matrix = np.eye(2, 3)
        self._boxes: deque[Box] = deque(maxlen=length)
        self.crops: deque[Picture] = deque(maxlen=length)
        self.last = -1
        self.faces_seen = 0
        self.landmarks: FloatArray | None = None

    @property
    def follows(self) -> bool:
        """Whether there is a face in the newest frame."""
        return self._tracker is not None

    def follow(self, number: int, picture: Picture) -> bool:
        """Look at the next frame while a face is followed; False where it is lost.

        A picture that stands for the next frame too (the same object) is not looked at again.
        """
        assert self._tracker is not None
        if picture is self._newest:
            self.crops.append(self.crops[-1])
            self._boxes.append(self._boxes[-1])
            self.last = number
            return True
        found = self._tracker.follow(picture)
        if found.lost:
            self._tracker = None
            return False
        self._keep(number, picture, found.motion, found.face.box)
        return True

    def search(self, number: int, picture: Picture) -> bool:
        """Look for a face; with one, a new segment begins and older crops are dropped."""
        if number < self._next_search or picture is self._newest:
            return False
        self._newest = picture
        self._next_search = number + self._search_every
        faces = self._detector.detect(picture)
        if not faces:
            return False
        face = faces[0]
        self._window = face_window(face, self._size, self._spec)
        self._tracker = FaceTracker(picture, face)
        self.faces_seen, self.landmarks = len(faces), None
        if face.landmarks is not None:
            self.landmarks = moved(face.landmarks, self._window).astype(np.float32)
        self.crops.clear()
        self._boxes.clear()
        self._keep(number, picture, np.eye(2, 3), face.box)
        return True

    def box(self, number: int) -> Box:
        """The face's box in a kept frame, ``(x, y, width, height)`` in pixels of the picture."""
        return self._boxes[number - self.last - 1]

    def _keep(self, number: int, picture: Picture, motion: Matrix, box: Box) -> None:
        window = after(self._window, inverse(motion))
        self.crops.append(warp_window(picture, window, self._size))
        self._boxes.append(box)
        self.last, self._newest = number, picture
