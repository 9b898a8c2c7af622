"""A clip -> its movement -> its class."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from ferkeras.detect import Detector
from ferkeras.media import as_picture
from ferkeras.prepare import ClipMotion, analyse_clip, clip_inputs, needs_detector
from ferkeras.recognizer.clip_result import ClipResult
from ferkeras.recognizer.stopwatch import Stopwatch, TimedDetector, TimedFrames
from ferkeras.recognizer.strength import THRESHOLD, strength
from ferkeras.runtime import ModelCard, Runner
from ferkeras.types import Clip


def recognise_clip(
    clip: Clip,
    runner: Runner,
    card: ModelCard,
    detector: Detector,
    *,
    cropped: bool = False,
    watch: Stopwatch | None = None,
) -> ClipResult:
    """Find the movement in a clip and name it.

    Args:
        clip: with its annotation as far as there is one.
        runner, card: the model; ``card.input`` takes clips.
        detector: finds the face; in face crops, its landmarks where the model needs them.
        cropped: the frames are face crops.
        watch: has timed what came before.

    Raises:
        FerkerasError: no face, frames that cannot be read, too few frames.
    """
    watch, spec = watch or Stopwatch(), card.input
    timed = dataclasses.replace(clip, frames=TimedFrames(clip.frames, watch))
    searches = needs_detector(spec, cropped=cropped)
    finder = TimedDetector(detector, watch) if searches else None
    with watch.stage("motion"):
        motion = analyse_clip(timed, spec, finder, cropped=cropped)
    frame = as_picture(timed.frames[motion.onset])
    margin = 0.0 if cropped and not spec.align else spec.margin
    result = classify(motion, clip, runner, card, watch, margin)
    return dataclasses.replace(result, frame=frame)


def classify(
    motion: ClipMotion,
    clip: Clip,
    runner: Runner,
    card: ModelCard,
    watch: Stopwatch,
    margin: float,
) -> ClipResult:
    """Name a movement that was found; ``margin`` is that of the registered face."""
    with watch.stage("model"):
        row = runner.predict(clip_inputs([motion], card.input))[0]
    strong = strength(motion.flow, margin)
    return ClipResult(
        source=clip.source or "array",
        fps=clip.fps,
        frames=len(clip.frames),
        onset=motion.onset,
        apex=motion.apex,
        offset=motion.offset,
        spotted=motion.spotted,
        onset_estimated=motion.onset_estimated,
        box=motion.face.box,
        faces_seen=motion.faces_seen,
        label=card.labels[int(row.argmax())],
        probabilities=dict(zip(card.labels, row.tolist(), strict=True)),
        motion=strong,
        seconds=dict(watch.seconds),
        notes=tuple(_notes(motion, clip, strong)),
        analysis=motion,
    )


def _notes(motion: ClipMotion, clip: Clip, strong: float) -> Iterator[str]:
    estimated = {
        "onset": motion.onset_estimated,
        "apex": motion.spotted,
        "offset": motion.spotted and clip.offset is None,
    }
    if any(estimated.values()):
        yield f"{', '.join(name for name in estimated if estimated[name])} estimated, not annotated"
    if clip.onset is None and not motion.onset_estimated:
        yield f"onset not annotated: frame {motion.onset} is taken"
    if motion.faces_seen > 1:
        yield f"{motion.faces_seen} faces seen; the one with the highest score is taken"
    if strong < THRESHOLD:
        yield f"hardly any movement ({strong:.2f} % of the face's side): the label says little"
    if not clip.fps:
        yield "frames per second not known: no times; give fps= (--fps)"
