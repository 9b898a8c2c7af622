"""FER2013's original file: one row a picture, its pixels written out as numbers.

Columns ``emotion`` (0..6), ``pixels`` (48*48 grey values, row by row, separated by spaces) and
``Usage`` (Training, PublicTest, PrivateTest), in any order: ``fer2013.csv`` and
``icml_face_data.csv`` differ in it. The file has 300 MB, so only the place of each row is kept;
pixels are read again when a picture is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ferkeras.datasets.base import Index, Skipped
from ferkeras.datasets.expressions import SEVEN
from ferkeras.datasets.tree import first_left_out
from ferkeras.errors import DatasetError, MediaError
from ferkeras.types import Picture, Sample

FILE_NAMES = ("fer2013.csv", "icml_face_data.csv")
SIDE = 48

_COLUMNS = ("emotion", "pixels", "usage")
_EMOTIONS = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
_SPLITS = {"Training": "train", "PublicTest": "public_test", "PrivateTest": "private_test"}


@dataclass(frozen=True)
class CsvPictures:
    """Loads the picture of one row; each call opens the file anew, so threads may share it.

    Attributes:
        path: the csv file.
        places: item -> ``(first byte, number of bytes)`` of its row.
        column: which column holds the pixels.
    """

    path: Path
    places: Mapping[str, tuple[int, int]]
    column: int

    def __call__(self, item: str) -> Picture:
        """Parse one row's pixels: uint8 RGB ``(48, 48, 3)``, all channels equal.

        Raises:
            MediaError: a pixel is not a whole number in 0..255, or the file has gone.
        """
        start, length = self.places[item]
        try:
            with self.path.open("rb") as file:
                file.seek(start)
                row = file.read(length)
            values = [int(value) for value in _fields(row)[self.column].split()]
        except (OSError, ValueError, IndexError) as error:
            raise MediaError(f"{self.path}: {item} cannot be read ({error})") from None
        if len(values) != SIDE * SIDE or min(values) < 0 or max(values) > 255:
            raise MediaError(f"{self.path}: {item} is not {SIDE * SIDE} pixels in 0..255")
        grey = np.array(values, dtype=np.uint8).reshape(SIDE, SIDE, 1)
        return np.repeat(grey, 3, axis=2)


def read_csv(name: str, path: Path) -> Index:
    """Index the rows of ``path``; an item is ``row_<number>``, the first row of data being 0.

    Rows with a wrong number of pixels, an unknown emotion or an unknown usage are left out and
    noted in ``skipped``.

    Raises:
        DatasetError: the file cannot be read, lacks a column, or has no usable row.
    """
    samples: list[Sample] = []
    skipped: list[Skipped] = []
    places: dict[str, tuple[int, int]] = {}
    try:
        with path.open("rb") as file:
            header = file.readline()
            columns = _columns(name, path, header)
            place = len(header)
            for number, line in enumerate(file):
                item = f"row_{number:05d}"
                if line.strip():
                    sample = _sample(item, line, columns)
                    if isinstance(sample, Skipped):
                        skipped.append(sample)
                    else:
                        samples.append(sample)
                        places[item] = (place, len(line))
                place += len(line)
    except OSError as error:
        raise DatasetError(f"{name}: {path} cannot be read ({error.strerror})") from error
    if not samples:
        raise DatasetError(f"{name}: {path} gives no samples{first_left_out(skipped)}")
    load = CsvPictures(path, places, columns["pixels"])
    return Index.from_samples(name, samples, SEVEN, load, cropped=True, skipped=skipped)


def _fields(line: bytes) -> list[str]:
    text = line.decode("utf-8-sig", errors="replace")
    return [field.strip().strip('"') for field in text.split(",")]


def _columns(name: str, path: Path, header: bytes) -> dict[str, int]:
    found = [field.lower() for field in _fields(header)]
    missing = [column for column in _COLUMNS if column not in found]
    if missing:
        raise DatasetError(
            f"{name}: {path} has no column {missing[0]!r}; its first line must name emotion, "
            "pixels and Usage"
        )
    return {column: found.index(column) for column in _COLUMNS}


def _sample(item: str, line: bytes, columns: dict[str, int]) -> Sample | Skipped:
    fields = _fields(line)
    if len(fields) <= max(columns.values()):
        return Skipped(item, f"{len(fields)} columns")
    emotion, usage = fields[columns["emotion"]], fields[columns["usage"]]
    pixels = len(fields[columns["pixels"]].split())
    if not (emotion.isdecimal() and int(emotion) < len(_EMOTIONS)):
        return Skipped(item, f"unknown emotion {emotion!r}, expected 0..{len(_EMOTIONS) - 1}")
    if usage not in _SPLITS:
        return Skipped(item, f"unknown usage {usage!r}, expected one of {', '.join(_SPLITS)}")
    if pixels != SIDE * SIDE:
        return Skipped(item, f"{pixels} pixels, expected {SIDE * SIDE}")
    return Sample(item, _EMOTIONS[int(emotion)], split=_SPLITS[usage])
