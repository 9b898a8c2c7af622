"""Protocols by name: ``"subject-kfold:10"`` -> how to fold, and what it may not leak."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pandas as pd

from ferkeras.datasets.base import Index
from ferkeras.errors import DatasetError, RecipeError
from ferkeras.evaluation import splitters
from ferkeras.evaluation.splitters import Fold

FORMS = (
    "kfold:10",
    "stratified-kfold:10",
    "subject-kfold:10",
    "sequence-kfold:10",
    "loso",
    "split:train/test",
    "random-split:70/20/10",
    "cross:ckplus",
)


@dataclass(frozen=True)
class Protocol:
    """A way to evaluate.

    Attributes:
        name: as typed, such as ``"kfold:10"``.
        description: one line for people.
        accepts: kinds of overlap between training and test part that it asks for by name, out of
            `ferkeras.evaluation.leakage.KINDS`; every other overlap is an error.
        subject_independent: True or False where the protocol itself decides it; None where only
            a measurement can tell (a data set's own parts).
        remark: printed beside every number that is not subject-independent, else "".
        make: ``(table, seed) -> folds``.
    """

    name: str
    description: str
    accepts: tuple[str, ...]
    subject_independent: bool | None
    remark: str
    make: Callable[[pd.DataFrame, int], Iterable[Fold]]

    def folds(self, index: Index, seed: int = 0) -> list[Fold]:
        """All folds of an index.

        Raises:
            DatasetError, RecipeError: the index lacks what the protocol needs; names both.
        """
        try:
            return list(self.make(index.table, seed))
        except (RecipeError, DatasetError) as error:
            raise type(error)(f"{index.name}, protocol {self.name}: {error}") from error


def parse_protocol(text: str) -> Protocol:
    """Turn a protocol's name into a `Protocol`.

    Args:
        text: one of the `FORMS`: ``kfold:N``, ``stratified-kfold:N`` (the papers' random
            protocols: accept subject and sequence overlap), ``sequence-kfold:N`` (accepts subject
            overlap), ``random-split:TRAIN/TEST[/REST]`` (percent of the pictures; accepts subject
            and sequence overlap; the rest is on neither side), ``subject-kfold:N``, ``loso``,
            ``split:TRAIN/TEST`` and ``cross:DATASET`` (of a composite: trained on that data set,
            tested on all others; accept none).

    Raises:
        RecipeError: unknown name, or a number or parts that are missing or out of range.
    """
    name, _, argument = text.partition(":")
    if name == "loso" and not argument:
        return Protocol(
            text,
            "leave one subject out: each person is tested by a model that never saw them",
            (),
            True,
            "",
            lambda table, seed: splitters.leave_one_subject_out(table),
        )
    if name == "split" and re.fullmatch(r"[^/]+/[^/]+", argument):
        train, test = argument.split("/")
        return Protocol(
            text,
            f"the data set's own parts: trained on {train!r}, tested on {test!r}",
            (),
            None,
            "",
            lambda table, seed: splitters.fixed_split(table, train, test),
        )
    if name == "random-split" and (found := re.fullmatch(_PERCENT, argument)):
        share, tested = int(found[1]), int(found[2])
        left = 100 - share - tested
        if min(share, tested) < 1 or left < 0 or (found[3] and int(found[3]) != left):
            raise RecipeError(
                f"protocol {text!r}: expected percentages of the pictures, 1 or more to train and "
                "to test on, 100 together"
            )
        unused = f"; {left} % are on neither side, as the last epoch counts" if left else ""
        return Protocol(
            text,
            f"one random split of the pictures, {share} % to train and {tested} % to test on"
            f"{unused}: people and recordings stand on both sides",
            ("subjects", "sequences"),
            False,
            f"optimistic, {_PAPER}",
            lambda table, seed: splitters.random_split(table, share, tested, seed),
        )
    if name == "cross" and argument:
        return Protocol(
            text,
            f"across data sets: trained on {argument!r}, tested on all others",
            (),
            None,
            "",
            lambda table, seed: splitters.cross_dataset(table, argument),
        )
    if name in _KFOLDS and re.fullmatch(r"[0-9]{1,6}", argument):
        count = int(argument)
        if count < 2:
            raise RecipeError(f"protocol {text!r}: at least 2 folds are needed")
        description, accepts, remark, split = _KFOLDS[name]
        return Protocol(
            text,
            description.format(count),
            accepts,
            not remark,
            remark,
            lambda table, seed: split(table, count, seed=seed),
        )
    raise RecipeError(f"unknown protocol {text!r}; forms: {', '.join(FORMS)}")


_PERCENT = r"([0-9]{1,2})/([0-9]{1,2})(?:/([0-9]{1,2}))?"
_PAPER = "not subject-independent: paper's protocol"
_KFOLDS: dict[str, tuple[str, tuple[str, ...], str, Callable[..., Iterable[Fold]]]] = {
    "kfold": (
        "random {}-fold over pictures: people and recordings stand on both sides",
        ("subjects", "sequences"),
        _PAPER,
        splitters.kfold,
    ),
    "stratified-kfold": (
        "random {}-fold over pictures, classes spread evenly: people and recordings stand on "
        "both sides",
        ("subjects", "sequences"),
        _PAPER,
        splitters.stratified_kfold,
    ),
    "subject-kfold": (
        "{}-fold over whole subjects: nobody is tested by a model that saw them",
        (),
        "",
        functools.partial(splitters.group_kfold, column="subject"),
    ),
    "sequence-kfold": (
        "{}-fold over whole recordings: people stand on both sides",
        ("subjects",),
        "not subject-independent: folds by recording",
        functools.partial(splitters.group_kfold, column="sequence"),
    ),
}
