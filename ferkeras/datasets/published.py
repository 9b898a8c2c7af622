"""The counts that a data set's authors published, which `verify` puts beside a copy's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

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
        """Published count of a class, or for `TOTAL` of all ``classes``; None if not published."""
        part = self.counts.get(split, {})
        if label != TOTAL:
            return part.get(label)
        known = [part[name] for name in classes if name in part]
        return sum(known) if known else part.get(TOTAL)
