"""Which files are meant by the photos, videos and folders that were typed."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

# Which files of a folder are taken for pictures; a file that is named itself may end in anything.
_PICTURES = (".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff", ".gif", ".ppm", ".pgm")


class PictureFiles(NamedTuple):
    """What was found.

    Attributes:
        files: to read.
        problems: inputs that cannot be read, each with its reason.
        left_out: how many files the folders have besides.
    """

    files: list[Path]
    problems: list[tuple[str, str]]
    left_out: int


def picture_files(inputs: list[Path], *, videos: bool = True) -> PictureFiles:
    """Files as they were named, and the pictures and videos in folders, by name.

    Args:
        inputs: files and folders.
        videos: take videos; or else they are left out of folders, and a problem where named.
    """
    from ferkeras.media import is_video

    files: list[Path] = []
    problems: list[tuple[str, str]] = []
    left_out = 0
    wanted = "picture or video" if videos else "picture"
    for path in inputs:
        if not path.is_dir():
            if videos or not (path.is_file() and is_video(path)):
                files.append(path)
            else:
                problems.append((str(path), f"{path}: is a video; give pictures"))
            continue
        try:
            inside = sorted(file for file in path.iterdir() if file.is_file())
        except OSError as error:
            problems.append((str(path), f"{path}: cannot be listed ({error.strerror})"))
            continue
        media = [
            file
            for file in inside
            if (videos if is_video(file) else file.suffix.lower() in _PICTURES)
        ]
        left_out += len(inside) - len(media)
        files += media
        if not media:
            problems.append((str(path), f"{path}: no {wanted} in this folder"))
    return PictureFiles(files, problems, left_out)
