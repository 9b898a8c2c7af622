"""The frames of a long recording, one after the other."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ferkeras.errors import MediaError
from ferkeras.media import as_picture
from ferkeras.media.frame_size import check_frame_size
from ferkeras.media.videos import open_video, pictures_in_step
from ferkeras.recognizer.clip_source import check_path, checked_fps, open_clip
from ferkeras.types import Picture


def open_frames(source: Any, fps: float | None = None) -> tuple[str, float, Iterator[Picture]]:
    """Name, frames per second, and the frames; of files, one is in memory at a time.

    Args:
        source: as for `ferkeras.recognizer.clip_source.open_clip`.
        fps: frames per second; None takes the file's or the clip's own.

    Raises:
        MediaError: a source that cannot be read; frames per second that nobody says; when a frame
            is asked for: it cannot be read, or is of another size than the first.
    """
    frames: Iterable[Picture]
    if isinstance(source, str | os.PathLike) and not Path(source).is_dir():
        check_path(Path(source))
        own, video = open_video(source)
        name, frames = str(source), pictures_in_step(video)
    else:
        clip = open_clip(source)
        name, own = clip.source or "array", clip.fps
        frames = (as_picture(clip.frames[at], f"frame {at}") for at in range(len(clip.frames)))
    if fps is None and not own:
        raise MediaError(f"{name}: does not say how many frames a second it has; give fps= (--fps)")
    return name, own if fps is None else checked_fps(fps), _of_one_size(frames, name)


def _of_one_size(frames: Iterable[Picture], name: str) -> Iterator[Picture]:
    shape: tuple[int, ...] | None = None
    for number, picture in enumerate(frames):
        shape = shape or picture.shape
        check_frame_size(picture, shape, f"{name}, frame {number}")
        yield picture
