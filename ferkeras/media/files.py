"""Opening a file that a user names, with one clear line when that fails."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO

from ferkeras.errors import MediaError


def open_file(path: str | os.PathLike[str]) -> BinaryIO:
    """Open a regular file that is not empty for reading.

    Raises:
        MediaError: the file is missing, a folder, empty, not readable, or not a regular file.
    """
    try:
        status = os.stat(path)
        mode = status.st_mode
        if stat.S_ISREG(mode) and status.st_size > 0:
            return Path(path).open("rb")
    except FileNotFoundError as error:
        raise MediaError(f"{path}: no such file") from error
    except PermissionError as error:
        raise MediaError(f"{path}: no permission to read it") from error
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the name
        raise MediaError(f"{path}: cannot be opened ({error})") from error
    if stat.S_ISDIR(mode):
        raise MediaError(f"{path}: is a folder; give a file")
    if not stat.S_ISREG(mode):
        raise MediaError(f"{path}: is not a regular file")
    raise MediaError(f"{path}: the file is empty")


def suffix(path: str | os.PathLike[str]) -> str:
    """The end of the file's name in lower case, with its dot: ``".jpg"``."""
    return Path(path).suffix.lower()
