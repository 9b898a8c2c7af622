"""Facial action units: how each moves the landmarks, and which of them make an expression.

Ekman, Friesen, Hager: Facial Action Coding System (2002); the combinations follow EMFACS.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ferkeras.datasets._synthetic.mean_face import MIRROR

# Action unit -> {landmark of the picture's left half or middle: (dx, dy) at intensity 1}, in
# face units; the other half moves as the mirror image.
_MOVES: dict[int, dict[int, tuple[float, float]]] = {
    1: {21: (0.01, -0.19), 20: (0.0, -0.16), 19: (0.0, -0.08), 18: (0.0, -0.02), 27: (0.0, -0.02)},
    2: {17: (-0.01, -0.11), 18: (0.0, -0.18), 19: (0.0, -0.15), 20: (0.0, -0.06)},
    4: {
        **{21: (0.055, 0.15), 20: (0.055, 0.14), 19: (0.04, 0.11), 18: (0.02, 0.06)},
        **{17: (0.01, 0.02), 27: (0.0, 0.02), 37: (0.0, 0.015), 38: (0.0, 0.02)},
    },
    5: {37: (0.0, -0.06), 38: (0.0, -0.06)},
    6: {40: (0.0, -0.04), 41: (0.0, -0.045), 37: (0.0, 0.02), 38: (0.0, 0.015), 17: (0.0, 0.02)},
    7: {40: (0.0, -0.035), 41: (0.0, -0.035), 37: (0.0, 0.03), 38: (0.0, 0.03)},
    9: {
        **{31: (-0.03, -0.07), 32: (-0.01, -0.06), 33: (0.0, -0.05), 30: (0.0, -0.045)},
        **{29: (0.0, -0.02), 21: (0.04, 0.10), 20: (0.03, 0.08), 19: (0.01, 0.05)},
        **{
            49: (0.0, -0.07),
            50: (0.0, -0.10),
            51: (0.0, -0.08),
            61: (0.0, -0.06),
            62: (0.0, -0.05),
        },
        **{40: (0.0, -0.02), 41: (0.0, -0.02), 37: (0.0, 0.02), 38: (0.0, 0.025)},
    },
    10: {
        49: (-0.01, -0.09),
        50: (0.0, -0.11),
        51: (0.0, -0.10),
        61: (0.0, -0.09),
        62: (0.0, -0.09),
    },
    12: {
        **{48: (-0.16, -0.14), 60: (-0.15, -0.13), 49: (-0.11, -0.06), 59: (-0.11, -0.05)},
        **{50: (-0.04, -0.005), 58: (-0.04, 0.005), 61: (-0.05, 0.0), 67: (-0.05, 0.0)},
        **{31: (-0.03, -0.015), 51: (0.0, 0.01), 62: (0.0, 0.01), 3: (-0.02, -0.02)},
    },
    15: {
        **{48: (-0.01, 0.15), 60: (0.0, 0.13), 49: (0.0, 0.055), 59: (-0.02, 0.07)},
        **{61: (0.0, 0.015), 67: (0.0, 0.015)},
    },
    16: {
        56: (0.0, 0.10),
        58: (0.0, 0.10),
        57: (0.0, 0.11),
        59: (0.0, 0.07),
        66: (0.0, 0.07),
        67: (0.0, 0.07),
    },
    17: {
        **{57: (0.0, -0.06), 58: (0.0, -0.05), 66: (0.0, -0.03), 67: (0.0, -0.025)},
        **{50: (0.0, -0.02), 51: (0.0, -0.03), 62: (0.0, -0.03), 61: (0.0, -0.025)},
        **{7: (0.0, -0.03), 8: (0.0, -0.04)},
    },
    20: {
        **{48: (-0.19, 0.05), 60: (-0.18, 0.045), 49: (-0.10, 0.02), 59: (-0.13, 0.04)},
        **{61: (-0.05, 0.0), 67: (-0.05, 0.01), 50: (-0.03, 0.0), 58: (-0.03, 0.0)},
    },
    23: {
        **{48: (0.05, 0.0), 60: (0.04, 0.0), 49: (0.02, 0.03), 50: (0.0, 0.05), 51: (0.0, 0.04)},
        **{57: (0.0, -0.06), 58: (0.0, -0.06), 59: (0.02, -0.04)},
    },
    25: {
        **{61: (0.0, -0.03), 62: (0.0, -0.03), 66: (0.0, 0.065), 67: (0.0, 0.065)},
        **{
            50: (0.0, -0.015),
            51: (0.0, -0.015),
            57: (0.0, 0.055),
            58: (0.0, 0.055),
            59: (0.0, 0.02),
        },
    },
    26: {
        **{66: (0.0, 0.30), 67: (0.02, 0.28), 57: (0.0, 0.29), 58: (0.02, 0.28), 59: (0.04, 0.19)},
        **{
            48: (0.06, 0.09),
            60: (0.05, 0.09),
            49: (0.03, 0.02),
            61: (0.0, -0.01),
            62: (0.0, -0.01),
        },
        **{8: (0.0, 0.27), 7: (0.0, 0.26), 6: (0.01, 0.22), 5: (0.02, 0.15), 4: (0.02, 0.08)},
        3: (0.01, 0.03),
    },
}

NUMBERS: tuple[int, ...] = tuple(_MOVES)
"""The action units in the order of every action unit vector."""

# Expression -> action unit -> (lowest, highest intensity, how often it is there).
_RECIPES: dict[str, dict[int, tuple[float, float, float]]] = {
    "angry": {
        **{4: (0.5, 1.0, 1.0), 5: (0.2, 0.8, 0.8), 7: (0.3, 1.0, 1.0), 23: (0.4, 1.0, 0.9)},
        **{17: (0.2, 0.6, 0.3), 25: (0.3, 0.8, 0.15)},
    },
    "disgust": {
        **{9: (0.5, 1.0, 1.0), 15: (0.2, 0.7, 0.8), 16: (0.3, 0.9, 0.5), 10: (0.2, 0.8, 0.5)},
        **{4: (0.1, 0.4, 0.3), 7: (0.2, 0.6, 0.4)},
    },
    "fear": {
        **{1: (0.5, 1.0, 1.0), 2: (0.3, 0.8, 0.9), 4: (0.2, 0.6, 0.95), 5: (0.5, 1.0, 1.0)},
        **{7: (0.1, 0.3, 0.6), 20: (0.5, 1.0, 1.0), 25: (0.4, 0.9, 0.9), 26: (0.1, 0.4, 0.8)},
    },
    "happy": {
        **{6: (0.3, 1.0, 0.95), 12: (0.4, 1.0, 1.0), 25: (0.3, 1.0, 0.65)},
        **{26: (0.05, 0.3, 0.25), 1: (0.1, 0.3, 0.1), 2: (0.1, 0.3, 0.1)},
    },
    "neutral": {
        **{1: (0.05, 0.2, 0.15), 2: (0.05, 0.2, 0.15), 4: (0.05, 0.2, 0.2), 7: (0.1, 0.3, 0.15)},
        **{12: (0.05, 0.2, 0.15), 15: (0.05, 0.2, 0.15), 25: (0.1, 0.5, 0.1)},
    },
    "sad": {
        **{1: (0.4, 1.0, 1.0), 4: (0.2, 0.6, 0.9), 15: (0.4, 1.0, 1.0), 17: (0.1, 0.7, 0.5)},
        **{7: (0.1, 0.5, 0.4)},
    },
    "surprise": {
        **{1: (0.5, 1.0, 1.0), 2: (0.5, 1.0, 1.0), 5: (0.3, 0.9, 0.95), 26: (0.4, 1.0, 1.0)},
        **{25: (0.3, 0.8, 0.9)},
    },
}

EXPRESSIONS: tuple[str, ...] = tuple(_RECIPES)
"""The seven expressions, in the order of FER2013's reader."""


def _displacements() -> NDArray[np.float64]:
    table = np.zeros((len(NUMBERS), 68, 2))
    for row, number in enumerate(NUMBERS):
        for landmark, (dx, dy) in _MOVES[number].items():
            table[row, MIRROR[landmark]] = (-dx, dy)
            table[row, landmark] = (dx, dy)
    return table


DISPLACEMENTS: NDArray[np.float64] = _displacements()
"""``(action units, 68, 2)``: landmark movement in face units at intensity 1."""


def sample_intensities(label: str, random: np.random.Generator) -> NDArray[np.float64]:
    """Action units of one performance of an expression at its apex.

    Args:
        label: one of `EXPRESSIONS`.
        random: where the intensities come from.

    Returns:
        ``(action units,)`` intensities in 0..1, ordered as `NUMBERS`.
    """
    intensities = np.zeros(len(NUMBERS))
    strength = random.uniform(0.75, 1.0)
    for number, (low, high, share) in _RECIPES[label].items():
        present, level = random.random() < share, random.uniform(low, high)
        intensities[NUMBERS.index(number)] = strength * level if present else 0.0
    return intensities
