"""Several data sets as one: a composite, as in the micro-expression challenge of 2019.

See et al., "MEGC 2019 – The Second Facial Micro-Expressions Grand Challenge", FG 2019.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from ferkeras.datasets._crop_option import crop_option
from ferkeras.datasets.base import Index, Loaded, Skipped, kind_of
from ferkeras.errors import DatasetError, FerkerasError

_TRIED = 3  # samples of a data set that are loaded to see what it holds


@dataclass(frozen=True)
class CompositeLoader:
    """Loads ``"<index's name>/<item>"`` with the loader of that index.

    Attributes:
        loaders: name of each index -> its ``load``.
    """

    loaders: Mapping[str, Callable[[str], Loaded]]

    def __call__(self, item: str) -> Loaded:
        """Load one item.

        Raises:
            DatasetError: no index of the composite has that name.
        """
        name, _, rest = item.partition("/")
        if name not in self.loaders:
            raise DatasetError(
                f"item {item!r} starts with none of the data sets {', '.join(self.loaders)}"
            )
        return self.loaders[name](rest)


def combine(indexes: Sequence[Index]) -> Index:
    """One index of all samples of several data sets.

    Items become ``"<index's name>/<item>"``. ``dataset`` is the index's name, or what its own
    column says. Subjects and sequences get that name in front, ``"samm-006"``, unless they have
    it already: people of different data sets are different people, and data sets number them alike.

    Args:
        indexes: at least one; a single one is returned as it is. Classes must have the same
            names; the first index gives their order.

    Returns:
        Index named like ``"casme2+samm"``.

    Raises:
        DatasetError: no index, two of one name, other classes, face crops beside whole pictures, or
            clips, flow pictures and pictures beside each other.
    """
    if not indexes:
        raise DatasetError("no data sets to combine")
    first, *others = indexes
    if not others:
        return first
    (name, count), *_ = Counter(index.name for index in indexes).most_common(1)
    if count > 1:
        raise DatasetError(f"data set {name!r} is given {count} times; combine different ones")
    held = {index.name: _held(index) for index in indexes}
    for other in others:
        here, there = held[first.name], held[other.name]
        if here and there and here != there:
            raise DatasetError(
                f"{first.name} holds {here}, {other.name} holds {there}; these cannot be combined, "
                "take data sets of one kind"
            )
        if set(other.classes) != set(first.classes):
            raise DatasetError(
                f"{first.name} has the classes {', '.join(first.classes)}, but {other.name} has "
                f"{', '.join(other.classes)}; read both with the same, for example ,classes=three"
            )
        if other.cropped != first.cropped:
            raise DatasetError(_mixed(*((other, first) if other.cropped else (first, other))))
    return Index(
        "+".join(index.name for index in indexes),
        pd.concat([_prefixed(index) for index in indexes]),
        first.classes,
        CompositeLoader({index.name: index.load for index in indexes}),
        cropped=first.cropped,
        skipped=tuple(
            Skipped(f"{index.name}/{one.item}", one.reason)
            for index in indexes
            for one in index.skipped
        ),
        source="+".join(index.source for index in indexes),
    )


def _mixed(crops: Index, whole: Index) -> str:
    """What is wrong with face crops beside whole pictures, and which options these readers have."""
    wanted = ((crops.name, False), (whole.name, True))
    options = [(name, crop_option(name, crops=kind)) for name, kind in wanted]
    ways = " or ".join(f"{name} with {option}" for name, option in options if option)
    mend = (
        f"read {ways}, where its folder holds those" if ways else "take data sets that hold alike"
    )
    return f"{crops.name} holds face crops, {whole.name} whole pictures; {mend}"


def _held(index: Index) -> str | None:
    """What an index holds, see `kind_of`; None where its first samples cannot be read."""
    for item in index.table["item"].iloc[:_TRIED]:
        try:
            return kind_of(index.load(item))
        except FerkerasError:  # told where the sample is needed
            continue
    return None


def _prefixed(index: Index) -> pd.DataFrame:
    dataset = index.table["dataset"].where(index.table["dataset"].notna(), index.name)
    names = {
        column: [
            value if value is None or value.startswith(f"{of}-") else f"{of}-{value}"
            for of, value in zip(dataset, index.table[column], strict=True)
        ]
        for column in ("subject", "sequence")
    }
    items = [f"{index.name}/{item}" for item in index.table["item"]]
    return index.table.assign(item=items, dataset=dataset, **names)
