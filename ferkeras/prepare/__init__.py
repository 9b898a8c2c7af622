"""A face in a picture, or the movement of a face in a clip -> the array that a model takes.

`prepare` (one picture), and `analyse_clip` with `clip_input` (a clip) are the one code that does
this, for training and for recognition alike; `prepare_sample` chooses between them. Each kind of
input is one file, ``ferkeras/prepare/<kind>.py``, where ``kind`` is the `InputSpec`'s: with a
function ``prepare(picture, face, spec)`` for pictures, or ``compose(channels, landmarks, spec)``
for the channels of a movement; and ``prepare_crop(picture, detector, spec)`` where a face has to be
found even in a face crop.
"""

from __future__ import annotations

from collections.abc import Callable

from ferkeras.detect import Detector
from ferkeras.errors import FaceError
from ferkeras.media import as_picture
from ferkeras.prepare._clip_motion import ClipMotion, analyse_clip
from ferkeras.prepare._kinds import available, kind_function
from ferkeras.prepare._low_clip import LowClip
from ferkeras.prepare._mirror import mirror
from ferkeras.prepare._model_inputs import ModelInputs, face_graph, model_inputs
from ferkeras.prepare._motion_input import clip_input, clip_inputs, flow_image_input
from ferkeras.prepare._restorer import check_restorer, restorer_digest
from ferkeras.types import Clip, Face, FloatArray, FlowImage, InputSpec, Picture

__all__ = [
    "ClipMotion",
    "LowClip",
    "ModelInputs",
    "analyse_clip",
    "available",
    "check_restorer",
    "clip_input",
    "clip_inputs",
    "face_graph",
    "mirror",
    "model_inputs",
    "needs_detector",
    "prepare",
    "prepare_crop",
    "prepare_sample",
    "restorer_digest",
]

_Prepare = Callable[[Picture, Face | None, InputSpec], FloatArray]
_PrepareCrop = Callable[[Picture, Detector, InputSpec], FloatArray]


def needs_detector(spec: InputSpec, *, cropped: bool = False) -> bool:
    """Whether a face has to be looked for.

    In face crops it has not, save for landmarks: those that are the model's input, and those of a
    clip where its regions or its alignment need them.
    """
    of_clips = spec.takes_clips and (spec.align or spec.needs_landmarks)
    return not cropped or spec.takes_landmarks or of_clips


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
        ModelFileError: a restorer (``spec.resolution``) that is missing or cannot be used.
    """
    if spec.takes_clips:
        raise FaceError(f"input of kind {spec.kind!r} is made of a clip, not of one picture")
    function: _Prepare = kind_function(spec.kind, "prepare")
    return function(as_picture(picture), face, spec)


def prepare_crop(picture: Picture, spec: InputSpec, detector: Detector | None) -> FloatArray:
    """Turn a picture that is a face crop into a model's input.

    Args:
        picture: as for `prepare`.
        spec: what the model takes.
        detector: used where `needs_detector` says so.

    Raises:
        FaceError: as for `prepare`; or no face is found where one has to be.
    """
    if not needs_detector(spec, cropped=True):
        return prepare(picture, None, spec)
    if detector is None:
        raise FaceError(f"input of kind {spec.kind!r} needs a detector for face crops too")
    function: _PrepareCrop = kind_function(spec.kind, "prepare_crop")
    return function(as_picture(picture), detector, spec)


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
        float32 ``spec.shape``, values 0..255: whole numbers, save for landmarks.

    Raises:
        FaceError: no face, a sample of another kind than the model takes, or a model that takes
            frames (``spec.takes_frames``; see `clip_inputs`).
        MediaError: a frame that cannot be read.
    """
    if spec.takes_clips != isinstance(loaded, Clip | FlowImage):
        wants, has = ("a clip", "a picture") if spec.takes_clips else ("a picture", "a clip")
        raise FaceError(f"input of kind {spec.kind!r} is made of {wants}, the sample is {has}")
    if spec.takes_frames:
        raise FaceError(
            "the model computes the flow itself, of frames that are not kept as samples; train and "
            "evaluate the model that it was made of, whose input has no flow.in_graph"
        )
    if isinstance(loaded, Clip):
        return clip_input(analyse_clip(loaded, spec, detector, cropped=cropped), spec)
    if isinstance(loaded, FlowImage):
        return flow_image_input(loaded, spec, detector)
    if cropped:
        return prepare_crop(loaded, spec, detector)
    if detector is None:
        raise FaceError("no detector, and the pictures are no face crops")
    faces = detector.detect(loaded)
    if not faces:
        raise FaceError(f"no face found by {detector.name}")
    return prepare(loaded, faces[0], spec)
