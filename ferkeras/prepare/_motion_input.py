"""The movement of a face -> the channels u, v and optical strain at the model's size."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from ferkeras.detect import Detector
from ferkeras.errors import FaceError
from ferkeras.flow import flow_channels, normalise
from ferkeras.media import as_picture
from ferkeras.prepare._clip_motion import ClipMotion
from ferkeras.prepare._find_face import landmarks_of_crop
from ferkeras.prepare._kinds import kind_function
from ferkeras.prepare._model_inputs import ModelInputs, model_inputs
from ferkeras.types import FloatArray, FlowImage, InputSpec


def clip_input(motion: ClipMotion, spec: InputSpec) -> FloatArray:
    """The model's input of a movement that `analyse_clip` found.

    The channels are averaged down to the model's size and then normalised, so that one wrong
    vector does not set the range of a ``"minmax"`` picture.

    Args:
        motion: flow, strain and landmarks on the registered face.
        spec: size, kind and ``flow`` are used.

    Returns:
        float32 ``spec.shape``, whole values 0..255.

    Raises:
        FaceError: an unknown kind, or no landmarks where the kind needs them.
    """
    assert spec.flow is not None
    side = motion.flow.shape[0]
    small = _resize(flow_channels(motion.flow, motion.strain), spec)
    scaled = normalise(small, spec.flow.normalisation, spec.flow.scale * side)
    return _compose(scaled, motion.landmarks, side, side, spec)


def clip_inputs(motions: Sequence[ClipMotion], spec: InputSpec) -> ModelInputs:
    """A batch of movements as the model takes it.

    Args:
        motions: one or more that `analyse_clip` found.
        spec: what the model takes.

    Returns:
        `clip_input` of each, ``(batch, *spec.shape)``; of a model that computes the flow itself
        (``spec.takes_frames``) a dict of ``onset`` and ``apex``: float32 ``(batch, side, side,
        3)``, RGB, 0..255; and of ``landmarks``: ``(batch, 5, 2)`` in their pixels, where it takes
        them.

    Raises:
        FaceError: as `clip_input`.
    """
    if not spec.takes_frames:
        return np.stack([clip_input(motion, spec) for motion in motions])
    onset = np.stack([motion.onset_face for motion in motions])
    inputs = {"onset": onset, "apex": np.stack([motion.apex_face for motion in motions])}
    if spec.needs_landmarks:
        found = [motion.landmarks for motion in motions if motion.landmarks is not None]
        if len(found) < len(motions):
            raise FaceError(
                "the model needs landmarks; take a detector that gives them, such as mtcnn"
            )
        inputs["landmarks"] = np.stack(found)
    return model_inputs(inputs, spec)


def flow_image_input(
    image: FlowImage, spec: InputSpec, detector: Detector | None = None
) -> FloatArray:
    """The model's input of a ready-made flow picture, whose channels are normalised already.

    Args:
        image: the flow picture and, for kinds that need landmarks, its apex frame.
        spec: size and kind are used.
        detector: finds the landmarks on the apex frame.

    Raises:
        FaceError: the kind needs landmarks, and there is no apex frame or no face found in it; or
            a resolution, for which the frames would be needed.
    """
    if spec.resolution is not None:
        raise FaceError(
            "a ready-made flow picture has no frames that could be brought to a low resolution; "
            "give clips, or leave the resolution out"
        )
    pixels = as_picture(image.pixels)
    height, width = pixels.shape[:2]
    landmarks = None
    if spec.needs_landmarks:
        if image.apex is None or detector is None:
            raise FaceError(
                "a ready-made flow picture without its apex frame has no landmarks for the four "
                "regions; give the apex frames (flow_images:<root>,apex=<folder>), or take the "
                "whole face: --set input.kind=flow_whole"
            )
        apex = as_picture(image.apex)
        found = landmarks_of_crop(apex, detector)
        factor = np.array([width / apex.shape[1], height / apex.shape[0]], np.float32)
        landmarks = np.asarray((found + 0.5) * factor - 0.5, np.float32)
    return _compose(_resize(pixels.astype(np.float32), spec), landmarks, height, width, spec)


def _resize(channels: FloatArray, spec: InputSpec) -> FloatArray:
    smaller = channels.shape[0] > spec.height or channels.shape[1] > spec.width
    method = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    small = cv2.resize(channels, (spec.width, spec.height), interpolation=method)
    return np.asarray(small, np.float32)


def _compose(
    channels: FloatArray,
    landmarks: NDArray[np.float32] | None,
    height: int,
    width: int,
    spec: InputSpec,
) -> FloatArray:
    """Arrange the channels as the kind wants; landmarks count in a picture of height x width."""
    if landmarks is not None:
        factor = np.array([spec.width / width, spec.height / height], np.float32)
        landmarks = (landmarks + 0.5) * factor - 0.5
    compose = kind_function(spec.kind, "compose")
    return np.rint(compose(channels, landmarks, spec)).clip(0, 255).astype(np.float32)
