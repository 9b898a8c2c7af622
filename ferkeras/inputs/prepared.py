"""Every sample of an index as the model's array: detect, crop or spot once; cached on disk."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ferkeras.datasets.base import Index, Skipped
from ferkeras.datasets.digests import Digests
from ferkeras.datasets.digests import digests as compute_digests
from ferkeras.detect import load_detector
from ferkeras.errors import DatasetError, FaceError, FerkerasError
from ferkeras.files import read_arrays, write_arrays
from ferkeras.prepare import check_restorer, needs_detector, prepare_sample, restorer_digest
from ferkeras.prepare.landmarks import landmark_model, landmark_model_digest
from ferkeras.types import InputSpec

POLICIES = ("error", "skip")
_VERSION = 2  # of what is stored; a change of detection or preparation code counts it up


@dataclass(frozen=True)
class Prepared:
    """Model inputs of an index.

    Attributes:
        pictures: uint8 ``(samples, height, width, channels)``; of landmarks float32 ``(samples,
            points, 2)``.
        rows: ``(samples,)`` row numbers of the index, ascending; rows left out are in ``skipped``.
        skipped: items without a usable face, with reasons.
    """

    pictures: NDArray[Any]
    rows: NDArray[np.int64]
    skipped: tuple[Skipped, ...] = ()


def prepare_index(
    index: Index,
    spec: InputSpec,
    *,
    cache: Path | None = None,
    digests: Digests | None = None,
    on_missing: str = "skip",
    workers: int = 2,
    progress: Callable[[int, int], None] | None = None,
) -> Prepared:
    """Load and prepare every sample, or take the result from the cache.

    In a picture with several faces the one with the highest score counts; in an index of face
    crops (``index.cropped``) no face is looked for, but its landmarks may be, see
    `ferkeras.prepare.needs_detector`.

    Args:
        index: the data set.
        spec: how a face becomes an array.
        cache: folder for results, keyed by the pixels of every picture, by ``spec`` and by the
            content of its landmark model's or its restorer's files; None: none.
        digests: of the index's pictures, where they were computed already.
        on_missing: a sample that cannot be read, has no face, or whose face is lost on the way:
            ``"skip"`` counts and reports it, ``"error"`` raises.
        workers: threads.
        progress: called with (done, total).

    Raises:
        FerkerasError: with ``on_missing="error"``, the first sample that fails, named.
        FaceError: a landmark model that is not named, not there, or does not fit ``spec``; or
            a restorer of another factor than 4.
        ModelFileError: a restorer (``spec.resolution``) that is not there or cannot be used.
        DatasetError: no sample is left.
    """
    if on_missing not in POLICIES:
        raise FerkerasError(f"on_missing is {on_missing!r}, expected one of {POLICIES}")
    searches = needs_detector(spec, cropped=index.cropped)
    finder = load_detector(spec.detector) if searches else None
    items = list(index.table["item"])

    def make(item: str) -> NDArray[Any] | str:
        try:
            loaded = index.load(item)
            return _as_stored(prepare_sample(loaded, spec, finder, cropped=index.cropped), spec)
        except FerkerasError as error:
            return str(error)

    stored = None
    if cache is not None:
        key = _key(index, spec, (digests or compute_digests(index)).fingerprint)
        stored = cache / f"{index.name}-{key[:32]}.npz"
        if stored.is_file():
            return _collect(index, items, _read(stored, spec), on_missing)
    if spec.takes_landmarks:
        landmark_model(spec)  # a file that cannot be used is no fault of a sample
    check_restorer(spec)
    results = []
    with ThreadPoolExecutor(workers) as pool:
        for done, value in enumerate(pool.map(make, items), start=1):
            results.append(value)
            if progress is not None and (done % 64 == 0 or done == len(items)):
                progress(done, len(items))
    if stored is not None:
        _write(stored, results, spec)
    return _collect(index, items, results, on_missing)


def _key(index: Index, spec: InputSpec, pixels: str) -> str:
    values = spec.to_dict()
    values.pop("graph", None)  # made of what is stored here, each time
    if spec.takes_landmarks:
        values["landmarks"] = landmark_model_digest(spec)
    if spec.resolution is not None:
        values["resolution"]["restore"] = restorer_digest(spec)
    settings = {"spec": values, "cropped": index.cropped, "version": _VERSION}
    text = json.dumps([settings, pixels], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _as_stored(array: NDArray[np.float32], spec: InputSpec) -> NDArray[Any]:
    """Pixels as bytes; landmarks as they are, since rounding would move them."""
    stored = array.astype(spec.stored_as)
    low, high = spec.value_range
    if not (np.array_equal(stored, array) and ((low <= array) & (array <= high)).all()):
        whole = "" if spec.takes_landmarks else "whole "
        raise AssertionError(f"prepare() gave values that are not {whole}numbers in 0..255")
    return stored


def _write(path: Path, results: list[NDArray[Any] | str], spec: InputSpec) -> None:
    reasons = np.array([value if isinstance(value, str) else "" for value in results])
    found = [value for value in results if not isinstance(value, str)]
    pictures = np.stack(found) if found else np.zeros((0, *spec.shape), spec.stored_as)
    write_arrays(path, pictures=pictures, reasons=reasons)


def _read(path: Path, spec: InputSpec) -> list[NDArray[Any] | str]:
    stored = read_arrays(path)
    kept = int((stored["reasons"] == "").sum()) if "reasons" in stored else -1
    found = stored.get("pictures")
    if found is None or len(found) != kept or found.dtype != spec.stored_as:
        raise FerkerasError(f"{path} is no cache of prepared pictures; delete it and run again")
    pictures = iter(found)
    return [str(reason) if reason else next(pictures) for reason in stored["reasons"]]


def _collect(
    index: Index, items: list[str], results: list[NDArray[Any] | str], on_missing: str
) -> Prepared:
    skipped = [
        Skipped(item, v) for item, v in zip(items, results, strict=True) if isinstance(v, str)
    ]
    if skipped and on_missing == "error":
        raise FaceError(f"{index.name}: {skipped[0].item}: {skipped[0].reason}")
    if len(skipped) == len(items):
        raise DatasetError(
            f"{index.name}: none of {len(items)} samples could be used; "
            f"the first: {skipped[0].item}: {skipped[0].reason}"
        )
    kept = [row for row, value in enumerate(results) if not isinstance(value, str)]
    pictures = np.stack([value for value in results if not isinstance(value, str)])
    return Prepared(pictures, np.array(kept, dtype=np.int64), tuple(skipped))
