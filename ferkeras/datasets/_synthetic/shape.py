"""The shape of one person's unmoved face."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ferkeras.datasets._synthetic import mean_face


def sample_shape(random: np.random.Generator) -> NDArray[np.float64]:
    """Draw the proportions of one face around the mean face's.

    Returns:
        ``(92, 3)`` neutral landmarks (68) and further anchors (24) in face units.
    """

    def vary(spread: float) -> float:
        return float(np.clip(random.normal(0.0, spread), -2 * spread, 2 * spread))

    shape = np.concatenate([mean_face.LANDMARKS, mean_face.FURTHER])
    x, y = shape[:, 0].copy(), shape[:, 1].copy()
    side = np.sign(x)
    jaw, brows, bridge = np.arange(17), np.arange(17, 27), np.arange(27, 31)
    nose, eyes, mouth = np.arange(27, 36), np.arange(36, 48), np.arange(48, 68)

    lower = np.clip((y[jaw] + 0.2) / 1.2, 0, 1)
    shape[jaw, 0] *= 1 + vary(0.05) * (1 - lower) + vary(0.09) * np.sin(np.pi * lower)
    shape[jaw, 1] += vary(0.06) * lower

    centre = np.where(side[eyes] < 0, -0.445, 0.445)
    off_x, off_y = x[eyes] - centre, y[eyes] + 0.425
    tilt = vary(0.07)
    shape[eyes, 0] = centre + side[eyes] * vary(0.025) + off_x * (1 + vary(0.06))
    shape[eyes, 1] = -0.425 + vary(0.015) + off_y * (1 + vary(0.12)) - off_x * side[eyes] * tilt

    along = (np.abs(x[brows]) - 0.16) / 0.67
    arch, slope = vary(0.025), vary(0.028)
    shape[brows, 1] += vary(0.035) - arch * np.sin(np.pi * along) + slope * (along - 0.5)
    shape[brows, 0] += side[brows] * vary(0.025)

    shape[nose, 1] += vary(0.045) * np.clip((y[nose] + 0.5) / 0.6, 0, 1)
    shape[nose, 0] *= 1 + vary(0.12)
    shape[bridge, 2] *= 1 + vary(0.12)

    corner, middle = np.abs(x[mouth]) / 0.37, y[mouth] - 0.515
    shape[mouth, 0] *= 1 + vary(0.07)
    fuller = np.where(middle < 0, 1 + vary(0.18), 1 + vary(0.18))
    shape[mouth, 1] = 0.515 + vary(0.03) + middle * fuller + vary(0.018) * corner**2

    lift = vary(0.06)
    shape[68:, 1] += np.where(y[68:] < -0.5, lift, 0.0)
    shape[:68, :2] += random.normal(0.0, 0.004, (68, 2))
    return shape
