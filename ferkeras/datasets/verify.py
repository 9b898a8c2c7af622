"""Check a copy of a data set: counts beside the published ones, unreadable files, duplicates."""

from __future__ import annotations

import importlib
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pandas as pd

from ferkeras.datasets import available
from ferkeras.datasets.base import Index, Skipped, picture_digest
from ferkeras.datasets.published import ALL, TOTAL, Published
from ferkeras.datasets.verify_report import Count, Duplicate, VerifyReport
from ferkeras.errors import FerkerasError

_CHUNK = 256


def verify(index: Index, on_progress: Callable[[int], None] | None = None) -> VerifyReport:
    """Decode every picture of ``index`` once and report what is in it.

    Args:
        index: the data set; if its reader holds ``PUBLISHED``, its counts are compared.
        on_progress: called with the number of pictures checked since the last call.

    Returns:
        The report. A picture that cannot be decoded is listed in it, not raised.
    """
    table = index.table
    items = list(table["item"])
    splits = [split or ALL for split in table["split"]]
    groups: dict[str, list[int]] = defaultdict(list)
    sizes: Counter[str] = Counter()
    unreadable: list[Skipped] = []
    for row, checked in enumerate(_check_all(index, items, on_progress)):
        if isinstance(checked, Skipped):
            unreadable.append(checked)
        else:
            digest, size = checked
            groups[digest].append(row)
            sizes[size] += 1
    published = _published(index.name)
    names = list(dict.fromkeys([*published.counts, *splits]))
    return VerifyReport(
        dataset=index.name,
        samples=len(index),
        classes=index.classes,
        subjects=_different(table["subject"]),
        sequences=_different(table["sequence"]),
        unit=published.unit,
        source=published.source,
        counts=tuple(_counts(index, names, published)),
        missing_splits=tuple(name for name in names if name not in set(splits)),
        sizes=dict(sizes.most_common()),
        unreadable=tuple(unreadable),
        skipped=index.skipped,
        duplicates=tuple(
            Duplicate(
                items=tuple(items[row] for row in rows),
                labels=tuple(table["label"].iat[row] for row in rows),
                splits=tuple(splits[row] for row in rows),
            )
            for rows in groups.values()
            if len(rows) > 1
        ),
    )


def _check_all(
    index: Index, items: list[str], on_progress: Callable[[int], None] | None
) -> Iterator[tuple[str, str] | Skipped]:
    def check(item: str) -> tuple[str, str] | Skipped:
        try:
            picture = index.load(item)
        except FerkerasError as error:
            return Skipped(item, str(error))
        return picture_digest(picture), f"{picture.shape[1]}x{picture.shape[0]}"

    chunks = [items[start : start + _CHUNK] for start in range(0, len(items), _CHUNK)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for results in pool.map(lambda chunk: [check(item) for item in chunk], chunks):
            yield from results
            if on_progress:
                on_progress(len(results))


def _published(name: str) -> Published:
    nothing = Published(source="", counts={})
    if name not in available():
        return nothing
    reader = importlib.import_module(f"ferkeras.datasets.{name}")
    published = getattr(reader, "PUBLISHED", nothing)
    assert isinstance(published, Published)
    return published


def _different(column: pd.Series[Any]) -> int | None:
    return int(column.nunique()) or None


def _counts(index: Index, splits: list[str], published: Published) -> Iterator[Count]:
    rows = index.table.assign(split=index.table["split"].fillna(ALL))
    for split in splits:
        part = rows[rows["split"] == split]
        for label in (*index.classes, TOTAL):
            chosen = part if label == TOTAL else part[part["label"] == label]
            sequences = _different(chosen["sequence"])
            known = published.count(split, label, index.classes)
            have = len(chosen) if published.unit == "pictures" else sequences or 0
            difference = None if known is None else have - known
            yield Count(split, label, len(chosen), sequences, known, difference)
