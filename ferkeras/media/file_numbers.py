"""Numbers in the names of a clip's frame files, and what they say about frames that are missing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

_SHOWN = 3  # gaps that are told one by one


def frame_numbers(stems: Sequence[str]) -> list[int] | None:
    """The frame number in each of several file names without their endings, in the same order.

    It is the one number by which the names differ, ``[1, 2, 10]`` for ``s2_img1``, ``s2_img2`` and
    ``s2_img10``; None where they differ in more than that (one file, two series, a date and a
    time), so that no number is known to count frames.
    """
    split = [re.split(r"(\d+)", stem) for stem in stems]
    if len({tuple(parts[::2]) for parts in split}) != 1:
        return None
    columns = list(zip(*(map(int, parts[1::2]) for parts in split), strict=True))
    differing = [column for column in columns if len(set(column)) > 1]
    return list(differing[0]) if len(differing) == 1 else None


def uneven(numbers: Iterable[int]) -> str | None:
    """Where frame numbers are not even, ``"3, 7..9 are missing (4 in all)"``; None if they are.

    A step other than 1 is even: a folder may hold every second frame. So is one of 2 or more that
    is rounded, as in 1, 3, 6, 8, 11 (25 frames kept of each 60).
    """
    ordered = sorted(numbers)
    twice = [str(number) for number, count in Counter(ordered).items() if count > 1]
    if twice:
        return f"{_few(twice)} {'is' if len(twice) == 1 else 'are'} there more than once"
    steps = [later - earlier for earlier, later in pairwise(ordered)]
    if len(set(steps)) < 2 or _rounded(ordered):
        return None
    usual = max(Counter(steps).items(), key=lambda pair: (pair[1], -pair[0]))[0]
    gaps = [(at, step) for at, step in zip(ordered, steps, strict=False) if step != usual]
    if any(step % usual for _, step in gaps):
        return (
            f"{_few([f'{at} is followed by {at + step}' for at, step in gaps])}, others by +{usual}"
        )
    missing = sum(step // usual - 1 for _, step in gaps)
    named = [_span(at + usual, at + step - usual) for at, step in gaps]
    return f"{_few(named)} {'is' if missing == 1 else 'are'} missing ({missing} in all)"


def _span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}..{last}"


def _few(names: Sequence[str]) -> str:
    more = [f"and {len(names) - _SHOWN} more"] if len(names) > _SHOWN else []
    return ", ".join([*names[:_SHOWN], *more])


def _rounded(ordered: Sequence[int]) -> bool:
    """Whether each number is less than one off an even row, whose step is 2 or more."""
    step = (ordered[-1] - ordered[0]) / (len(ordered) - 1)
    off = (abs(number - ordered[0] - at * step) for at, number in enumerate(ordered))
    return step >= 2 and max(off) < 1
