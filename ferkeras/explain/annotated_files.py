"""Annotated copies of pictures and videos, as files."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import cv2

from ferkeras.errors import MediaError
from ferkeras.explain.annotate import Labelled, annotate
from ferkeras.media import write_image
from ferkeras.types import Picture


class AnnotatedFiles:
    """Writes ``<name>.png`` for a picture and ``<name>.mp4`` for a video into one folder.

    Two sources of the same name get ``<name>.png`` and ``<name>-2.png``. A video is whole when the
    next source begins or the block ends; until then it has another name.

    Args:
        folder: made if it is not there.

    Raises:
        MediaError: the folder or a file cannot be written.

    Example:
        >>> with AnnotatedFiles("out") as files:
        ...     for result, picture in recognizer.stream("clip.mp4"):
        ...         files.add(picture, result.faces, result.source, result.seconds)
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise MediaError(f"{folder}: cannot be made a folder ({error.strerror})") from error
        self._used: set[str] = set()
        self._source: str | None = None
        self._target = Path()
        self._first: tuple[Picture, float] | None = None
        self._writer: cv2.VideoWriter | None = None

    def add(
        self, picture: Picture, faces: Sequence[Labelled], source: str, seconds: float | None = None
    ) -> Path:
        """Annotate one picture, or the next frame of a video; returns the file it goes into.

        Args:
            picture: uint8 RGB.
            faces: what to draw.
            source: file name of the picture or video; names the copy.
            seconds: time of the frame; None for a picture.
        """
        drawn = annotate(picture, faces)
        if seconds is None:
            return self.add_drawn(drawn, source)
        if source != self._source:
            self.close()
            self._source, self._target = source, self._new_name(source, ".mp4")
            self._first = (drawn, seconds)
        else:
            if self._first is not None:
                self._begin(seconds - self._first[1])
            self._write(drawn)
        return self._target

    def add_drawn(self, picture: Picture, source: str) -> Path:
        """Write a picture that is drawn already, named after its source; returns the file."""
        self.close()
        target = self._new_name(source, ".png")
        write_image(target, picture)
        return target

    def close(self) -> None:
        """Finish the video that is being written."""
        if self._first is not None:
            self._begin(1.0)
        if self._writer is not None:
            self._writer.release()
            os.replace(self._partial(), self._target)
        self._source, self._writer = None, None

    def __enter__(self) -> AnnotatedFiles:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _begin(self, step: float) -> None:
        """Open the video, now that the time between two frames is known, and write the first."""
        assert self._first is not None
        picture = self._first[0]
        self._first = None
        size = (picture.shape[1], picture.shape[0])
        fps = 1 / step if step > 0 else 25.0
        code = cv2.VideoWriter.fourcc(*"mp4v")
        self._writer = cv2.VideoWriter(str(self._partial()), code, fps, size)
        if not self._writer.isOpened():
            raise MediaError(f"{self._target}: this OpenCV cannot write an MP4 video there")
        self._write(picture)

    def _write(self, picture: Picture) -> None:
        assert self._writer is not None
        self._writer.write(cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))

    def _partial(self) -> Path:
        return self._target.with_name(f".{self._target.stem}.partial.mp4")

    def _new_name(self, source: str, suffix: str) -> Path:
        stem, number = Path(source).stem or "picture", 1
        name = f"{stem}{suffix}"
        while name in self._used:
            number += 1
            name = f"{stem}-{number}{suffix}"
        self._used.add(name)
        return self.folder / name
