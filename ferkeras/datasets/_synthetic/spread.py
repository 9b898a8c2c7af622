"""Clips spread over people as unevenly as in the public data sets of micro-expressions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ferkeras.datasets._synthetic.seeds import SPREAD, stream

_COUNTS = {
    # The composite of See et al., "MEGC 2019", FG 2019.
    **{"negative": 250, "positive": 109},
    # CASME II: Yan et al., PLoS ONE 9(1), 2014.
    **{"disgust": 60, "happy": 33, "others": 102, "repression": 27},
}
_SURPRISE = {3: 83, 5: 25}


def spread_clips(
    samples: int, subjects: int, classes: Sequence[str], seed: int
) -> list[tuple[int, str]]:
    """Share clips out.

    Classes are as frequent as in the composite of MEGC 2019 (three classes) or in CASME II (five),
    rounded to whole clips. Every subject has at least one; most have few and some have many, so
    that several show one class only, as in the public data.

    Args:
        samples: how many clips; at least ``subjects``.
        subjects: how many people.
        classes: the three or five classes.
        seed: the data set's seed.

    Returns:
        ``(subject, class)`` of each clip, in order of subjects.
    """
    random = stream(seed, SPREAD, samples, subjects, len(classes))
    shares = np.array([_COUNTS.get(name, _SURPRISE[len(classes)]) for name in classes], float)
    exact = shares / shares.sum() * samples
    counts = np.floor(exact).astype(int)
    for label in np.argsort(counts - exact, kind="stable")[: samples - counts.sum()]:
        counts[label] += 1
    labels = random.permutation(np.repeat(np.arange(len(classes)), counts))
    willing = np.exp(random.normal(0.0, 0.9, subjects))
    extra = random.multinomial(samples - subjects, willing / willing.sum())
    owners = np.repeat(np.arange(subjects), 1 + extra)
    return [(int(who), classes[what]) for who, what in sorted(zip(owners, labels, strict=True))]
