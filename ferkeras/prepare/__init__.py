"""A face in a picture, or the movement of a face in a clip -> the array that a model takes.

`prepare` (one picture), and `analyse_clip` with `clip_input` (a clip) are the one code that does
this, for training and for recognition alike; `prepare_sample` chooses between them. Each kind of
input is one file, ``ferkeras/prepare/<kind>.py``, where ``kind`` is the `InputSpec`'s: with a
function ``prepare(picture, face, spec)`` for pictures, or ``compose(channels, landmarks, spec)``
for the channels of a movement.
"""

from __future__ import annotations

from collections.abc import Callable

from ferkeras.detect import Detector
from ferkeras.errors import FaceError
from ferkeras.media import as_picture
from ferkeras.prepare._clip_motion import ClipMotion, analyse_clip
from ferkeras.prepare._kinds import available, kind_function
from ferkeras.prepare._mirror import mirror
from ferkeras.prepare._motion_input import NEED_LANDMARKS, clip_input, flow_image_input
from ferkeras.types import Clip, Face, FloatArray, FlowImage, InputSpec, Picture

__all__ = [
    "ClipMotion",
    "analyse_clip",
    "available",
    "clip_input",
    "mirror",
    "prepare",
    "prepare_sample",
]

_Prepare = Callable[[Picture, Face | None, InputSpec], FloatArray]


def needs_detector(spec: InputSpec, *, cropped: bool = False) -> bool:
    """Whether a face has to be looked for.

    In face crops it has not, save for the landmarks of a clip where its regions or its alignment
    need them.
    """
    wants_landmarks = spec.takes_clips and (spec.align or spec.kind in NEED_LANDMARKS)
    return not cropped or wants_landmarks


def prepare(picture: Picture, face: Face | None, spec: InputSpec) -> FloatArray:
    """Turn a face into a model's input.

    Args:
        picture: uint8 RGB, or anything else that `ferkeras.media.as_picture` takes.
        face: the face as a detector found it; None where the picture is a face crop already.
        spec: what the model takes.

    Returns:
        float32 ``spec.shape``, values 0..255.

    Raises:
        FaceError: an unknown kind, a kind that takes clips, or a face that cannot be prepared in
            that way.
        MediaError: not a picture.
    """
    if spec.takes_clips:
        raise FaceError(f"input of kind {spec.kind!r} is made of a clip, not of one picture")
    function: _Prepare = kind_function(spec.kind, "prepare")
    return function(as_picture(picture), face, spec)


def prepare_sample(
    loaded: Picture | Clip | FlowImage,
    spec: InputSpec,
    detector: Detector | None,
    *,
    cropped: bool = False,
) -> FloatArray:
    """Turn one sample of a data set into a model's input.

    Where several faces are seen, the one with the highest score counts.

    Args:
        loaded: what an index's ``load`` gave.
        spec: what the model takes.
        detector: finds faces and landmarks; None where nothing has to be found.
        cropped: the pictures are face crops already.

    Returns:
        float32 ``spec.shape``, whole values 0..255.

    Raises:
        FaceError: no face, or a sample of another kind than the model takes.
        MediaError: a frame that cannot be read.
    """
    if spec.takes_clips != isinstance(loaded, Clip | FlowImage):
        wants, has = ("a clip", "a picture") if spec.takes_clips else ("a picture", "a clip")
        raise FaceError(f"input of kind {spec.kind!r} is made of {wants}, the sample is {has}")
    if isinstance(loaded, Clip):
        return clip_input(analyse_clip(loaded, spec, detector, cropped=cropped), spec)
    if isinstance(loaded, FlowImage):
        return flow_image_input(loaded, spec, detector)
    if cropped:
        return prepare(loaded, None, spec)
    if detector is None:
        raise FaceError("no detector, and the pictures are no face crops")
    faces = detector.detect(loaded)
    if not faces:
        raise FaceError(f"no face found by {detector.name}")
    return prepare(loaded, faces[0], spec)
