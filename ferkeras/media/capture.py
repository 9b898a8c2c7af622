"""Video files, decoded by OpenCV's FFmpeg."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from typing import Any

# FFmpeg writes to stderr about every file it cannot read; we say it in one line of our own.
# OpenCV looks at this variable when it opens its first video.
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")

import cv2

from ferkeras.errors import MediaError
from ferkeras.media.arrays import as_picture
from ferkeras.media.files import open_file
from ferkeras.media.frame import Frame
from ferkeras.media.video_numbers import VideoNumbers


def open_capture(path: str | os.PathLike[str], every: int) -> tuple[float, Iterator[Frame]]:
    """Frames per second (0 where the file does not say), and each ``every``-th frame.

    A frame that cannot be decoded is passed over; those after it keep their numbers.

    Raises:
        MediaError: not a video; while reading: no frame at all.

    Warns:
        UserWarning: frames that cannot be decoded; fewer frames than the file announces. See
            `ferkeras.media.video_numbers`.
    """
    video = open_quietly(os.fspath(path), cv2.CAP_FFMPEG)
    if not video.isOpened():
        raise MediaError(
            f"{path}: not a video that FFmpeg can read, or it is damaged; "
            "expected for instance AVI, MP4, MOV, MKV or WebM"
        )
    video.set(cv2.CAP_PROP_ORIENTATION_AUTO, 1)
    fps = video.get(cv2.CAP_PROP_FPS)
    fps = fps if math.isfinite(fps) and fps > 0 else 0.0
    return fps, _frames(path, video, fps, every)


def open_quietly(source: str | int, backend: int) -> cv2.VideoCapture:
    """OpenCV's capture of a file, a URL or a device, without its messages; it may not be opened."""
    level = cv2.utils.logging.getLogLevel()
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    try:
        return cv2.VideoCapture(source, backend)
    finally:
        cv2.utils.logging.setLogLevel(level)


def _frames(
    path: str | os.PathLike[str], video: cv2.VideoCapture, fps: float, every: int
) -> Iterator[Frame]:
    announced = int(video.get(cv2.CAP_PROP_FRAME_COUNT))
    numbers = VideoNumbers(path, fps, announced, fixed_rate=_is_avi(path))
    try:
        while True:
            # OpenCV says "no" to a damaged frame as to the end, but the next try may go on.
            if not video.grab():
                if numbers.fail():
                    continue
                break
            number = numbers.place(video.get(cv2.CAP_PROP_POS_MSEC) / 1000)
            if number % every == 0:
                rgb = _decoded(video)
                if rgb is None:
                    numbers.lose()
                    continue
                picture = as_picture(rgb, f"{path}, frame {number}")
                yield Frame(number, numbers.seconds, picture)
    finally:
        video.release()
    if not numbers.decoded:
        raise MediaError(f"{path}: the video has no frame that can be read")
    numbers.close()


def _decoded(video: cv2.VideoCapture) -> Any:
    """The frame that was grabbed last, RGB, or None; nothing else of it stays in memory."""
    decoded, bgr = video.retrieve()
    return cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB) if decoded else None


def _is_avi(path: str | os.PathLike[str]) -> bool:
    with open_file(path) as file:
        head = file.read(12)
    return head[:4] == b"RIFF" and head[8:] == b"AVI "
