"""Confidence intervals of an accuracy."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike

from ferkeras.errors import FerkerasError

FEWEST_SUBJECTS = 5


@dataclass(frozen=True)
class Interval:
    """An interval of an accuracy, 0..1, and how it was made."""

    low: float
    high: float
    method: str


def wilson(right: int, total: int, *, level: float = 0.95, over: str = "pictures") -> Interval:
    """Wilson's score interval (Wilson 1927, eq. 3) of ``right`` out of ``total``.

    Takes the samples for independent, which pictures of one person are not: then it is too narrow.
    ``over`` names the samples in ``method``.

    Raises:
        FerkerasError: no samples, or more right ones than samples.
    """
    if total < 1 or not 0 <= right <= total:
        raise FerkerasError(f"no interval for {right} right of {total} samples")
    z = NormalDist().inv_cdf(0.5 + level / 2)
    share = right / total
    centre = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = (
        z
        / (1 + z * z / total)
        * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    )
    low = 0.0 if right == 0 else max(0.0, centre - half)
    high = 1.0 if right == total else min(1.0, centre + half)
    return Interval(low, high, f"{level:.0%} Wilson interval over {total} {over}")


def subject_bootstrap(
    right: ArrayLike,
    subjects: Sequence[str],
    *,
    level: float = 0.95,
    draws: int = 2000,
    seed: int = 0,
) -> Interval:
    """Percentile bootstrap that draws whole subjects with replacement.

    Args:
        right: bool ``(samples,)``, whether each prediction is right.
        subjects: who each sample shows.
        level: probability that the interval aims at.
        draws: number of bootstrap samples.
        seed: of the drawing.

    Raises:
        FerkerasError: fewer than two subjects.
    """
    names, owner = np.unique(np.asarray(subjects, dtype=str), return_inverse=True)
    if len(names) < 2:
        raise FerkerasError(f"a bootstrap over subjects needs 2 subjects, there are {len(names)}")
    hits = np.bincount(owner, weights=np.asarray(right, dtype=float))
    sizes = np.bincount(owner)
    drawn = np.random.default_rng(seed).integers(len(names), size=(draws, len(names)))
    shares = hits[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    low, high = np.quantile(shares, [0.5 - level / 2, 0.5 + level / 2])
    return Interval(float(low), float(high), f"{level:.0%} bootstrap over {len(names)} subjects")


def accuracy_interval(right: ArrayLike, subjects: Sequence[str | None]) -> Interval | None:
    """The interval that a report prints; None without samples.

    With at least `FEWEST_SUBJECTS` people and everybody known: a bootstrap over subjects, or,
    where all of them score alike and a bootstrap would have no width, Wilson's interval with one
    sample a subject. Else Wilson's over pictures. The interval's ``method`` says which.
    """
    hits = np.asarray(right, dtype=bool)
    if not len(hits):
        return None
    known = [subject for subject in subjects if subject is not None]
    people = len(set(known))
    if len(known) < len(hits) or people < FEWEST_SUBJECTS:
        return wilson(int(hits.sum()), len(hits))
    interval = subject_bootstrap(hits, known)
    if interval.low < interval.high:
        return interval
    return wilson(round(hits.mean() * people), people, over="subjects")
