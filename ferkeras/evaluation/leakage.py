"""Leakage guard: what stands on both sides of a fold, measured, judged and taken out."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ferkeras.errors import LeakageError, RecipeError
from ferkeras.evaluation.splitters import Fold, Rows

KINDS = ("subjects", "sequences", "duplicates")
_COLUMNS = {"subjects": "subject", "sequences": "sequence"}
_NOUNS = {
    "subjects": ("subject", "subjects"),
    "sequences": ("recording", "recordings"),
    "duplicates": ("picture", "pictures"),
}


@dataclass(frozen=True)
class Overlap:
    """One kind of overlap between the training and the test part of a fold.

    Attributes:
        kind: one of `KINDS`.
        shared: distinct subjects, recordings or pictures that stand on both sides; None =
            unknown, because one side says nothing about them.
        test_rows, train_rows: rows that carry a shared value; None where ``shared`` is.
        unknown_rows: rows of both parts whose value is unknown; with some, ``shared`` is a
            lower bound.
        test_total: rows of the test part.
        examples: up to three shared values; for duplicates "test item = training item".
    """

    kind: str
    shared: int | None
    test_rows: int | None
    train_rows: int | None
    unknown_rows: int
    test_total: int
    examples: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """One line for people: unknown, none, or how many and which."""
        one, many = _NOUNS[self.kind]
        if self.shared is None:
            return f"{self.kind}: unknown, the data set does not say"
        doubt = f" (unknown for {self.unknown_rows} rows)" if self.unknown_rows else ""
        if self.shared == 0:
            return f"{self.kind}: no {one} on both sides{doubt}"
        examples = ", ".join(self.examples)
        more = ", ..." if self.shared > len(self.examples) else ""
        least = "at least " if self.unknown_rows else ""
        return (
            f"{self.kind}: {least}{self.shared} {one if self.shared == 1 else many} on both sides,"
            f" {self.test_rows} of {self.test_total} test rows{doubt}: {examples}{more}"
        )

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Overlap:
        """Inverse of ``dataclasses.asdict`` after a trip through JSON."""
        return cls(**{**values, "examples": tuple(values["examples"])})


def measure(
    table: pd.DataFrame, fold: Fold, digests: Sequence[Any] | NDArray[Any]
) -> tuple[Overlap, ...]:
    """Overlap of each of the `KINDS` between the two parts of a fold.

    Args:
        table: an index's table.
        fold: the parts.
        digests: one value for each row of the table, equal for equal pictures, None = unknown.
    """
    overlaps = []
    for kind in KINDS:
        values = table[_COLUMNS[kind]].to_numpy() if kind in _COLUMNS else np.asarray(digests)
        codes, names = pd.factorize(np.asarray(values, dtype=object))
        train, test = codes[fold.train], codes[fold.test]
        unknown = int((train < 0).sum() + (test < 0).sum())
        if (train < 0).all() or (test < 0).all():
            overlaps.append(Overlap(kind, None, None, None, unknown, len(test)))
            continue
        shared = np.intersect1d(train[train >= 0], test[test >= 0])
        if kind == "duplicates":
            items = table["item"].to_numpy()
            examples = [
                f"{items[fold.test[np.argmax(test == code)]]} = "
                f"{items[fold.train[np.argmax(train == code)]]}"
                for code in shared[:3]
            ]
        else:
            examples = [str(names[code]) for code in shared[:3]]
        overlaps.append(
            Overlap(
                kind,
                len(shared),
                int(np.isin(test, shared).sum()),
                int(np.isin(train, shared).sum()),
                unknown,
                len(test),
                tuple(examples),
            )
        )
    return tuple(overlaps)


def check_names(kinds: Iterable[str]) -> tuple[str, ...]:
    """The kinds as a tuple.

    Raises:
        RecipeError: a kind that is not one of `KINDS`.
    """
    kinds = (kinds,) if isinstance(kinds, str) else tuple(kinds)
    for kind in kinds:
        if kind not in KINDS:
            raise RecipeError(f"no leak is called {kind!r}; known: {', '.join(KINDS)}")
    return kinds


def check(overlaps: Iterable[Overlap], accepts: Iterable[str], where: str) -> None:
    """Pass if every overlap that was found is accepted by name. Unknown is not an overlap.

    Args:
        overlaps: as `measure` gives them.
        accepts: kinds that the protocol or the user accepts.
        where: protocol and fold, for the message.

    Raises:
        LeakageError: one line with what overlaps, how many and how to mend it.
    """
    accepts = check_names(accepts)
    for overlap in overlaps:
        if overlap.shared and overlap.kind not in accepts:
            mend = {
                "subjects": "use subject-kfold:10 or loso",
                "sequences": "use subject-kfold:10, loso or sequence-kfold:10",
                "duplicates": "take the training copies out with --drop-leaks",
            }[overlap.kind]
            raise LeakageError(
                f"{where} leaks {overlap.line}; {mend}, "
                f"or accept it with --allow-leaks {overlap.kind}"
            )


def drop_leaks(fold: Fold, digests: Sequence[Any] | NDArray[Any]) -> tuple[Fold, Rows]:
    """Take the training copies of test pictures out.

    Returns:
        The fold without them, and the training rows that were taken out.
    """
    codes, _ = pd.factorize(np.asarray(digests, dtype=object))
    tested = codes[fold.test]
    copies = np.isin(codes[fold.train], tested[tested >= 0])
    kept = dataclasses.replace(fold, train=fold.train[~copies])
    return kept, fold.train[copies]


def summarise(folds: Sequence[Sequence[Overlap]]) -> list[str]:
    """One line for each kind over all folds of an evaluation."""
    lines = []
    for overlaps in zip(*folds, strict=True):
        if len(overlaps) == 1:
            lines.append(overlaps[0].line)
            continue
        kind = overlaps[0].kind
        known = [overlap for overlap in overlaps if overlap.shared is not None]
        hit = [overlap for overlap in known if overlap.shared]
        unsure = sum(overlap.unknown_rows > 0 for overlap in known)
        doubt = f" (unknown for some rows of {unsure} folds)" if unsure else ""
        if not known:
            lines.append(overlaps[0].line)
        elif not hit:
            lines.append(
                f"{kind}: no {_NOUNS[kind][0]} on both sides of any of {len(known)} folds{doubt}"
            )
        else:
            rows = sum(overlap.test_rows or 0 for overlap in hit)
            total = sum(overlap.test_total for overlap in overlaps)
            lines.append(
                f"{kind}: on both sides in {len(hit)} of {len(overlaps)} folds, "
                f"{rows} of {total} test rows{doubt}: {', '.join(hit[0].examples)}, ..."
            )
    return lines
