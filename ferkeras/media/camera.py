"""A camera: frames as they come, the newest first of all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2

from ferkeras.errors import MediaError
from ferkeras.media.arrays import as_picture
from ferkeras.media.capture import open_quietly
from ferkeras.media.frame import Frame
from ferkeras.media.newest_frame import NewestFrame


@dataclass(frozen=True)
class Camera:
    """Where live frames come from. Nothing is opened until its frames are asked for.

    Attributes:
        device: number of a camera, from 0, or the URL of a stream (``rtsp://...``, ``http://...``),
            as OpenCV's VideoCapture takes them.
        max_frames: end after this many given frames; None: go on until the program stops.
        size: width and height that the camera is asked for; it may give others. None: its own.

    Raises:
        MediaError: a number below 0, an empty URL, or no room for a frame.

    Example:
        >>> for result, picture in recognizer.stream(Camera(0, max_frames=100)):
        ...     print(result.seconds, [face.label for face in result.faces])
    """

    device: int | str
    max_frames: int | None = None
    size: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        device = self.device
        known = isinstance(device, int | str) and not isinstance(device, bool)
        if not known or device == "" or (isinstance(device, int) and device < 0):
            raise MediaError(
                f"camera {device!r}: expected the number of a camera, from 0, or a URL"
            )
        if self.max_frames is not None and not _whole(self.max_frames):
            raise MediaError(f"{self}: max_frames={self.max_frames}, expected 1 or more")
        if self.size is not None and not (
            isinstance(self.size, tuple) and len(self.size) == 2 and all(map(_whole, self.size))
        ):
            raise MediaError(f"{self}: size={self.size}, expected width and height in pixels")

    def __str__(self) -> str:
        device = self.device
        return f"camera {re.sub('//[^/]*@', '//', device) if isinstance(device, str) else device}"


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def as_camera(source: Any) -> Camera | None:
    """The camera that a user means: a `Camera`, a number, or a text with ``://``; else None."""
    if isinstance(source, Camera):
        return source
    if isinstance(source, int) and not isinstance(source, bool):
        return Camera(source)
    return Camera(source) if isinstance(source, str) and "://" in source else None


def open_camera(camera: Camera, every: int = 1) -> tuple[float, Iterator[Frame]]:
    """Frames per second that the camera says (0 where it does not), and its frames.

    A thread reads all the while and keeps the newest frame alone, so memory is bounded: frames that
    come while the one before is worked on are left out. `Frame.number` counts them too, and
    `Frame.seconds` is the time since the first frame, by this computer's clock. The camera is
    closed with the iterator.

    Args:
        camera: which.
        every: leave out at least ``every - 1`` frames between two.

    Raises:
        MediaError: ``every`` below 1, or it cannot be opened; while reading: it gives no frame, or
            no more (a stream that was named by its URL may end).
    """
    if every < 1:
        raise MediaError(f"{camera}: every={every}, expected 1 or more")
    capture = open_quietly(camera.device, cv2.CAP_ANY)
    if not capture.isOpened():
        capture.release()
        why = (
            "no camera of this number here, no permission to use it, or another program holds it"
            if isinstance(camera.device, int)
            else "no such stream, or OpenCV cannot read its format"
        )
        raise MediaError(f"{camera}: cannot be opened ({why})")
    if camera.size is not None:
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, camera.size[0])
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, camera.size[1])
    fps = capture.get(cv2.CAP_PROP_FPS)
    return (fps if 0 < fps < 1000 else 0.0), _frames(camera, capture, every)


def _frames(camera: Camera, capture: cv2.VideoCapture, every: int) -> Iterator[Frame]:
    newest = NewestFrame(capture)
    given, due = 0, 0
    start: float | None = None
    try:
        while camera.max_frames is None or given < camera.max_frames:
            taken = newest.take(due)
            if taken is None:
                break
            number, at, bgr = taken
            start = at if start is None else start
            picture = as_picture(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), f"{camera}, frame {number}")
            given, due = given + 1, number + every
            yield Frame(number, at - start, picture)
        else:
            return
    except cv2.error as error:
        reason = str(error).strip().rpartition("error: ")[2]  # its `err` may be that of another
        raise MediaError(f"{camera}: OpenCV fails ({reason})") from error
    finally:
        newest.close()
    if not given or isinstance(camera.device, int):
        after = f"after {given} frames; was it unplugged?" if given else "at all"
        raise MediaError(f"{camera}: gives no {'more ' if given else ''}frame {after}")
