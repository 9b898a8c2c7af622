"""Whatever a user hands over as one clip -> `Clip`."""

from __future__ import annotations

import dataclasses
import math
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ferkeras.errors import MediaError
from ferkeras.media import FrameFiles, as_picture, is_video, read_image, read_video
from ferkeras.media.camera import as_camera
from ferkeras.media.frame_size import check_frame_size
from ferkeras.media.images import FORMATS
from ferkeras.types import Clip, Picture


def open_clip(source: Any, *, fps: float | None = None, **annotation: int | None) -> Clip:
    """One clip of a video, a folder of frames, a list of pictures, an array or a `Clip`.

    Frames of files in a folder or list are read when they are asked for; a video is read whole, up
    to 2 GiB of frames.

    Args:
        source: path of a video or of a folder with one picture file a frame, in the natural order
            of their names (img2 before img10); a list of pictures or of their paths; an array
            ``(frames, height, width, 3)``; or a `Clip`.
        fps: frames per second; None takes the file's or the clip's own.
        annotation: ``onset``, ``apex`` and ``offset``; None leaves what the clip has.

    Raises:
        MediaError: not a clip, or frames that cannot be read.
        FerkerasError: an annotation outside the clip.
    """
    clip = _open(source)
    changes: dict[str, Any] = {n: value for n, value in annotation.items() if value is not None}
    if fps is not None:
        changes["fps"] = checked_fps(fps)
    return dataclasses.replace(clip, **changes)


def checked_fps(fps: float) -> float:
    """``fps``, if it is a number of frames per second.

    Raises:
        MediaError: it is not.
    """
    if not (math.isfinite(fps) and fps > 0):
        raise MediaError(f"fps is {fps}, expected frames per second above 0")
    return float(fps)


def check_path(path: Path) -> None:
    """Pass if there is something at a path, and it is not one picture.

    Raises:
        MediaError: it cannot be a clip.
    """
    if not path.exists():
        raise MediaError(f"{path}: no such file or folder")
    if path.suffix.lower() in FORMATS and path.is_file() and not is_video(path):
        raise MediaError(
            f"{path}: is one picture; a clip is a video, a folder of frames or a list of pictures"
        )


def _open(source: Any) -> Clip:
    if isinstance(source, Clip):
        return source
    camera = as_camera(source)
    if camera is not None:
        raise MediaError(f"{camera}: has no end, so it is no clip; use stream_clip()")
    if isinstance(source, str | os.PathLike):
        return _open_path(Path(source))
    if isinstance(source, np.ndarray):
        if source.ndim != 4:
            raise MediaError(
                f"array of shape {source.shape} is no clip; expected (frames, height, width, 3)"
            )
        return Clip(_same_size([as_picture(one, f"frame {n}") for n, one in enumerate(source)]))
    if isinstance(source, list | tuple):
        return _open_list(source)
    raise MediaError(
        f"cannot take a {type(source).__name__} for a clip; give the path of a video or of a "
        "folder of frames, a list of pictures, an array (frames, height, width, 3) or a Clip"
    )


def _open_path(path: Path) -> Clip:
    check_path(path)
    if path.is_dir():
        return Clip(FrameFiles.of_folder(path), source=str(path))
    return read_video(path)


def _open_list(items: Sequence[Any]) -> Clip:
    paths = [isinstance(item, str | os.PathLike) for item in items]
    if items and all(paths):
        return Clip(FrameFiles(items), source=str(Path(items[0]).parent))
    pictures = [
        read_image(item) if is_path else as_picture(item, f"frame {number}")
        for number, (item, is_path) in enumerate(zip(items, paths, strict=True))
    ]
    return Clip(_same_size(pictures))


def _same_size(pictures: list[Picture]) -> list[Picture]:
    if not pictures:
        raise MediaError("a clip without any frame; it needs at least two")
    for number, picture in enumerate(pictures):
        check_frame_size(picture, pictures[0].shape, f"frame {number}")
    return pictures
