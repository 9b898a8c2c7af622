"""The frames of a long recording, one after the other."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ferkeras.errors import MediaError
from ferkeras.media import as_picture
from ferkeras.media.camera import as_camera, open_camera
from ferkeras.media.frame import Frame
from ferkeras.media.frame_size import check_frame_size
from ferkeras.media.videos import open_video, pictures_in_step
from ferkeras.recognizer.clip_source import check_path, checked_fps, open_clip
from ferkeras.types import Picture

_LONGEST = 1.0  # seconds that one frame of a camera may stand for


def open_frames(source: Any, fps: float | None = None) -> tuple[str, float, Iterator[Picture]]:
    """Name, frames per second, and the frames; of files, one is in memory at a time.

    Args:
        source: as for `ferkeras.recognizer.clip_source.open_clip`; or a camera, see
            `ferkeras.media.Camera`.
        fps: frames per second; None takes the file's, the camera's or the clip's own.

    Raises:
        MediaError: a source that cannot be read; frames per second that nobody says; when a frame
            is asked for: it cannot be read, or is of another size than the first.
    """
    frames: Iterable[Picture]
    camera = as_camera(source)
    if camera is not None:
        name, (own, live) = str(camera), open_camera(camera)
        frames = pictures_in_time(live, _rate(name, fps, own), name)
    elif isinstance(source, str | os.PathLike) and not Path(source).is_dir():
        check_path(Path(source))
        own, video = open_video(source)
        name, frames = str(source), pictures_in_step(video)
    else:
        clip = open_clip(source)
        name, own = clip.source or "array", clip.fps
        frames = (as_picture(clip.frames[at], f"frame {at}") for at in range(len(clip.frames)))
    return name, _rate(name, fps, own), _of_one_size(frames, name)


def pictures_in_time(frames: Iterable[Frame], fps: float, name: str) -> Iterator[Picture]:
    """``fps`` pictures for each second of a camera: each where its time says it belongs.

    Where none came in time, or it was left out since this computer was busy, the one before stands
    for it (the same object), as in a player; of two in one place the first counts.

    Args:
        frames: with times, in order.
        fps: pictures a second.
        name: for messages.

    Warns:
        UserWarning: once, where there is no frame for more than a second: that time is left out.
    """
    before: Picture | None = None
    due, left_out = 0, 0
    for frame in frames:
        missing = round(frame.seconds * fps) - left_out - due
        if missing < 0:
            continue
        if missing > _LONGEST * fps:
            if not left_out:
                warnings.warn(
                    f"{name}: no frame was taken for {missing / fps:.1f} s, as the camera waits or "
                    "this computer is too slow; such times are left out, so later ones are too low",
                    stacklevel=2,
                )
            left_out += missing
            missing = 0
        for _ in range(missing):
            assert before is not None  # the first frame is due at 0
            yield before
        yield frame.picture
        before, due = frame.picture, due + missing + 1


def _rate(name: str, fps: float | None, own: float) -> float:
    if fps is None and not own:
        raise MediaError(f"{name}: does not say how many frames a second it has; give fps= (--fps)")
    return own if fps is None else checked_fps(fps)


def _of_one_size(frames: Iterable[Picture], name: str) -> Iterator[Picture]:
    shape: tuple[int, ...] | None = None
    for number, picture in enumerate(frames):
        shape = shape or picture.shape
        check_frame_size(picture, shape, f"{name}, frame {number}")
        yield picture
