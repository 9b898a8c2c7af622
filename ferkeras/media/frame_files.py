"""Frames of a clip that lie as one picture file each, read when they are asked for."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import overload

from ferkeras.errors import MediaError
from ferkeras.media.file_numbers import frame_numbers, uneven
from ferkeras.media.files import suffix
from ferkeras.media.frame_size import check_frame_size
from ferkeras.media.images import FORMATS, read_image
from ferkeras.types import Picture


class FrameFiles(Sequence[Picture]):
    """A sequence of pictures over their files, in the order given.

    Args:
        paths: one picture file a frame; at least one.

    ``frames[3]`` decodes one frame (uint8 RGB), ``frames[2:9]`` is again a `FrameFiles`. Nothing is
    kept, so a long recording takes no memory.

    Raises:
        MediaError: no file; when a frame is asked for: it cannot be read, or has not the first
            frame's size.
    """

    def __init__(self, paths: Iterable[str | os.PathLike[str]]) -> None:
        self.paths = tuple(Path(path) for path in paths)
        if not self.paths:
            raise MediaError("a clip without any frame file; expected at least one")
        self._shape: tuple[int, ...] | None = None

    @classmethod
    def of_folder(cls, folder: str | os.PathLike[str]) -> FrameFiles:
        """The picture files that lie directly in a folder, numbers in their names by value.

        So img2 comes before img10. Hidden files are left out. Numbers may go up by any step; each
        file counts as one frame.

        Raises:
            MediaError: a folder that cannot be listed, or without a picture.

        Warns:
            UserWarning: the numbers do not go up evenly, so that frames are missing (see
                `ferkeras.media.file_numbers`).
        """
        try:
            inside = [path for path in Path(folder).iterdir() if path.is_file()]
        except OSError as error:
            raise MediaError(f"{folder}: cannot be listed ({error.strerror})") from error
        pictures = [path for path in inside if suffix(path) in FORMATS and path.name[0] != "."]
        pictures.sort(key=_natural_order)
        if not pictures:
            raise MediaError(
                f"{folder}: no picture among its {len(inside)} files; expected one file a frame"
            )
        numbers = frame_numbers([path.stem for path in pictures])
        problem = uneven(numbers) if numbers else None
        if problem:
            warnings.warn(
                f"{folder}: of its frames' numbers {problem}; files are counted as they are, so "
                "places and times in the clip do not fit the numbers from there on",
                stacklevel=2,
            )
        return cls(pictures)

    def __len__(self) -> int:
        return len(self.paths)

    @overload
    def __getitem__(self, at: int) -> Picture: ...

    @overload
    def __getitem__(self, at: slice) -> FrameFiles: ...

    def __getitem__(self, at: int | slice) -> Picture | FrameFiles:
        if isinstance(at, slice):
            return FrameFiles(self.paths[at])
        picture = read_image(self.paths[at])
        if self._shape is None:
            first = at in (0, -len(self.paths))
            self._shape = picture.shape if first else read_image(self.paths[0]).shape
        check_frame_size(picture, self._shape, str(self.paths[at]))
        return picture


def _natural_order(path: Path) -> tuple[list[tuple[int, str]], str]:
    parts = re.findall(r"\d+|\D+", path.name)
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts], path.name
