"""Video files, frame by frame or as one clip."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from ferkeras.errors import MediaError
from ferkeras.media.capture import open_capture
from ferkeras.media.files import open_file, suffix
from ferkeras.media.frame import Frame
from ferkeras.media.frame_size import check_frame_size
from ferkeras.media.gif import is_animated, open_gif
from ferkeras.media.images import FORMATS as PICTURE_FORMATS
from ferkeras.types import Clip, Picture

SUFFIXES = (".avi", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".ogv", ".webm", ".wmv")
_MAX_CLIP_BYTES = 2 * 1024**3


def is_video(path: str | os.PathLike[str]) -> bool:
    """Whether a file is to be read as a video: by its ending; a GIF if it is animated."""
    return is_animated(path) if suffix(path) == ".gif" else suffix(path) in SUFFIXES


def iter_video(
    path: str | os.PathLike[str], every: int = 1, max_frames: int | None = None
) -> Iterator[Frame]:
    """Read a video frame by frame; holds one frame in memory.

    Args:
        path: a video that FFmpeg can decode (AVI, MP4, MOV, MKV, WebM, ...) or an animated GIF.
        every: give the first frame and each ``every``-th after it.
        max_frames: stop after this many given frames.

    Raises:
        MediaError: the file is missing, empty, unreadable, a picture or not a video, or a
            number is below 1; found at the call, before the first frame is asked for. A video
            without any frame is found when the first one is asked for.

    Warns:
        UserWarning: frames that cannot be decoded (later ones keep their numbers); the video ended
            before the number of frames that it announces.
    """
    return open_video(path, every, max_frames)[1]


def read_video(path: str | os.PathLike[str], every: int = 1, max_frames: int | None = None) -> Clip:
    """Read a video into memory; arguments, errors and warnings as for `iter_video`.

    Returns:
        The clip; its ``fps`` is that of the frames given: the file's, divided by ``every``. Where
        frames cannot be decoded, see `pictures_in_step`.

    Raises:
        MediaError: also where the frames would take more than 2 GiB, or differ in size.
    """
    fps, frames = open_video(path, every, max_frames)
    pictures: list[Picture] = []
    for picture in islice(pictures_in_step(frames, every), max_frames):
        number = len(pictures) * every
        pictures.append(picture)
        check_frame_size(picture, pictures[0].shape, f"{path}, frame {number}")
        if len(pictures) * picture.nbytes > _MAX_CLIP_BYTES:
            height, width = picture.shape[:2]
            raise MediaError(
                f"{path}: more than {len(pictures) - 1} frames of {width}x{height} do not fit "
                "into 2 GiB; go through it by Recognizer.stream_clip (ferkeras predict --window), "
                "frame by frame with iter_video, or give max_frames= or every="
            )
    return Clip(frames=_joined(pictures), fps=fps / every, source=str(path))


def pictures_in_step(frames: Iterable[Frame], every: int = 1) -> Iterator[Picture]:
    """The pictures of each ``every``-th frame number from 0 on, without a hole.

    For a number that is missing stands the picture before it, as in a player (at the start, the one
    after): so the place in a clip is the frame's number, and annotations and times fit.
    """
    before, due = None, 0
    for frame in frames:
        for _ in range(due, frame.number, every):
            yield frame.picture if before is None else before
        yield frame.picture
        before, due = frame.picture, frame.number + every


def _joined(pictures: list[Picture]) -> NDArray[np.uint8]:
    """One array of all pictures. The list is emptied on the way, so that nothing is held twice."""
    joined = np.empty((len(pictures), *pictures[0].shape), np.uint8)
    for number in reversed(range(len(pictures))):
        joined[number] = pictures.pop()
    return joined


def open_video(
    path: str | os.PathLike[str], every: int = 1, max_frames: int | None = None
) -> tuple[float, Iterator[Frame]]:
    """Frames per second of the file (0 where it does not say), and its frames, read one by one.

    Arguments, errors and warnings as for `iter_video`.
    """
    if every < 1:
        raise MediaError(f"{path}: every={every}, expected 1 or more")
    if max_frames is not None and max_frames < 1:
        raise MediaError(f"{path}: max_frames={max_frames}, expected 1 or more")
    if suffix(path) in PICTURE_FORMATS and suffix(path) != ".gif":
        raise MediaError(f"{path}: is a picture, not a video; use read_image")
    open_file(path).close()
    open_source = open_gif if suffix(path) == ".gif" else open_capture
    fps, frames = open_source(path, every)
    return fps, islice(frames, max_frames)
