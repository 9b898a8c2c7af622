"""The movement in faces that were found, followed and framed before."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from ferkeras.flow import spot_apex
from ferkeras.prepare import ClipMotion, LowClip, analyse_clip
from ferkeras.types import Clip, Face, FloatArray, InputSpec, Picture


def registered_motion(
    faces: Sequence[Picture], landmarks: FloatArray | None, spec: InputSpec
) -> ClipMotion:
    """Spot the apex and compute the flow to it, as `ferkeras.prepare.analyse_clip` does.

    The faces are not registered once more to spot the apex; onset and apex are.
    With ``spec.resolution`` they are made small by one draw, that of the first.

    Args:
        faces: uint8 RGB, of one size, two or more, framed as ``spec`` wants it.
        landmarks: ``(5, 2)`` in their pixels, or None.
        spec: what the model takes.

    Raises:
        FaceError: a face that cannot be registered on the onset's.
    """
    assert spec.flow is not None
    low = LowClip(spec.resolution, faces[0])
    course = spot_apex(low.searched(faces), method=spec.flow.spotter)
    clip = Clip(faces, onset=course.onset, apex=course.apex, offset=course.offset)
    framed = dataclasses.replace(spec, margin=0.0, align=False)
    finder = None if landmarks is None else _KnownFace(landmarks)
    motion = analyse_clip(clip, framed, finder, cropped=True, low=low)
    return dataclasses.replace(motion, spotted=True, onset_estimated=True, curve=course.curve)


class _KnownFace:
    """A detector that gives the same landmarks for every picture."""

    name = "known"

    def __init__(self, landmarks: FloatArray) -> None:
        self._landmarks = landmarks

    def detect(self, picture: Picture) -> list[Face]:
        height, width = picture.shape[:2]
        box = (0.0, 0.0, float(width), float(height))
        return [Face(box, landmarks=self._landmarks, detector=self.name)]
