"""What `ferkeras.datasets.verify` finds in a copy of a data set."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from ferkeras.datasets._reason_counts import reason_counts
from ferkeras.datasets.base import Skipped


@dataclass(frozen=True)
class Count:
    """Samples of one class in one part; the class `TOTAL` stands for all of them.

    Attributes:
        split: the part, or `ALL` where the data set has none.
        label: class name or `TOTAL`.
        pictures: samples in this copy.
        sequences: recordings that they come from; None where that is not known.
        published: what the authors published; None where they did not.
        difference: this copy's count (in the published unit) less the published one.
    """

    split: str
    label: str
    pictures: int
    sequences: int | None
    published: int | None
    difference: int | None


@dataclass(frozen=True)
class Duplicate:
    """One picture, equal in every pixel, that stands in the index more than once."""

    items: tuple[str, ...]
    labels: tuple[str, ...]
    splits: tuple[str, ...]


@dataclass(frozen=True)
class VerifyReport:
    """What `verify` found.

    Attributes:
        dataset: the reader's name.
        samples: rows of the index.
        kind: what a sample is, in the plural: "pictures", "clips" or "flow pictures"; "samples"
            where none can be read.
        classes: class names.
        subjects, sequences: how many different ones; None where not known.
        unit: what ``published`` counts, "pictures" or "sequences".
        source: where the published counts are from; empty where there are none.
        counts: for each part and class, with a total for each part.
        missing_splits: published parts that this copy does not have.
        sizes: "<width>x<height>" -> number of samples, the commonest first.
        unreadable: samples that cannot be decoded.
        skipped: items that the reader left out.
        duplicates: samples that stand in the index more than once.
    """

    dataset: str
    samples: int
    kind: str
    classes: tuple[str, ...]
    subjects: int | None
    sequences: int | None
    unit: str
    source: str
    counts: tuple[Count, ...]
    missing_splits: tuple[str, ...]
    sizes: dict[str, int]
    unreadable: tuple[Skipped, ...]
    skipped: tuple[Skipped, ...]
    duplicates: tuple[Duplicate, ...]

    @property
    def duplicates_across_splits(self) -> int:
        """Distinct pictures that stand in more than one part."""
        return sum(len(set(group.splits)) > 1 for group in self.duplicates)

    @property
    def label_conflicts(self) -> int:
        """Distinct pictures that carry more than one label."""
        return sum(len(set(group.labels)) > 1 for group in self.duplicates)

    @property
    def copies(self) -> int:
        """Rows that would go if each distinct picture were kept once."""
        return sum(len(group.items) - 1 for group in self.duplicates)

    @property
    def other_size(self) -> int:
        """Pictures that have not the commonest size."""
        return sum(self.sizes.values()) - max(self.sizes.values(), default=0)

    @property
    def skipped_reasons(self) -> dict[str, int]:
        """Why the reader left items out -> how many, the commonest reason first."""
        return reason_counts(self.skipped)

    @property
    def unreadable_reasons(self) -> dict[str, int]:
        """Why samples cannot be decoded -> how many, the commonest reason first."""
        return reason_counts(self.unreadable)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON: all fields, and the figures derived from them."""
        derived = (
            *("duplicates_across_splits", "label_conflicts", "copies", "other_size"),
            *("skipped_reasons", "unreadable_reasons"),
        )
        return {**dataclasses.asdict(self), **{name: getattr(self, name) for name in derived}}
