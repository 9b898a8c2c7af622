"""Animated GIF files, decoded by Pillow."""

from __future__ import annotations

import os
from collections.abc import Iterator

from PIL import Image

from ferkeras.errors import MediaError
from ferkeras.media.arrays import as_picture
from ferkeras.media.files import open_file
from ferkeras.media.frame import Frame
from ferkeras.media.images import damaged, image_pixels


def is_animated(path: str | os.PathLike[str]) -> bool:
    """Whether this is a GIF of more than one frame; False for anything that cannot be read."""
    try:
        with open_file(path) as file, Image.open(file, formats=("GIF",)) as image:
            return bool(getattr(image, "is_animated", False))
    except (MediaError, OSError, SyntaxError):
        return False


def open_gif(path: str | os.PathLike[str], every: int) -> tuple[float, Iterator[Frame]]:
    """Mean frames per second (0 where the file gives no times), and each ``every``-th frame.

    Raises:
        MediaError: not a GIF; while reading: a damaged frame.
    """
    try:
        with open_file(path) as file, Image.open(file, formats=("GIF",)) as image:
            durations = []
            for number in range(getattr(image, "n_frames", 1)):
                image.seek(number)
                durations.append(float(image.info.get("duration", 0)) / 1000)
    except (OSError, SyntaxError, EOFError) as error:
        raise damaged(path, error) from error
    total = sum(durations)
    return (len(durations) / total if total > 0 else 0.0), _frames(path, every, durations)


def _frames(path: str | os.PathLike[str], every: int, durations: list[float]) -> Iterator[Frame]:
    with open_file(path) as file, Image.open(file, formats=("GIF",)) as image:
        for number in range(0, len(durations), every):
            try:
                image.seek(number)
                image.load()
            except Exception as error:  # a damaged frame: OSError, SyntaxError, IndexError, ...
                raise damaged(path, error) from error
            picture = as_picture(image_pixels(image), f"{path}, frame {number}")
            yield Frame(number, sum(durations[:number]), picture)
