"""Picture files found by the names that a table writes for them."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from ferkeras.datasets.tree import PICTURE_SUFFIXES
from ferkeras.errors import DatasetError


class PictureNames:
    """All pictures below a folder, by name.

    Case, spaces around a name, its ending and zeros before a number make no difference
    (``sub01_EP02_01f .png`` and ``sub01_EP02_01f``; ``s01_ne_01`` and ``s1_ne_01``), as long as one
    file alone fits.

    Args:
        reader: for messages.
        folder: looked through with all folders below it.
        without: a folder below it that is left out.

    Attributes:
        paths: the pictures, by name.

    Raises:
        DatasetError: it is no folder.
    """

    def __init__(self, reader: str, folder: Path, without: Path | None = None) -> None:
        if not folder.is_dir():
            raise DatasetError(f"{reader}: {folder} is not a folder")
        self.folder = folder
        self.paths: list[Path] = []
        self._exact: dict[str, list[Path]] = defaultdict(list)
        self._loose: dict[str, list[Path]] = defaultdict(list)
        for place, folders, names in os.walk(folder):
            folders[:] = sorted(one for one in folders if Path(place, one) != without)
            for name in sorted(names):
                path = Path(place, name)
                if path.suffix.lower() in PICTURE_SUFFIXES and not name.startswith("._"):
                    self.paths.append(path)
                    below = path.relative_to(folder).as_posix()
                    for key in {_key(name), _key(below)}:
                        self._exact[key].append(path)
                        self._loose[_without_zeros(key)].append(path)

    def find(self, names: Sequence[str]) -> Path:
        """The picture of the first name that fits; an empty name fits nothing.

        Raises:
            DatasetError: none fits, or two do.
        """
        keys = [_key(name) for name in names if name]
        for table, wanted in (
            (self._exact, keys),
            (self._loose, [_without_zeros(key) for key in keys]),
        ):
            for key in wanted:
                paths = table.get(key, [])
                if len(paths) > 1:
                    raise DatasetError(
                        f"{paths[0]} and {paths[1]} are both called like {names[0] or names[-1]}"
                    )
                if paths:
                    return paths[0]
        shown = next(name for name in names if name)
        raise DatasetError(f"no picture called like {shown!r} below {self.folder}")


def _key(name: str) -> str:
    stem, suffix = os.path.splitext(name.replace("\\", "/").strip())
    return (stem if suffix.lower() in PICTURE_SUFFIXES else stem + suffix).strip().lower()


def _without_zeros(key: str) -> str:
    return re.sub(r"(?<!\d)0+(?=\d)", "", key)
