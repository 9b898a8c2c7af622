"""Frames of clips as single pictures, for systems that see one picture at a time.

So SSGNN takes micro-expressions, "frame by frame" (J. Zhang et al. 2022, IEEE THMS, section V).
Frames of one clip are nearly alike: they keep its sequence and its subject, by which data are to be
split.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ferkeras.datasets.base import Index, Loaded, Skipped, kind_of
from ferkeras.errors import DatasetError, FerkerasError
from ferkeras.types import Clip, Picture

_OPTION = re.compile(r"(?:^|,)pictures=([^,/\\]*)(?=,|$)")


@dataclass(frozen=True)
class FrameOfClip:
    """Loads ``"<clip's item>#<position of the frame>"``; can be sent to other processes.

    Attributes:
        load: loads the clips.
    """

    load: Callable[[str], Loaded]

    def __call__(self, item: str) -> Picture:
        """The frame: uint8 RGB ``(height, width, 3)``.

        Raises:
            DatasetError: the item is no frame's.
            MediaError: the file is missing or cannot be decoded.
        """
        name, _, position = item.rpartition("#")
        clip = self.load(name) if name and position.isdecimal() else None
        if not isinstance(clip, Clip) or int(position) >= len(clip.frames):
            raise DatasetError(f"item {item!r} is not a frame of a clip")
        return clip.frames[int(position)]


def clip_pictures(index: Index, frames: str) -> Index:
    """An index of single pictures from an index of clips.

    Args:
        index: of clips.
        frames: ``"apex"``: the apex frame, where it is annotated; ``"all"``: each frame from onset
            to offset; or a number, ``"5"``: so many, evenly spread from onset to offset, both among
            them (all, where there are fewer; ``"1"``: the middle one).

    Returns:
        Index whose items are ``"<clip>#<position>"``, with the clip's label, subject and split; its
        sequence is the clip's. Clips that give no picture are in ``skipped``.

    Raises:
        DatasetError: ``frames`` is none of these, the index does not hold clips, or no clip gives
            a picture.
    """
    if frames not in ("apex", "all") and not (frames.isdecimal() and int(frames)):
        raise DatasetError(f"{index.name}: option pictures={frames} is not apex, all or a number")
    rows, skipped = [], []
    for row in index.table.to_dict("records"):
        try:
            loaded = index.load(row["item"])
            if not isinstance(loaded, Clip):
                raise _NotClips(index.name, kind_of(loaded))
            places = _places(loaded, frames)
        except _NotClips:
            raise
        except FerkerasError as problem:
            skipped.append(Skipped(row["item"], str(problem)))
            continue
        row |= {"sequence": row["sequence"] or row["item"]}
        rows += [{**row, "item": f"{row['item']}#{place}"} for place in places]
    if not rows:
        raise DatasetError(f"{index.name}: no clip gives a picture; {skipped[0].reason}")
    return dataclasses.replace(
        index,
        table=pd.DataFrame(rows, dtype=object),
        load=FrameOfClip(index.load),
        skipped=(*index.skipped, *skipped),
        source=f"{index.source} (pictures={frames})",
    )


def take_pictures(name: str, source: str) -> tuple[str, str | None]:
    """Take ``pictures=<frames>`` out of a reader's source; None where it is not given.

    Raises:
        DatasetError: the option twice.
    """
    found = _OPTION.findall(source)
    if len(found) > 1:
        raise DatasetError(f"{name}: option 'pictures' is given twice")
    return _OPTION.sub("", source), found[0] if found else None


class _NotClips(DatasetError):
    def __init__(self, name: str, kind: str) -> None:
        super().__init__(f"{name} holds {kind}; option pictures= takes frames out of clips")


def _places(clip: Clip, frames: str) -> list[int]:
    if frames == "apex":
        if clip.apex is None:
            raise FerkerasError("its apex is not annotated; choose frames with ,pictures=<number>")
        return [clip.apex]
    first = clip.onset or 0
    last = len(clip.frames) - 1 if clip.offset is None else clip.offset
    count = last - first + 1 if frames == "all" else min(int(frames), last - first + 1)
    if count == 1:
        return [(first + last) // 2]
    return [int(place) for place in np.linspace(first, last, count).round()]
