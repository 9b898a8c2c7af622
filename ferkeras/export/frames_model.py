"""A clip model behind layers that compute its flow: two faces in, probabilities out."""

from __future__ import annotations

import dataclasses
from typing import Any

from ferkeras.errors import ExportError
from ferkeras.runtime.named_inputs import APEX, LANDMARKS, ONSET, described, keras_inputs
from ferkeras.types import InputSpec


def frames_model(model: Any, spec: InputSpec) -> tuple[Any, InputSpec]:
    """Put a trained clip model behind the layers that make its input of two frames.

    What `ferkeras.prepare.analyse_clip` and `ferkeras.prepare.clip_input` do with registered faces
    is then a part of the model: grey, brightness, Farneback's flow, the head's motion, strain,
    size, normalisation and regions. So one file takes frames to probabilities, on a server or a
    device without Python. Finding the face, its landmarks and the apex stays outside.

    As in training the channels are rounded to whole levels. So a sum whose last bit differs between
    two runtimes may now and then move a pixel of them by one level, and the probabilities by what
    one level is worth: compare exported files with a `tolerance` of 0.005.

    Args:
        model: a built Keras model that takes ``spec.shape``, such as an `HTNet`.
        spec: how a clip becomes its input; ``flow`` is set, its method ``"farneback"``.

    Returns:
        A functional Keras model with ``model`` in it, and the `InputSpec` of it (``flow.in_graph``
        is set). It takes a dict of ``onset`` and ``apex``, float32 ``(batch, side, side, 3)``, RGB,
        0..255, side being ``spec.flow.face_size``; and for the kind ``"flow_regions"``
        ``landmarks``, float32 ``(batch, 5, 2)``, (x, y) in pixels of these faces.

    Raises:
        ExportError: a model of other inputs than ``spec`` says, one that takes no clips or frames
            already, or a kind of input, method of flow or size for which there are no layers.

    Example:
        >>> model, spec = frames_model(HTNet(weights="synthetic"), card.input)
        >>> export_model(model, spec, card.labels, "out", samples=prepare_frames(index, spec)[0])
    """
    import keras

    from ferkeras import layers

    _check(model, spec)
    flow_spec = spec.flow
    assert flow_spec is not None
    made = dataclasses.replace(spec, flow=dataclasses.replace(flow_spec, in_graph=True))
    inputs = {name: keras.Input(shape, name=name) for name, shape in made.input_shapes.items()}
    grey = layers.Luma(name="grey")
    onset, apex = grey(inputs[ONSET]), grey(inputs[APEX])
    apex = layers.MatchBrightness(name="brightness")([onset, apex])
    flow = layers.FarnebackFlow(name="flow")([onset, apex])
    if flow_spec.compensate:
        flow = layers.HeadMotionRemoval(name="head_motion")(flow)
    strain = layers.OpticalStrain(name="strain")(flow)
    channels = layers.FlowChannels(
        spec.height,
        spec.width,
        flow_spec.normalisation,
        flow_spec.scale * flow_spec.face_size,
        name="channels",
    )([flow, strain])
    if LANDMARKS in inputs:
        regions = layers.FlowRegions(flow_spec.face_size, name="regions")
        channels = regions([channels, inputs[LANDMARKS]])
    return keras.Model(inputs, model(channels), name=model.name), made


def _check(model: Any, spec: InputSpec) -> None:
    """Raise ExportError unless there are layers for what the model takes."""
    if spec.flow is None or spec.takes_frames:
        what = "frames already" if spec.takes_frames else "no clips"
        raise ExportError(
            f"{model.name}: takes {what}, so there is no flow to compute in the model"
        )
    takes = {name: tuple(one.shape[1:]) for name, one in keras_inputs(model).items()}
    if takes != spec.input_shapes:
        raise ExportError(
            f"{model.name}: takes {described(takes)}, its InputSpec says "
            f"{described(spec.input_shapes)}"
        )
    if spec.kind not in ("flow_regions", "flow_whole") or spec.flow.method != "farneback":
        raise ExportError(
            f"{model.name}: takes {spec.kind} by {spec.flow.method}; there are layers for "
            "flow_regions and flow_whole by farneback"
        )
    if spec.resolution is not None:
        raise ExportError(
            f"{model.name}: was trained on restored faces (input.resolution), which no layer makes"
        )
    if max(spec.height, spec.width) > spec.flow.face_size:
        raise ExportError(
            f"{model.name}: takes {spec.height}x{spec.width} pixels, more than the "
            f"{spec.flow.face_size} of the face on which flow is computed"
        )
