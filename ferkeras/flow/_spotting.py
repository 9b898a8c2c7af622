"""Frames of a face -> onset, apex and offset of its movement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ferkeras.errors import FlowError
from ferkeras.flow._checks import check_settings, grey_picture
from ferkeras.flow._extent import frames_to_rest
from ferkeras.flow.spotters import load_spotter
from ferkeras.types import FloatArray, Picture


@dataclass(frozen=True)
class Spotting:
    """The course of a movement.

    Attributes:
        onset, apex, offset: positions in the frames, onset < apex <= offset.
        curve: float32 ``(frames,)``: how much each frame differs from the onset (where none was
            given: from the first frame), in the spotter's own measure; NaN before a given onset
            and after a given offset.
    """

    onset: int
    apex: int
    offset: int
    curve: FloatArray


def spot_apex(
    frames: Sequence[Picture] | NDArray[np.uint8],
    onset: int | None = None,
    offset: int | None = None,
    method: str = "roi",
    **settings: Any,
) -> Spotting:
    """Find the frame in which the movement of a face is strongest.

    A given onset and offset are kept, and the apex lies between them. Where they are not given the
    clip is taken to start with the face at rest, and they are estimated: the frames nearest to the
    apex, before and after it, in which the curve is back at its level of rest.

    Args:
        frames: registered faces, uint8 RGB ``(H, W, 3)`` or grey ``(H, W)``, two or more of one
            size; a rest of jitter of the head up to about a pixel does no harm.
        onset, offset: positions in ``frames``; None where not known.
        method: the spotter, a file in ``ferkeras/flow/spotters/``: ``"roi"`` (D&C-RoIs, local
            binary patterns) or ``"magnitude"`` (of optical flow).
        settings: as the function ``difference`` of the spotter's file takes them.

    Raises:
        FlowError: an unknown spotter or setting, fewer than two frames, frames of several sizes, or
            onset and offset that leave no room for an apex.
    """
    spotter = load_spotter(method)
    check_settings(f"apex spotter {method}", spotter.difference, 1, settings)
    count = len(frames)
    if count < 2:
        raise FlowError(f"an apex needs 2 frames or more, the clip has {count}")
    first, last = 0 if onset is None else onset, count - 1 if offset is None else offset
    if not 0 <= first < last < count:
        raise FlowError(
            f"no apex can lie between onset {first} and offset {last} of frames 0..{count - 1}"
        )
    faces = [grey_picture(frames[at], f"frame {at}") for at in range(first, last + 1)]
    for at, face in enumerate(faces, first):
        if face.shape != faces[0].shape:
            (height, width), (high, wide) = face.shape, faces[0].shape
            raise FlowError(
                f"frame {at} has {width}x{height} pixels, frame {first} has {wide}x{high}; "
                "all frames need one size"
            )
    part: FloatArray = spotter.difference(faces, **settings)
    apex = int(spotter.apex(part))
    curve = np.full(count, np.nan, np.float32)
    curve[first : last + 1] = part
    return Spotting(
        onset=first + apex - frames_to_rest(part[apex::-1]) if onset is None else first,
        apex=first + apex,
        offset=last
        if offset is not None or apex == len(part) - 1
        else first + apex + frames_to_rest(part[apex:]),
        curve=curve,
    )
