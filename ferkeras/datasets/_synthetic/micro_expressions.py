"""What a micro-expression shows: fragments of an expression at a small fraction of its strength.

Action units as they are coded in CASME II (Yan et al., PLoS ONE 9(1), 2014) and SAMM (Davison et
al., IEEE Transactions on Affective Computing 9(1), 2018). Classes overlap on purpose, as there:
a brow that is lowered alone may be anger or one of the others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ferkeras.datasets._synthetic.action_units import DISPLACEMENTS, NUMBERS
from ferkeras.datasets.expressions import FIVE, THREE

LABELS: tuple[str, ...] = (*THREE, *(name for name in FIVE if name not in THREE))
"""All classes; their order names the random streams, so new ones go to the end."""

BLINK = 45
"""An upper lid that sinks a little; not one of the pictures' action units."""

# Expression -> action unit -> (lowest, highest level, how often it is there). Levels are relative:
# the whole performance is scaled to its amplitude. What is there at least half the time is the
# expression's core; one of the core is always there.
_RECIPES: dict[str, dict[int, tuple[float, float, float]]] = {
    "angry": {4: (0.6, 1.0, 0.95), 7: (0.4, 1.0, 0.45), 23: (0.3, 0.8, 0.35), 5: (0.2, 0.6, 0.15)},
    "disgust": {
        **{9: (0.5, 1.0, 0.55), 10: (0.5, 1.0, 0.6), 4: (0.4, 0.9, 0.45), 7: (0.3, 1.0, 0.4)},
        **{15: (0.2, 0.5, 0.15), 6: (0.2, 0.6, 0.15)},
    },
    "fear": {
        **{1: (0.4, 0.9, 0.7), 4: (0.4, 0.9, 0.8), 20: (0.3, 0.8, 0.55), 2: (0.2, 0.5, 0.3)},
        **{5: (0.3, 0.8, 0.35)},
    },
    "sad": {1: (0.4, 1.0, 0.6), 4: (0.2, 0.6, 0.45), 15: (0.5, 1.0, 0.75), 17: (0.3, 0.8, 0.45)},
    "happy": {12: (0.5, 1.0, 0.97), 6: (0.3, 1.0, 0.6), 25: (0.2, 0.5, 0.2), 10: (0.2, 0.5, 0.08)},
    "surprise": {
        **{1: (0.5, 1.0, 0.9), 2: (0.5, 1.0, 0.9), 5: (0.3, 0.9, 0.4), 25: (0.2, 0.6, 0.25)},
        **{26: (0.05, 0.2, 0.25), 4: (0.1, 0.4, 0.1)},
    },
    "repression": {
        **{15: (0.4, 1.0, 0.5), 17: (0.5, 1.0, 0.7), 23: (0.4, 1.0, 0.4), 12: (0.1, 0.35, 0.25)},
        20: (0.2, 0.5, 0.15),
    },
    "others": {
        **{4: (0.5, 1.0, 0.65), 7: (0.3, 1.0, 0.5), BLINK: (0.5, 1.2, 0.35)},
        **{1: (0.2, 0.6, 0.12), 12: (0.2, 0.5, 0.1), 25: (0.3, 0.8, 0.12)},
    },
}

# Class -> expressions and how often each stands behind it.
_MIXTURES: dict[str, dict[str, float]] = {
    **{name: {name: 1.0} for name in LABELS if name in _RECIPES},
    "negative": {"angry": 0.25, "disgust": 0.4, "fear": 0.15, "sad": 0.2},
    "positive": {"happy": 1.0},
}
_STRAY = (1, 2, 4, 7, 12, 15, 17, 25)  # action units that come along without meaning
_STRAY_SHARE = 0.45
_AMPLITUDES = (0.004, 0.026)
_EYE = 0.14  # face units from lid to lid


@dataclass(frozen=True)
class Performance:
    """What one clip shows at its apex.

    Attributes:
        expression: which of the expressions that stand behind the class.
        action_units: ``(action units,)`` intensities, ordered as `NUMBERS`.
        sides: ``(2,)`` strength in the picture's left and right half.
        blink: share of the eye that the upper lid closes.
        amplitude: how far the landmark that moves most would move in a face of mean strength,
            in face units.
    """

    expression: str
    action_units: NDArray[np.float64]
    sides: NDArray[np.float64]
    blink: float
    amplitude: float


def sample_performance(label: str, random: np.random.Generator) -> Performance:
    """One performance of a class.

    Args:
        label: one of `LABELS`.
        random: where it comes from.
    """
    mixture = _MIXTURES[label]
    expression = str(random.choice(list(mixture), p=list(mixture.values())))
    levels = _sample_levels(_RECIPES[expression], random)
    if random.random() < _STRAY_SHARE:
        stray, level = int(random.choice(_STRAY)), random.uniform(0.2, 0.8)
        levels.setdefault(stray, level)
    units = np.zeros(len(NUMBERS))
    for number, level in levels.items():
        if number != BLINK:
            units[NUMBERS.index(number)] = level
    moved = np.tensordot(units, DISPLACEMENTS, axes=1)
    furthest = float(np.linalg.norm(moved, axis=1).max())
    amplitude = float(np.exp(random.uniform(*np.log(_AMPLITUDES))))
    sides = np.exp(random.normal(0.0, 0.25, 2).clip(-0.35, 0.35))
    if random.random() < 0.12:  # in one half of the face only
        sides[random.integers(2)] *= random.uniform(0.1, 0.5)
    return Performance(
        expression=expression,
        action_units=units * min(amplitude / max(furthest, 1e-9), 1.0),
        sides=sides,
        blink=levels.get(BLINK, 0.0) * amplitude / _EYE,
        amplitude=amplitude,
    )


def _sample_levels(
    recipe: dict[int, tuple[float, float, float]], random: np.random.Generator
) -> dict[int, float]:
    core = {number for number, (_, _, share) in recipe.items() if share >= 0.5}
    while True:
        levels = {
            number: random.uniform(low, high)
            for number, (low, high, share) in recipe.items()
            if random.random() < share
        }
        if core & set(levels):
            return levels
