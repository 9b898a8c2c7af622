"""The registered faces of an index of clips, for models that compute the flow themselves."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from ferkeras.datasets.base import Index, Skipped
from ferkeras.detect import load_detector
from ferkeras.errors import DatasetError, FaceError, FerkerasError
from ferkeras.prepare import ClipMotion, analyse_clip, clip_inputs, needs_detector
from ferkeras.types import Clip, InputSpec


def prepare_frames(
    index: Index, spec: InputSpec
) -> tuple[dict[str, NDArray[Any]], tuple[Skipped, ...]]:
    """Load every clip and frame its face at onset and apex.

    For some hundred clips at most: two faces of 224 pixels are 1.2 MB. Nothing is cached.

    Args:
        index: of clips.
        spec: of a model that takes frames (``spec.takes_frames``).

    Returns:
        Arrays by the names of the model's inputs, see `ferkeras.prepare.clip_inputs`; and the
        clips without a usable face, with reasons.

    Raises:
        DatasetError: no clip is left.
    """
    searches = needs_detector(spec, cropped=index.cropped)
    detector = load_detector(spec.detector) if searches else None
    motions: list[ClipMotion] = []
    skipped = []
    for item in index.table["item"]:
        try:
            clip = index.load(item)
            if not isinstance(clip, Clip):
                raise FaceError("the model takes frames of a clip, the sample is none")
            motions.append(analyse_clip(clip, spec, detector, cropped=index.cropped))
        except FerkerasError as error:
            skipped.append(Skipped(item, str(error)))
    if not motions:
        raise DatasetError(f"{index.name}: no clip could be used; the first: {skipped[0].reason}")
    inputs = clip_inputs(motions, spec)
    assert isinstance(inputs, dict)
    return inputs, tuple(skipped)
