"""From the frames of a clip to the movement of its face: detect once, follow, spot, flow."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ferkeras.detect import Detector
from ferkeras.errors import FerkerasError
from ferkeras.flow import optical_flow, optical_strain, remove_head_motion, spot_apex
from ferkeras.media import as_picture
from ferkeras.prepare._find_face import find_face
from ferkeras.prepare._low_clip import LowClip
from ferkeras.prepare._registered import FaceFrames
from ferkeras.types import Clip, Face, FloatArray, Flow, InputSpec, Picture


@dataclass(frozen=True)
class ClipMotion:
    """The movement of one face from onset to apex.

    Attributes:
        onset, apex, offset: positions in the clip's frames; offset is None where nobody annotated
            it and the apex was not looked for.
        spotted: the apex was found here, not annotated.
        onset_estimated: so was the onset.
        curve: ``(frames,)`` how much each frame of the clip differs from the onset (from the first
            frame, where the onset was estimated), where the apex was spotted; NaN in frames that
            were not looked at.
        face: in pixels of the onset frame.
        faces_seen: how many faces the detector found; the one of highest score counts.
        onset_face, apex_face: uint8 RGB ``(side, side, 3)``, registered on each other; side is the
            spec's ``flow.face_size``. With a ``resolution`` they were made small and restored, and
            side is 4 times the resolution's where that is less.
        landmarks: ``(5, 2)`` in pixels of those; None where no detector was given. HTNet's paper
            finds them on the apex frame (section 3.1); here they are found once and travel with the
            head. Of moved copies of one face, MTCNN places them with an error of 1.5 pixels (root
            mean square, on a face of 224), travelling with one of 0.02.
        flow: from `onset_face` to `apex_face`, in their pixels.
        strain: ``(side, side)``.
    """

    onset: int
    apex: int
    offset: int | None
    spotted: bool
    onset_estimated: bool
    curve: FloatArray | None
    face: Face
    faces_seen: int
    onset_face: Picture
    apex_face: Picture
    landmarks: FloatArray | None
    flow: Flow
    strain: FloatArray


def analyse_clip(
    clip: Clip,
    spec: InputSpec,
    detector: Detector | None,
    *,
    cropped: bool = False,
    low: LowClip | None = None,
) -> ClipMotion:
    """Find the movement of the face in a clip.

    The face is detected in one frame, the onset (or the first, where the onset is not annotated),
    and followed from there; the landmarks travel with it. Only the frames that are needed are
    read: two, where onset and apex are annotated.

    With ``spec.resolution`` the face is found and followed in the frames as they are; then the
    registered faces are made small, all by the draw of the first that is looked at. Onset and apex
    are restored before their flow is computed; where the apex has to be found, it is looked for in
    the small faces, enlarged by bicubic.

    Args:
        clip: with its annotation as far as there is one; the rest is estimated.
        spec: margin, align, ``flow`` and ``resolution`` are used.
        detector: finds the face and its landmarks. None only for face crops, and only for a kind
            of input that needs no landmarks.
        cropped: the frames are face crops already: the box is the whole frame, without margin,
            and the detector gives the landmarks alone.
        low: makes faces small in the place of ``spec.resolution``, where the clip is a part of what
            shares one draw.

    Raises:
        FaceError: no face in the first frame that is looked at, or it is lost on the way.
        FerkerasError: one frame, or one that is both onset and apex.
        MediaError: a frame that cannot be read, or of another size than the first.
        ModelFileError: a restorer that is missing or cannot be used.
    """
    where = clip.source or "clip"
    try:
        if len(clip.frames) < 2:
            raise FerkerasError("the clip has one frame; a movement needs at least two")
        return _analyse(clip, spec, detector, cropped, low)
    except FerkerasError as error:
        message = str(error)
        raise type(error)(message if where in message else f"{where}: {message}") from error


def _analyse(
    clip: Clip, spec: InputSpec, detector: Detector | None, cropped: bool, low: LowClip | None
) -> ClipMotion:
    settings = spec.flow
    if settings is None:
        raise FerkerasError(f"input of kind {spec.kind!r} is made of one picture, not of a clip")
    start = clip.onset or 0
    first = as_picture(clip.frames[start], f"frame {start}")
    face, seen = find_face(first, detector, cropped, f"frame {start}")
    if cropped and not spec.align:
        spec = replace(spec, margin=0.0)
    frames = FaceFrames(clip.frames, start, first, face, spec)
    first_face = frames[start]
    low = low or LowClip(spec.resolution, first_face)
    if clip.apex is None:
        course = _spot(clip, frames, start, settings.spotter, low)
    elif clip.apex == start:
        raise FerkerasError(f"frame {start} is both onset and apex: there is no movement between")
    else:
        pair = low.restored(first_face), low.restored(frames[clip.apex])
        course = _Course(start, clip.apex, clip.offset, None, *pair)
    flow = optical_flow(course.onset_face, course.apex_face, method=settings.method)
    if settings.compensate:
        flow = remove_head_motion(flow)
    return ClipMotion(
        onset=course.onset,
        apex=course.apex,
        offset=course.offset,
        spotted=clip.apex is None,
        onset_estimated=clip.onset is None and clip.apex is None,
        curve=course.curve,
        face=frames.faces[course.onset],
        faces_seen=seen,
        onset_face=course.onset_face,
        apex_face=course.apex_face,
        landmarks=None if frames.landmarks is None else low.places(frames.landmarks),
        flow=flow,
        strain=optical_strain(flow),
    )


@dataclass(frozen=True)
class _Course:
    """Where a movement begins, is strongest and ends, and two of its faces."""

    onset: int
    apex: int
    offset: int | None
    curve: FloatArray | None
    onset_face: Picture
    apex_face: Picture


def _spot(clip: Clip, frames: FaceFrames, start: int, spotter: str, low: LowClip) -> _Course:
    last = len(clip.frames) - 1 if clip.offset is None else clip.offset
    if last <= start:
        raise FerkerasError(f"no frame after the onset {start} in which an apex could be")
    faces = [frames[at] for at in range(start, last + 1)]
    onset = None if clip.onset is None else 0
    offset = None if clip.offset is None else last - start
    found = spot_apex(low.searched(faces), onset=onset, offset=offset, method=spotter)
    curve = np.full(len(clip.frames), np.nan, np.float32)
    curve[start : last + 1] = found.curve
    places = start + found.onset, start + found.apex, start + found.offset
    pair = low.restored(faces[found.onset]), low.restored(faces[found.apex])
    return _Course(*places, curve, *pair)
