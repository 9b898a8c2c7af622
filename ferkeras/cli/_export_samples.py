"""The samples on which exported files are compared, and those that integers are fitted to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ferkeras.errors import ExportError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ferkeras.datasets import Index
    from ferkeras.types import FloatArray, InputSpec

_CALIBRATION = 300


@dataclass(frozen=True)
class Samples:
    """Prepared samples of a data set.

    Attributes:
        pictures: float32 ``(n, height, width, channels)``, 0..255; or arrays by the names of the
            inputs, of a model that takes frames.
        targets: true classes, numbers of the model's labels; None where the data set has others.
        left_out: how many were asked for and had no usable face.
        rows: of the index.
    """

    pictures: FloatArray | dict[str, NDArray[Any]]
    targets: NDArray[np.int64] | None
    left_out: int
    rows: NDArray[np.int64]


def compared_samples(
    index: Index, spec: InputSpec, labels: Sequence[str], count: int, split: str
) -> Samples:
    """``count`` samples of a part, evenly spread; 0: all.

    Raises:
        ExportError: no such part.
    """
    return _prepared(index, spec, labels, _spread(_rows_of(index, split), count))


def calibration_samples(
    index: Index, spec: InputSpec, used: NDArray[np.int64] | None, split: str = ""
) -> FloatArray | dict[str, NDArray[Any]]:
    """Up to 300 samples, evenly spread, none of them in ``used``.

    They are of other parts of the data set than those, and of other people, where there are any.

    Args:
        index: the data set.
        spec: what the model takes.
        used: rows of the same index that are compared; None: it is another data set.
        split: the part to take them from; empty: all.

    Raises:
        ExportError: nothing is left.
    """
    free = np.zeros(len(index), bool)
    free[_rows_of(index, split)] = True
    if used is not None:
        free[used] = False
        subjects = index.table["subject"].to_numpy()
        parts = index.table["split"].to_numpy()
        for column in (parts, subjects):
            seen = [one for one in set(column[used]) if one is not None]
            others = free & ~np.isin(column, seen)
            free = others if others.any() else free
    rows = np.flatnonzero(free)
    if not len(rows):
        raise ExportError(
            f"{index.name}: all samples are compared, none is left to calibrate tflite-int8 on; "
            "give --calibration, or fewer --crops"
        )
    return _prepared(index, spec, (), _spread(rows, _CALIBRATION)).pictures


def _rows_of(index: Index, split: str) -> NDArray[np.int64]:
    if not split:
        return np.arange(len(index))
    parts = index.table["split"]
    rows = np.flatnonzero(parts.to_numpy() == split)
    if not len(rows):
        known = sorted({str(part) for part in parts if part is not None})
        raise ExportError(
            f"{index.name}: no part {split!r}; known: {', '.join(known) or 'it has no parts'}"
        )
    return rows


def _spread(rows: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    wanted = min(count or len(rows), len(rows))
    return rows[np.unique(np.linspace(0, len(rows) - 1, wanted).astype(int))]


def _prepared(
    index: Index, spec: InputSpec, labels: Sequence[str], rows: NDArray[np.int64]
) -> Samples:
    from ferkeras.inputs import prepare_frames, prepare_index

    part = index.subset(rows)
    pictures: FloatArray | dict[str, NDArray[Any]]
    if spec.takes_frames:
        pictures, skipped = prepare_frames(part, spec)
    else:
        prepared = prepare_index(part, spec)
        pictures, skipped = prepared.pictures.astype(np.float32), prepared.skipped
    lost = {one.item for one in skipped}
    kept = part.table["label"][~part.table["item"].isin(lost)]
    known = set(kept) <= set(labels)
    numbers = [list(labels).index(label) for label in kept] if known else None
    targets = None if numbers is None else np.array(numbers, np.int64)
    return Samples(pictures, targets, len(skipped), rows)
