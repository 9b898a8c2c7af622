"""One row of a data set."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sample:
    """One row of a data set's index.

    Attributes:
        item: what the reader's ``load`` turns into a picture; unique within the data set
            (a path below the root, or a row's name).
        label: class name, one of the index's ``classes``.
        subject: who is seen; None where the data set does not say.
        sequence: the recording the picture was taken from; None where it does not say.
        split: the data set's own part ("train", "test", ...); None where it has none.
        dataset: which data set of a composite it is from; None where there is but one.
    """

    item: str
    label: str
    subject: str | None = None
    sequence: str | None = None
    split: str | None = None
    dataset: str | None = None
