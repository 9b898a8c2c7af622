"""The face's relief over the mean face: slopes and hollows, and the folds that movement makes."""

from __future__ import annotations

import functools

import cv2
import numpy as np
from numpy.typing import NDArray

from ferkeras.datasets._synthetic.action_units import NUMBERS
from ferkeras.datasets._synthetic.face_map import HEIGHT, UNIT, WIDTH, Map, grid, spot, stroke
from ferkeras.datasets._synthetic.identity import Identity

_AGE_LINES = (0.45, 0.3, 0.25, 0.25, 0.0, 0.4, 0.6, 0.35, 0.0, 0.0)


def _base() -> list[Map]:
    """Heights of nose, brow ridge, cheekbones and chin, then of the rest of the head."""
    x, y = grid()
    ridge = np.clip((y + 0.55) / 0.6, 0, 1)
    ends = 1 / (1 + np.exp((y - 0.13) / 0.03))
    nose = 0.36 * ridge * ends * np.exp(-0.5 * (x / (0.085 + 0.05 * ridge)) ** 2)
    nose += 0.10 * spot(0, 0.06, 0.10, 0.09) + 0.13 * spot(0.155, 0.13, 0.06, 0.07)
    brow = 0.09 * spot(0.45, -0.68, 0.32, 0.09) + 0.04 * spot(0, -0.62, 0.15, 0.08)
    cheek = 0.10 * spot(0.62, -0.08, 0.22, 0.18)
    chin = 0.10 * spot(0, 0.93, 0.19, 0.12) - 0.05 * spot(0, 0.77, 0.22, 0.05)
    away = x**2 + ((y + 0.30) / 1.45) ** 2
    head = -0.34 * away - 0.19 * away**2
    eyes = 0.06 * spot(0.44, -0.43, 0.15, 0.09) - 0.13 * spot(0.42, -0.44, 0.25, 0.13)
    lips = 0.06 * spot(0.08, 0.47, 0.20, 0.04) + 0.08 * spot(0.05, 0.60, 0.20, 0.05)
    lips += -0.03 * spot(0, 0.33, 0.03, 0.06) - 0.04 * spot(0.40, 0.53, 0.05, 0.05)
    neck, coat = (1 / (1 + np.exp((begin - y) / 0.06)) for begin in (1.20, 1.55))
    head = head * (1 - neck) + neck * (-0.55 - (0.9 * x**2) * (1 - coat) - 0.1 * coat * np.abs(x))
    return [nose, brow, cheek, chin, head + eyes + lips]


def _shadows() -> list[Map]:
    """Dark hollows, then the shadow of the nose for a lamp from right, left and above."""
    x, y = grid()
    always = 0.18 * spot(0.25, -0.48, 0.08, 0.09) + 0.14 * spot(0.43, -0.56, 0.24, 0.05)
    always += 0.28 * spot(0, 0.225, 0.15, 0.025) + 0.15 * spot(0.22, 0.12, 0.03, 0.07)
    always += 0.18 * spot(0, 0.76, 0.18, 0.04) + 0.10 * spot(0, 0.34, 0.035, 0.06)
    beside = 0.30 * np.exp(-0.5 * (((x + 0.27) / 0.09) ** 2 + ((y - 0.10) / 0.16) ** 2))
    below = 0.26 * spot(0, 0.29, 0.14, 0.06) + 0.10 * spot(0.43, -0.56, 0.25, 0.06)
    return [always, beside, np.ascontiguousarray(beside[:, ::-1]), below]


def _folds() -> list[tuple[dict[int, float], Map, Map]]:
    """(action units and their share, height, darkening) of each fold."""
    nasolabial = stroke([(0.22, 0.10), (0.33, 0.22), (0.44, 0.38), (0.50, 0.54)], 0.022)
    frown = stroke([(0.065, -0.78), (0.055, -0.70), (0.07, -0.60)], 0.016)
    inner = stroke([(0.0, -0.97), (0.20, -0.99), (0.40, -0.96)], 0.014)
    outer = stroke([(0.15, -1.10), (0.45, -1.10), (0.70, -1.00)], 0.014)
    wrinkle = stroke([(0.0, -0.46), (0.07, -0.43), (0.14, -0.34)], 0.016)
    wrinkle = wrinkle + stroke([(0.13, -0.28), (0.17, -0.16)], 0.016)
    crow = stroke([(0.72, -0.46), (0.84, -0.52)], 0.012) + stroke(
        [(0.72, -0.40), (0.85, -0.38)], 0.012
    )
    bag = stroke([(0.26, -0.32), (0.42, -0.25), (0.60, -0.30)], 0.018)
    corner = stroke([(0.42, 0.58), (0.47, 0.70), (0.46, 0.80)], 0.02)
    apple = spot(0.52, 0.02, 0.19, 0.15)
    ball = spot(0, 0.92, 0.15, 0.09)
    return [
        ({12: 0.9, 10: 0.8, 9: 0.9, 6: 0.3, 20: 0.2}, -0.05 * nasolabial, 0.34 * nasolabial),
        ({4: 1.0, 9: 0.4}, -0.04 * frown, 0.42 * frown),
        ({1: 0.9}, -0.03 * inner, 0.20 * inner),
        ({1: 0.4, 2: 0.7}, -0.03 * outer, 0.16 * outer),
        ({9: 1.0}, -0.03 * wrinkle, 0.36 * wrinkle),
        ({6: 1.0, 7: 0.2}, -0.02 * crow, 0.26 * crow),
        ({6: 0.8, 7: 0.6, 9: 0.5}, -0.03 * bag, 0.22 * bag),
        ({15: 1.0, 12: 0.2}, -0.03 * corner, 0.26 * corner),
        ({6: 0.5, 12: 0.7, 9: 0.3}, 0.10 * apple, -0.03 * apple),
        ({17: 0.8, 15: 0.4}, 0.07 * ball, 0.05 * ball),
    ]


def _slopes(height: Map, dark: Map) -> Map:
    """``(HEIGHT, WIDTH, 3)``: slope along x, along y, and darkening."""
    along_y, along_x = np.gradient(height, 1 / UNIT)
    return np.stack([along_x, along_y, dark], axis=-1).astype(np.float32)


@functools.lru_cache(maxsize=1)
def _layers() -> tuple[Map, Map, NDArray[np.float64]]:
    """The base's parts, then everything that comes and goes, and which action units bring it.

    Returns:
        ``(6, HEIGHT, WIDTH, 3)`` base; ``(folds + 3, HEIGHT, WIDTH, 3)`` folds and cast shadows;
        ``(folds, action units)`` shares.
    """
    nothing = np.zeros((HEIGHT, WIDTH), np.float32)
    shadows = [_slopes(nothing, shadow) for shadow in _shadows()]
    base = [_slopes(height, nothing) for height in _base()]
    folds = _folds()
    shares = np.zeros((len(folds), len(NUMBERS)))
    for row, (units, _, _) in enumerate(folds):
        for number, share in units.items():
            shares[row, NUMBERS.index(number)] = share
    passing = [_slopes(height, dark) for _, height, dark in folds] + shadows[1:]
    return np.stack([*base, shadows[0]]), np.stack(passing), shares


def _add(total: Map, weights: NDArray[np.float64], layers: Map) -> Map:
    """Add weighted layers to ``total``, in place.

    A matrix product would wake NumPy's threads, which then keep a second core busy for nothing.
    """
    for weight, layer in zip(weights.tolist(), layers, strict=True):
        if weight:
            cv2.scaleAdd(layer, weight, total, dst=total)
    return total


def resting_relief(identity: Identity) -> Map:
    """``(HEIGHT, WIDTH, 3)`` slopes along x and y and darkening of the person's unmoved face."""
    base, passing, shares = _layers()
    lines = identity.age * np.array(_AGE_LINES)
    resting = _add(base[-1] + base[-2], identity.relief, base[:-2])
    return _add(resting, lines, passing[: len(shares)])


def moved_relief(
    resting: Map, action_units: NDArray[np.float64], direction: NDArray[np.float64]
) -> Map:
    """The resting relief with the folds of these action units and the nose's shadow.

    Args:
        resting: from `resting_relief`.
        action_units: ``(action units,)`` intensities in 0..1.
        direction: ``(3,)`` unit vector to the lamp.
    """
    _, passing, shares = _layers()
    side, height = float(direction[0]), float(direction[1])
    cast = (max(side, 0.0), max(-side, 0.0), max(-height, 0.0))
    return _add(resting.copy(), np.append(shares @ action_units, cast), passing)
