"""A data set's folder while it is read: listed in order, with a note of all that is left out."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ferkeras.datasets.base import Index, Skipped
from ferkeras.datasets.expressions import expression_named
from ferkeras.errors import DatasetError
from ferkeras.media import read_image
from ferkeras.types import Picture, Sample

PICTURE_SUFFIXES = (".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp")
_SYSTEM_NAMES = (".ds_store", "__macosx", "desktop.ini", "thumbs.db")


def first_left_out(skipped: Sequence[Skipped]) -> str:
    """End of a message that there are no samples: how many were left out, and one reason."""
    if not skipped:
        return ""
    return f"; {len(skipped)} left out, such as {skipped[0].item}: {skipped[0].reason}"


@dataclass(frozen=True)
class PictureFiles:
    """Loads an item that is a path below ``root``; can be sent to other processes."""

    root: Path

    def __call__(self, item: str) -> Picture:
        """Decode one picture: uint8 RGB ``(height, width, 3)``.

        Raises:
            MediaError: the file is missing or cannot be decoded.
        """
        return read_image(self.root / item)


class Tree:
    """Lists the folders of one data set and builds its index.

    Args:
        name: the reader's name, for messages.
        root: the folder given by the user.
        needs: the layout that the reader looks for, for messages.

    Raises:
        DatasetError: the root, or later any folder below it, is no folder or cannot be read.
    """

    def __init__(self, name: str, root: Path, needs: str) -> None:
        self.name, self.root, self.needs = name, root, needs
        self._skipped: dict[str, str] = {}
        self._listed: dict[Path, tuple[list[Path], list[Path]]] = {}
        self._list(root)

    def item(self, path: Path) -> str:
        """The path below the root, with forward slashes: the item's name in the index."""
        return path.relative_to(self.root).as_posix()

    def skip(self, path: Path, reason: str) -> None:
        """Note that a file or a folder is left out, and why."""
        self._skipped[self.item(path)] = reason

    def folders(self, folder: Path) -> list[Path]:
        """Folders directly in ``folder``, by name; those of operating systems are left out."""
        return self._list(folder)[0]

    def files(self, folder: Path) -> list[Path]:
        """Files directly in ``folder``, by name; those of operating systems are left out."""
        return self._list(folder)[1]

    def pictures(self, folder: Path) -> list[Path]:
        """Picture files directly in ``folder``, by name; all else there is noted as left out."""
        found = []
        for path in self.folders(folder):
            self.skip(path, "a folder among pictures")
        for path in self.files(folder):
            if path.suffix.lower() in PICTURE_SUFFIXES:
                found.append(path)
            else:
                self.skip(path, "not a picture file")
        return found

    def locate(self, accept: Callable[[Path], bool], depth: int) -> list[Path]:
        """Folders, the root among them, down to ``depth`` levels below it that ``accept`` likes."""
        found, level = [], [self.root]
        for remaining in range(depth, -1, -1):
            found += [folder for folder in level if accept(folder)]
            level = [sub for folder in level for sub in self.folders(folder)] if remaining else []
        return found

    def has_classes(self, folder: Path) -> bool:
        """Whether any folder directly in ``folder`` is named like an expression."""
        return any(expression_named(path.name) for path in self.folders(folder))

    def class_folders(self, folder: Path, classes: Sequence[str]) -> list[tuple[str, Path]]:
        """``(class, folder)`` for each class folder in ``folder``; files beside them are noted.

        Raises:
            DatasetError: a folder that is not named like one of ``classes``.
        """
        found = []
        for path in self.files(folder):
            self.skip(path, "not in a class folder")
        for path in self.folders(folder):
            label = expression_named(path.name)
            if label is None or label not in classes:
                raise DatasetError(
                    f"{self.name}: folder {path} is not one of the classes "
                    f"{', '.join(classes)}; rename or move it"
                )
            found.append((label, path))
        return found

    def wrong_root(self) -> DatasetError:
        """The error for a root that does not hold what the reader needs."""
        return DatasetError(f"{self.name}: {self.root} holds no {self.needs}")

    def index(self, samples: Iterable[Sample], classes: Sequence[str], *, cropped: bool) -> Index:
        """The index of ``samples`` with everything that was left out.

        Raises:
            DatasetError: there are no samples; the message gives one reason for leaving out.
        """
        rows = list(samples)
        skipped = [Skipped(item, reason) for item, reason in sorted(self._skipped.items())]
        if not rows:
            raise DatasetError(
                f"{self.name}: {self.root} gives no samples{first_left_out(skipped)}"
            )
        load = PictureFiles(self.root)
        return Index.from_samples(self.name, rows, classes, load, cropped=cropped, skipped=skipped)

    def _list(self, folder: Path) -> tuple[list[Path], list[Path]]:
        if folder not in self._listed:
            self._listed[folder] = self._scan(folder)
        return self._listed[folder]

    def _scan(self, folder: Path) -> tuple[list[Path], list[Path]]:
        folders: list[Path] = []
        files: list[Path] = []
        try:
            with os.scandir(folder) as entries:
                for entry in sorted(entries, key=lambda entry: entry.name):
                    path = folder / entry.name
                    if entry.name.startswith("._") or entry.name.lower() in _SYSTEM_NAMES:
                        self.skip(path, "left by an operating system")
                    else:
                        (folders if entry.is_dir() else files).append(path)
        except (FileNotFoundError, NotADirectoryError):
            raise DatasetError(
                f"{self.name}: {folder} is not a folder; expected one with {self.needs}"
            ) from None
        except OSError as error:
            raise DatasetError(
                f"{self.name}: folder {folder} cannot be read ({error.strerror})"
            ) from error
        return folders, files
