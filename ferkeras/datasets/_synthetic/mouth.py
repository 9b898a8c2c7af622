"""Mouth and nostrils, drawn on landmarks 48-67 and 31-35."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ferkeras.datasets._synthetic.canvas import Canvas
from ferkeras.datasets._synthetic.curves import smooth
from ferkeras.datasets._synthetic.identity import Identity

_CAVITY = np.array([52.0, 16.0, 18.0])
_TEETH = np.array([232.0, 226.0, 212.0])
_TONGUE = np.array([168.0, 78.0, 78.0])


def draw_mouth(canvas: Canvas, landmarks: NDArray[np.float64], identity: Identity) -> None:
    """Draw lips, and teeth and tongue where the mouth is open.

    Args:
        canvas: where to.
        landmarks: ``(68, 2)`` in pixels of the picture.
        identity: whose mouth.
    """
    unit = canvas.unit / canvas.fine
    upper_edge = smooth(landmarks[48:55], 25)
    lower_edge = smooth(landmarks[[48, *range(59, 53, -1)]], 25)
    inner_top = smooth(landmarks[60:65], 21)
    inner_low = smooth(landmarks[[60, 67, 66, 65, 64]], 21)
    upper, lower = identity.lips * 0.86, identity.lips
    canvas.lines(lower_edge[None, 5:-5] + (0.0, 0.035 * unit), 0.05, identity.skin * 0.72, 0.28)
    canvas.fill(np.concatenate([upper_edge, inner_top[::-1]]), upper)
    canvas.fill(np.concatenate([lower_edge, inner_low[::-1]]), lower)
    glow = (inner_low[6:15] + lower_edge[np.linspace(8, 16, 9).astype(int)]) / 2
    canvas.lines(glow[None], 0.028, lower * 1.12 + 8)

    opening = np.concatenate([inner_top, inner_low[::-1]])
    gap = float(np.linalg.norm(landmarks[66] - landmarks[62])) / unit
    with canvas.inside(opening):
        canvas.fill(opening, _CAVITY)
        canvas.disc(landmarks[66] + (0.0, (0.22 - 0.5 * gap) * unit), 0.17, _TONGUE * 0.8)
        down = (landmarks[8] - landmarks[27]) / np.linalg.norm(landmarks[8] - landmarks[27])
        bite = 0.96 * inner_top + 0.04 * landmarks[62]
        teeth = np.concatenate([bite - 0.02 * unit * down, (bite + 0.065 * unit * down)[::-1]])
        canvas.fill(teeth, _TEETH * 0.92)
        canvas.lines(inner_top[None], 0.03, _CAVITY * 1.6)
    canvas.lines(inner_top[None], 0.020, identity.lips * 0.40)
    corners = np.stack([inner_top[:2], inner_top[-2:]])
    canvas.lines(corners, 0.028, identity.lips * 0.42, 0.8)


def draw_nostrils(canvas: Canvas, landmarks: NDArray[np.float64], identity: Identity) -> None:
    """Draw the nostrils and the edge of the nose above landmarks 31-35."""
    unit = canvas.unit / canvas.fine
    dark = identity.skin * (0.36, 0.26, 0.24)
    base = landmarks[31:36]
    for outer, inner in ((base[0], base[1]), (base[4], base[3])):
        middle = (outer + inner) / 2 - (0.0, 0.012 * unit)
        reach = (inner - outer) * 0.34
        canvas.lines(np.stack([middle - reach, middle + reach * 0.9])[None], 0.04, dark, 0.72)
        wing = outer - (inner - outer) * 0.12
        canvas.lines(np.stack([wing - (0.0, 0.09 * unit), wing])[None], 0.022, dark * 1.5, 0.30)
