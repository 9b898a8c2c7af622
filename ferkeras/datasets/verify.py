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
from ferkeras.datasets.base import Index, Loaded, Skipped, kind_of, sample_digest
from ferkeras.datasets.published import ALL, TOTAL, Published
from ferkeras.datasets.verify_report import Count, Duplicate, VerifyReport
from ferkeras.errors import FerkerasError
from ferkeras.types import Clip, FlowImage, Picture

_CHUNK = 256


def verify(index: Index, on_progress: Callable[[int], None] | None = None) -> VerifyReport:
    """Decode every picture of ``index`` once and report what is in it.

    Args:
        index: the data set; if its reader holds ``PUBLISHED``, its counts are compared.
        on_progress: called with the number of pictures checked since the last call.

    Returns:
        The report. A picture that cannot be decoded is listed in it, not raised; of a clip every
        frame is decoded. Parts are the splits and, in a composite, each data set.
    """
    table = index.table
    items = list(table["item"])
    splits = [split or ALL for split in table["split"]]
    groups: dict[str, list[int]] = defaultdict(list)
    sizes: Counter[str] = Counter()
    unreadable: list[Skipped] = []
    kinds: Counter[str] = Counter()
    for row, checked in enumerate(_check_all(index, items, on_progress)):
        if isinstance(checked, Skipped):
            unreadable.append(checked)
        else:
            digest, size, kind = checked
            groups[digest].append(row)
            sizes[size] += 1
            kinds[kind] += 1
    published = _published(index.name)
    parts = _parts(index, splits)
    names = list(dict.fromkeys([*published.counts, *parts]))
    return VerifyReport(
        dataset=index.name,
        samples=len(index),
        kind=next(iter(kinds), "samples"),
        classes=index.classes,
        subjects=_different(table["subject"]),
        sequences=_different(table["sequence"]),
        unit=published.unit,
        source=published.source,
        counts=tuple(_counts(index, names, parts, published)),
        missing_splits=tuple(name for name in names if name not in parts),
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
) -> Iterator[tuple[str, str, str] | Skipped]:
    def check(item: str) -> tuple[str, str, str] | Skipped:
        try:
            loaded = index.load(item)
            picture = _checked(loaded)
            size = f"{picture.shape[1]}x{picture.shape[0]}"
            return sample_digest(loaded), size, kind_of(loaded)
        except FerkerasError as error:
            return Skipped(item, str(error))

    workers = os.cpu_count() or 1
    size = max(1, min(_CHUNK, len(items) // (8 * workers)))
    chunks = [items[start : start + size] for start in range(0, len(items), size)]
    with ThreadPoolExecutor(workers) as pool:
        for results in pool.map(lambda chunk: [check(item) for item in chunk], chunks):
            yield from results
            if on_progress:
                on_progress(len(results))


def _checked(loaded: Loaded) -> Picture:
    """The picture whose size is reported, of a clip the first frame; all others are decoded."""
    if isinstance(loaded, Clip):
        for at in range(1, len(loaded.frames)):
            loaded.frames[at]
        return loaded.frames[0]
    return loaded.pixels if isinstance(loaded, FlowImage) else loaded


def _parts(index: Index, splits: list[str]) -> dict[str, pd.DataFrame]:
    """Rows of each split, and of each data set where there are several."""
    table = index.table.assign(split=splits)
    parts = {split: table[table["split"] == split] for split in dict.fromkeys(splits)}
    datasets = list(dict.fromkeys(table["dataset"].dropna()))
    if len(datasets) > 1:
        parts |= {name: table[table["dataset"] == name] for name in datasets}
    return parts


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


def _counts(
    index: Index, names: list[str], parts: dict[str, pd.DataFrame], published: Published
) -> Iterator[Count]:
    for name in names:
        part = parts.get(name, index.table.iloc[:0])
        for label in (*index.classes, TOTAL):
            chosen = part if label == TOTAL else part[part["label"] == label]
            sequences = _different(chosen["sequence"])
            known = published.count(name, label, index.classes)
            have = len(chosen) if published.unit == "pictures" else sequences or 0
            difference = None if known is None else have - known
            yield Count(name, label, len(chosen), sequences, known, difference)
