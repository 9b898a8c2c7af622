"""The counts that a data set's authors published, which `verify` puts beside a copy's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ferkeras.datasets._class_mapping import mapping_onto

ALL = "all"
TOTAL = "total"


@dataclass(frozen=True)
class Published:
    """Published counts of one data set.

    Attributes:
        source: paper or page that they were taken from.
        counts: part -> class -> count. A data set without parts has the one part `ALL`; where
            only a part's total is published, its one class is `TOTAL`.
        unit: what is counted: single pictures, or sequences (each gives several pictures).
    """

    source: str
    counts: Mapping[str, Mapping[str, int]]
    unit: Literal["pictures", "sequences"] = "pictures"

    def count(self, split: str, label: str, classes: tuple[str, ...]) -> int | None:
        """Published count of a class, or for `TOTAL` of all ``classes``; None if not published.

        Where ``classes`` are those of a class mapping (`ferkeras.datasets.map_classes`), a class's
        count is the sum over the published classes that become it.
        """
        part = self.counts.get(split, {})
        if label != TOTAL:
            return _count(part, label, classes)
        counts = (_count(part, name, classes) for name in classes)
        known = [count for count in counts if count is not None]
        if known:
            return sum(known)
        return None if mapping_onto(classes) else part.get(TOTAL)  # it covers what is left out too


def _count(part: Mapping[str, int], label: str, classes: tuple[str, ...]) -> int | None:
    mapping = mapping_onto(classes)
    if label in part or mapping is None:
        return part.get(label)
    counts = [count for name, count in part.items() if mapping.targets.get(name) == label]
    return sum(counts) if counts else None
