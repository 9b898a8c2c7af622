"""Pictures of whatever a user hands over: files, videos, cameras, arrays, clips."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ferkeras.errors import MediaError
from ferkeras.media import as_picture, is_video, iter_video, read_image
from ferkeras.media.camera import as_camera, open_camera
from ferkeras.types import Clip, Picture


def iter_pictures(
    item: Any, name: str, every: int
) -> Iterator[tuple[Picture, int | None, float | None]]:
    """The pictures of one item, with frame number and time where it is a video or a camera."""
    camera = as_camera(item)
    if camera is not None:
        for frame in open_camera(camera, every)[1]:
            yield frame.picture, frame.number, frame.seconds
    elif isinstance(item, Clip):
        for number in range(0, len(item.frames), every):
            seconds = number / item.fps if item.fps else None
            yield as_picture(item.frames[number], f"{name}, frame {number}"), number, seconds
    elif isinstance(item, np.ndarray):
        yield as_picture(item, name), None, None
    elif not isinstance(item, (str, os.PathLike)):
        raise MediaError(
            f"{name}: cannot recognise a {type(item).__name__}; "
            "give a path, an array, a Clip, a Camera or a list of these"
        )
    elif is_video(item):
        for frame in iter_video(item, every):
            yield frame.picture, frame.number, frame.seconds
    else:
        yield read_image(Path(item)), None, None
