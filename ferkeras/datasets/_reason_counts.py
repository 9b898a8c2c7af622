"""How often something was left out for the same reason, whatever file and number it names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from ferkeras.datasets.base import Skipped

_QUOTED = re.compile(r"(?<!\w)'[^']*'|\"[^\"]*\"")
_WORD = re.compile(r"[^\s,;:()]+")
_NAMED = re.compile(r"[\d/\\]")


def reason_counts(skipped: Iterable[Skipped]) -> dict[str, int]:
    """Reason -> how many items have it, the commonest first.

    Names in a reason differ from item to item: quoted words, paths and words with digits count as
    alike and are written ``...``, except where all items of a group have the very same reason.
    """
    counts: Counter[str] = Counter()
    texts: dict[str, set[str]] = {}
    for one in skipped:
        kind = _kind(one)
        counts[kind] += 1
        texts.setdefault(kind, set()).add(one.reason)
    named = {kind: next(iter(found)) if len(found) == 1 else kind for kind, found in texts.items()}
    return {named[kind]: count for kind, count in counts.most_common()}


def _kind(skipped: Skipped) -> str:
    """The reason without names."""
    itself = rf"(?<!\w){re.escape(skipped.item)}(?!\w)" if skipped.item else "(?!)"
    text = _QUOTED.sub("...", re.sub(itself, "...", skipped.reason))
    return _WORD.sub(lambda word: "..." if _NAMED.search(word[0]) else word[0], text)
