"""The faces of an index as sharp square pictures, each at its own size: nothing is enlarged."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ferkeras.datasets.base import Index, Skipped
from ferkeras.datasets.digests import Digests
from ferkeras.datasets.digests import digests as compute_digests
from ferkeras.detect import Detector, load_detector
from ferkeras.errors import DatasetError, FaceError, FerkerasError
from ferkeras.files import read_arrays, write_arrays
from ferkeras.media import as_picture
from ferkeras.prepare import prepare
from ferkeras.types import Clip, FlowImage, InputSpec, Picture

_VERSION = 1  # of what is stored


@dataclass(frozen=True)
class SharpFaces:
    """Faces of an index.

    Attributes:
        pictures: uint8 ``(side, side, 3)`` RGB each.
        rows: ``(faces,)`` row numbers of the index, ascending.
        skipped: items left out, with reasons.
    """

    pictures: list[Picture]
    rows: NDArray[np.int64]
    skipped: tuple[Skipped, ...] = ()


def sharp_faces(
    index: Index,
    size: int,
    smallest: int,
    multiple: int,
    *,
    detector: str = "viola_jones",
    margin: float = 0.0,
    cache: Path | None = None,
    digests: Digests | None = None,
    workers: int = 2,
    progress: Callable[[int, int], None] | None = None,
) -> SharpFaces:
    """Cut out the face of every picture and bring it to ``size``, or less where it is smaller.

    Args:
        index: pictures; frames of clips by the reader's ``,pictures=apex``.
        size: side of a face, a multiple of ``multiple``.
        smallest: faces below this side are left out and listed.
        multiple: sides are cut down to multiples of it.
        detector, margin: as in `ferkeras.types.InputSpec`; not used where the index holds face
            crops, of which the central square is taken.
        cache: folder for results, keyed by the pixels of every picture and these settings.
        digests: of the index's pictures, where they were computed already.
        workers: threads.
        progress: called with (done, total).

    Raises:
        DatasetError: no face is left.
    """
    finder = None if index.cropped else load_detector(detector)

    def face(item: str) -> Picture | str:
        try:
            return _face(index.load(item), size, smallest, multiple, finder, margin)
        except FerkerasError as error:
            return str(error)

    stored = None
    if cache is not None:
        pixels = (digests or compute_digests(index)).fingerprint
        settings = [size, smallest, multiple, detector, margin, index.cropped, _VERSION, pixels]
        key = hashlib.sha256(json.dumps(settings).encode()).hexdigest()
        stored = cache / f"{index.name}-sharp-{key[:32]}.npz"
        if stored.is_file():
            return _collect(index, _read(stored))
    results = []
    with ThreadPoolExecutor(workers) as pool:
        for done, value in enumerate(pool.map(face, index.table["item"]), start=1):
            results.append(value)
            if progress is not None and (done % 64 == 0 or done == len(index)):
                progress(done, len(index))
    if stored is not None:
        _write(stored, results)
    return _collect(index, results)


def _face(
    loaded: Picture | Clip | FlowImage,
    size: int,
    smallest: int,
    multiple: int,
    finder: Detector | None,
    margin: float,
) -> Picture:
    if isinstance(loaded, Clip | FlowImage):
        raise FaceError("a clip or its flow is no picture; read frames of it with ,pictures=apex")
    picture, found = as_picture(loaded), None
    side = float(min(picture.shape[:2]))
    if finder is None:
        picture = _central_square(picture)
    else:
        faces = finder.detect(picture)
        if not faces:
            raise FaceError(f"no face found by {finder.name}")
        found = faces[0]
        side = max(found.box[2:]) * (1 + 2 * margin)
    side = int(min(size, side)) // multiple * multiple
    if side < smallest:
        raise FaceError(f"the face has {side}x{side} pixels, at least {smallest} are needed")
    spec = InputSpec(height=side, width=side, channels=3, margin=margin)
    return prepare(picture, found, spec).astype(np.uint8)


def _central_square(picture: Picture) -> Picture:
    side = min(picture.shape[:2])
    top, left = ((length - side) // 2 for length in picture.shape[:2])
    return picture[top : top + side, left : left + side]


def _write(path: Path, results: list[Picture | str]) -> None:
    reasons = np.array([value if isinstance(value, str) else "" for value in results])
    faces = [value for value in results if not isinstance(value, str)]
    sides = np.array([len(face) for face in faces], np.int64)
    flat = [face.reshape(-1) for face in faces]
    pixels = np.concatenate(flat) if flat else np.zeros(0, np.uint8)
    write_arrays(path, reasons=reasons, sides=sides, pixels=pixels)


def _read(path: Path) -> list[Picture | str]:
    stored = read_arrays(path)
    try:
        sides, reasons = stored["sides"], stored["reasons"]
        ends = np.cumsum(3 * sides**2)
        parts = np.split(stored["pixels"], ends)
        if len(parts.pop()) or int((reasons == "").sum()) != len(sides):
            raise ValueError
        faces = iter([part.reshape(s, s, 3) for part, s in zip(parts, sides, strict=True)])
    except (KeyError, ValueError, TypeError):
        raise FerkerasError(f"{path} is no cache of sharp faces; delete it and run again") from None
    return [str(reason) if reason else next(faces) for reason in reasons]


def _collect(index: Index, results: list[Picture | str]) -> SharpFaces:
    items = index.table["item"]
    skipped = tuple(
        Skipped(str(item), value)
        for item, value in zip(items, results, strict=True)
        if isinstance(value, str)
    )
    rows = [row for row, value in enumerate(results) if not isinstance(value, str)]
    if not rows:
        raise DatasetError(
            f"{index.name}: none of {len(results)} pictures could be used; the first: "
            f"{skipped[0].item}: {skipped[0].reason}"
        )
    pictures = [value for value in results if not isinstance(value, str)]
    return SharpFaces(pictures, np.array(rows, np.int64), skipped)
