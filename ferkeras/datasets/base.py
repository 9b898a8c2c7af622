"""The index of a data set: a checked table of samples and a way to load each one."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ferkeras.errors import DatasetError
from ferkeras.types import Clip, FlowImage, Picture, Sample

COLUMNS = ("item", "label", "subject", "sequence", "split", "dataset")


def picture_digest(picture: Picture) -> str:
    """SHA-256 of a picture's shape and pixels: equal pictures, equal digest."""
    head = repr(picture.shape).encode()
    return hashlib.sha256(head + np.ascontiguousarray(picture).tobytes()).hexdigest()


Loaded = Picture | Clip | FlowImage
"""What an index's ``load`` gives; the same kind for all items of an index."""


def kind_of(loaded: Loaded) -> str:
    """What a sample is, in the plural: ``"pictures"``, ``"clips"`` or ``"flow pictures"``."""
    if isinstance(loaded, Clip):
        return "clips"
    return "flow pictures" if isinstance(loaded, FlowImage) else "pictures"


def sample_digest(loaded: Loaded) -> str:
    """SHA-256 of the pixels that a sample's input is made of: equal pixels, equal digest.

    For a clip these are the onset (else the first frame) and the apex; where the apex is not
    annotated, all frames up to the offset, as it must be looked for among them. Frames are loaded
    one at a time, and no others.
    """
    if isinstance(loaded, Clip):
        start = loaded.onset or 0
        if loaded.apex is not None:
            wanted: Iterable[int] = (start, loaded.apex)
            known = ["apex"]
        else:
            last = len(loaded.frames) - 1 if loaded.offset is None else loaded.offset
            wanted = range(start, last + 1)
            annotated = {"onset": loaded.onset, "offset": loaded.offset}
            known = [name for name, place in annotated.items() if place is not None]
        parts = [picture_digest(loaded.frames[at]) for at in wanted]
        return hashlib.sha256(repr((known, parts)).encode()).hexdigest()
    if isinstance(loaded, FlowImage):
        parts = [picture_digest(one) for one in (loaded.pixels, loaded.apex) if one is not None]
        return hashlib.sha256(repr(parts).encode()).hexdigest()
    return picture_digest(loaded)


@dataclass(frozen=True)
class Skipped:
    """An item that was left out, and why; reported, never dropped in silence."""

    item: str
    reason: str


@dataclass(frozen=True)
class Index:
    """A data set as a table; pictures are loaded one by one when needed.

    Attributes:
        name: short name of the data set, such as ``"fer2013"``.
        table: columns `COLUMNS`, one row a sample, row numbers 0..n-1. ``subject``, ``sequence``,
            ``split`` and ``dataset`` hold None where the data set does not say.
        classes: class names; their order gives the label numbers.
        load: ``item -> Picture`` (uint8 RGB), `Clip` or `FlowImage`, see `ferkeras.types`.
        cropped: the pictures are face crops already, so no face is looked for in them.
        skipped: items that the reader left out, with reasons.
        source: how it was asked for, with all options, for reports:
            ``"synthetic:subjects=20,frames=2"``; the name where that is not known.

    Raises:
        DatasetError: no rows, a missing column, an item twice, or a label outside ``classes``.
    """

    name: str
    table: pd.DataFrame
    classes: tuple[str, ...]
    load: Callable[[str], Loaded] = dataclasses.field(repr=False)
    cropped: bool = False
    skipped: tuple[Skipped, ...] = ()
    source: str = ""

    def __post_init__(self) -> None:
        missing = [name for name in COLUMNS if name not in self.table.columns]
        if missing:
            raise DatasetError(f"{self.name}: the index has no column {missing[0]!r}")
        if self.table.empty:
            raise DatasetError(f"{self.name}: no samples; is the root folder the right one?")
        twice = self.table["item"][self.table["item"].duplicated()]
        if len(twice):
            raise DatasetError(f"{self.name}: item {twice.iloc[0]!r} stands in the index twice")
        unknown = sorted(set(self.table["label"]) - set(self.classes))
        if unknown:
            raise DatasetError(
                f"{self.name}: label {unknown[0]!r} is not one of {list(self.classes)}"
            )
        object.__setattr__(self, "source", self.source or self.name)
        columns = self.table[list(COLUMNS)].reset_index(drop=True).astype(object)
        object.__setattr__(self, "table", columns.where(columns.notna(), None))

    @classmethod
    def from_samples(
        cls,
        name: str,
        samples: Iterable[Sample],
        classes: Sequence[str],
        load: Callable[[str], Loaded],
        *,
        cropped: bool = False,
        skipped: Iterable[Skipped] = (),
    ) -> Index:
        """Build an index from `Sample` rows."""
        rows = [dataclasses.astuple(sample) for sample in samples]
        table = pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)
        return cls(name, table, tuple(classes), load, cropped=cropped, skipped=tuple(skipped))

    def __len__(self) -> int:
        return len(self.table)

    @property
    def labels(self) -> NDArray[np.int64]:
        """Label numbers ``(samples,)``: positions in ``classes``."""
        number = {name: position for position, name in enumerate(self.classes)}
        return np.array([number[label] for label in self.table["label"]], dtype=np.int64)

    def subset(self, rows: Sequence[int] | NDArray[np.integer]) -> Index:
        """The index of these row numbers, in this order."""
        return dataclasses.replace(self, table=self.table.iloc[np.asarray(rows, dtype=int)])

    def without_loader(self) -> Index:
        """The table alone, which can be sent to another process whatever the loader is."""
        return dataclasses.replace(self, load=_no_samples)

    def digest(self, row: int) -> str:
        """SHA-256 of the decoded pixels of one sample; see `sample_digest`."""
        return sample_digest(self.load(self.table["item"].iat[row]))


def _no_samples(item: str) -> Loaded:
    raise DatasetError(f"{item}: this index holds its table only; it was sent without its loader")
