"""Video files, decoded by OpenCV's FFmpeg."""

from __future__ import annotations

import math
import os
import warnings
from collections.abc import Iterator

# FFmpeg writes to stderr about every file it cannot read; we say it in one line of our own.
# OpenCV looks at this variable when it opens its first video.
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")

import cv2

from ferkeras.errors import MediaError
from ferkeras.media.arrays import as_picture
from ferkeras.media.frame import Frame


def open_capture(path: str | os.PathLike[str], every: int) -> tuple[float, Iterator[Frame]]:
    """Frames per second (0 where the file does not say), and each ``every``-th frame.

    Raises:
        MediaError: not a video; while reading: no frame at all.

    Warns:
        UserWarning: fewer than 95 % of the frames that the file announces could be read.
    """
    level = cv2.utils.logging.getLogLevel()
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    try:
        video = cv2.VideoCapture(os.fspath(path), cv2.CAP_FFMPEG)
    finally:
        cv2.utils.logging.setLogLevel(level)
    if not video.isOpened():
        raise MediaError(
            f"{path}: not a video that FFmpeg can read, or it is damaged; "
            "expected for instance AVI, MP4, MOV, MKV or WebM"
        )
    video.set(cv2.CAP_PROP_ORIENTATION_AUTO, 1)
    fps = video.get(cv2.CAP_PROP_FPS)
    fps = fps if math.isfinite(fps) and fps > 0 else 0.0
    return fps, _frames(path, video, every)


def _frames(path: str | os.PathLike[str], video: cv2.VideoCapture, every: int) -> Iterator[Frame]:
    announced = int(video.get(cv2.CAP_PROP_FRAME_COUNT))
    number = 0
    try:
        while video.grab():
            if number % every == 0:
                seconds = video.get(cv2.CAP_PROP_POS_MSEC) / 1000
                decoded, bgr = video.retrieve()
                if not decoded:
                    break
                rgb = cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB)
                yield Frame(number, seconds, as_picture(rgb, f"{path}, frame {number}"))
            number += 1
    finally:
        video.release()
    if number == 0:
        raise MediaError(f"{path}: the video has no frame that can be read")
    if number < 0.95 * announced - 1:  # the count of some formats is an estimate
        warnings.warn(
            f"{path}: the video ends after {number} of {announced} announced frames; "
            "it may be cut off",
            stacklevel=2,
        )
