"""Hair, drawn into the person's texture."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ferkeras.datasets._synthetic.curves import smooth
from ferkeras.datasets._synthetic.face_map import HEIGHT, WIDTH, Map, fill, grid, pixels
from ferkeras.datasets._synthetic.identity import Identity

# Outlines in face units, right half from the top of the head downwards; mirrored and closed.
_OUTER = {
    "buzz": ((0.0, -1.74), (0.55, -1.62), (0.95, -1.22), (1.06, -0.75), (1.03, -0.45)),
    "short": ((0.0, -1.92), (0.60, -1.80), (1.05, -1.35), (1.15, -0.80), (1.05, -0.32)),
    "bob": ((0.0, -1.93), (0.65, -1.80), (1.15, -1.25), (1.32, -0.40), (1.30, 0.55), (0.95, 0.86)),
    "long": ((0.0, -1.93), (0.65, -1.80), (1.12, -1.25), (1.28, -0.3), (1.32, 0.9), (1.45, 2.7)),
}
_LOOK = {"parted": "short", "fringe": "bob"}
# The face that the hair leaves free: right half from the middle of the hair line downwards.
_INNER = {
    "buzz": ((0.0, -1.26), (0.45, -1.22), (0.80, -1.00), (0.95, -0.60), (1.02, -0.30)),
    "short": ((0.0, -1.24), (0.50, -1.22), (0.84, -1.02), (0.93, -0.60), (1.02, -0.20)),
    "fringe": ((0.0, -1.07), (0.45, -1.08), (0.80, -1.00), (0.94, -0.40), (0.93, 0.45), (0.5, 1.3)),
    "bob": ((0.0, -1.38), (0.40, -1.28), (0.80, -0.95), (0.95, -0.40), (0.95, 0.40), (0.5, 1.3)),
    "long": ((0.0, -1.38), (0.38, -1.26), (0.78, -0.90), (0.94, -0.35), (0.97, 0.70), (0.9, 2.8)),
}


def _outline(half: tuple[tuple[float, float], ...], shift: float) -> NDArray[np.int32]:
    """Closed smooth outline of a half and its mirror image, in 1/16 pixel."""
    right = np.array(half) + np.array((0.0, shift))
    whole = np.concatenate([right[::-1], right[1:] * (-1.0, 1.0)])
    return pixels(smooth(whole, 60))


def _strands(random: np.random.Generator, parting: float, straight: bool) -> Map:
    """Streaks that fall from the parting, about -1..1."""
    x, y = grid()
    noise = random.standard_normal((24, 160), dtype=np.float32)
    around = np.arctan2(x - parting, np.maximum(y + 1.75, 0.02) + 0.25)
    column = (around / np.pi + 0.5) * 320
    if straight:
        low = np.clip((y + 0.5) / 0.6, 0, 1)
        column = column * (1 - low) + low * (x * 62 + 160)
    row = np.hypot(x - parting, y + 1.75) * 5
    fine = cv2.remap(noise, column, row, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    wide = cv2.remap(noise, column / 3, row / 2, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    return np.asarray(0.55 * fine + 0.45 * wide, np.float32)


def draw_hair(colour: Map, identity: Identity, random: np.random.Generator, *, behind: bool) -> Map:
    """Lay the hair over (or under) the head.

    Args:
        colour: ``(HEIGHT, WIDTH, 3)`` RGB 0..255, changed in place.
        identity: whose hair.
        random: where the strands come from.
        behind: the mass behind the head, or the part that frames the face.

    Returns:
        ``(HEIGHT, WIDTH)`` share 0..1 of each pixel that is covered.
    """
    style = identity.hair_style
    if style == "bald":
        return np.zeros((HEIGHT, WIDTH), np.float32)
    outer = fill(_outline(_OUTER[_LOOK.get(style, style)], 0.0), 0.8)
    x, y = grid()
    parting = -0.35 if style == "parted" else 0.0
    strands = _strands(random, parting, style in ("bob", "long", "fringe"))
    if behind:
        cover = outer
        shade = 0.70 + 0.14 * strands
    else:
        inner_half = _INNER["short" if style == "parted" else style]
        inner = fill(_outline(inner_half, identity.hair_line), 1.6 if style == "buzz" else 0.9)
        if style == "parted":
            swept = y + 1.20 - 0.42 * np.clip(x + 0.35, -0.2, 1.0) - identity.hair_line
            inner *= np.clip(0.5 + swept * 14, 0, 1)
        cover = outer * (1 - inner)
        cover = np.clip(cover * (1.45 + 0.5 * strands), 0, 1)
        if style == "buzz":
            cover = cover * 0.72
        gloss = np.exp(-0.5 * ((np.hypot(x - parting, y + 1.2) - 0.5) / 0.12) ** 2) * (y < -0.9)
        shade = 0.92 + 0.22 * strands + 0.22 * gloss
    painted = np.clip(identity.hair * shade[..., None], 6, 255)
    colour += cover[..., None] * (painted - colour)
    return np.asarray(cover, np.float32)
