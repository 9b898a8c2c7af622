"""Eyebrows, drawn on landmarks 17-26."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ferkeras.datasets._synthetic.canvas import Canvas
from ferkeras.datasets._synthetic.curves import smooth
from ferkeras.datasets._synthetic.identity import Identity

_HAIRS = 44


def draw_brows(canvas: Canvas, landmarks: NDArray[np.float64], identity: Identity) -> None:
    """Draw both eyebrows: a soft band and hairs over it.

    Args:
        canvas: where to.
        landmarks: ``(68, 2)`` in pixels of the picture.
        identity: whose brows.
    """
    unit = canvas.unit / canvas.fine
    random = np.random.Generator(np.random.PCG64(identity.texture_seed + 1))
    tone = identity.hair * 0.72 if identity.hair.mean() > 60 else identity.hair
    band = 0.35 + 0.4 * identity.brow_density
    for first, outer_to_inner in ((17, 1), (22, -1)):
        spine = smooth(landmarks[first : first + 5][::outer_to_inner], 23)
        along = np.gradient(spine, axis=0)
        along /= np.linalg.norm(along, axis=1, keepdims=True)
        across = along[:, ::-1] * (-1.0, 1.0) * outer_to_inner
        taper = np.interp(np.linspace(0, 1, 23), [0, 0.35, 0.8, 1], [0.35, 0.85, 1.0, 0.8])
        half = across * (taper * identity.brow_thickness / 2 * unit)[:, None]
        canvas.fill(np.concatenate([spine - half, (spine + half)[::-1]]), tone, band)

        root = random.uniform(0, 22, _HAIRS)
        at = root.astype(int)
        lift = random.uniform(-0.8, 0.8, _HAIRS)[:, None]
        start = spine[at] + half[at] * lift
        length = random.uniform(0.05, 0.10, _HAIRS)[:, None] * unit
        rise = np.interp(root, [0, 14, 22], [-0.1, 0.2, 0.5])[:, None]
        end = start - (along[at] + across[at] * rise) * length * 0.8
        count = round(_HAIRS * identity.brow_density)
        hairs = np.stack([start, end], axis=1)[:count]
        canvas.lines(hairs, 0.016, tone * 0.9, 0.85)
