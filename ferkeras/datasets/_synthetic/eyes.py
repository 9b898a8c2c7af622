"""Eyes, drawn on landmarks 36-47."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ferkeras.datasets._synthetic.canvas import Canvas
from ferkeras.datasets._synthetic.curves import smooth
from ferkeras.datasets._synthetic.identity import Identity

_WHITE = np.array([236.0, 230.0, 224.0])
_BLACK = np.array([14.0, 10.0, 10.0])
_GLINT = np.array([255.0, 255.0, 255.0])
_LASHES = np.array([30.0, 20.0, 18.0])


def _lids(eye: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Upper and lower lid, both from the picture's left corner to the right one."""
    return smooth(eye[:4], 17), smooth(eye[[0, 5, 4, 3]], 17)


def draw_eyes(
    canvas: Canvas,
    landmarks: NDArray[np.float64],
    resting: NDArray[np.float64],
    identity: Identity,
    gaze: NDArray[np.float64],
) -> None:
    """Draw both eyes.

    Args:
        canvas: where to.
        landmarks: ``(68, 2)`` in pixels of the picture.
        resting: ``(68, 2)`` the same without expression; the eyeball stays there.
        identity: whose eyes.
        gaze: ``(2,)`` in iris radii.
    """
    unit = canvas.unit / canvas.fine
    radius = identity.iris_radius
    lid_skin = identity.skin * (0.62, 0.52, 0.48)
    down = landmarks[8] - landmarks[27]
    down = down / np.linalg.norm(down)
    for first, nasal in ((36, 3), (42, 0)):
        eye, still = landmarks[first : first + 6], resting[first : first + 6]
        upper, lower = _lids(eye)
        opening = np.concatenate([upper, lower[::-1]])
        centre = still.mean(0) - down * 0.012 * unit + gaze * radius * unit

        wide = upper[2:-2] - down * 0.062 * unit
        canvas.lines(wide[None], 0.034, identity.skin * (0.72, 0.62, 0.58), 0.42)
        canvas.lines(lower[None, 2:-2] + down * 0.03 * unit, 0.03, lid_skin, 0.35)
        with canvas.inside(opening):
            canvas.fill(opening, _WHITE * 0.93)
            canvas.disc(eye[nasal], 0.035, np.array([214.0, 150.0, 140.0]))
            canvas.disc(centre, radius, identity.iris * 0.45)
            canvas.disc(centre, radius * 0.86, identity.iris)
            canvas.disc(centre + down * radius * 0.35 * unit, radius * 0.5, identity.iris * 1.25)
            canvas.disc(centre, radius * 0.42, _BLACK)
            canvas.lines(upper[None] + down * 0.012 * unit, 0.035, _WHITE * 0.42)
            shaded = centre - down * 0.4 * radius * unit
            canvas.disc(shaded + np.array([-0.35, 0.1]) * radius * unit, radius * 0.22, _GLINT)
        canvas.lines(upper[None], 0.030, _LASHES)
        canvas.lines(lower[None, 2:-2], 0.016, lid_skin * 0.75, 0.8)
