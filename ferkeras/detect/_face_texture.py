"""What of a face can be followed: its rigid part, and texture freed from the light on it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ferkeras.detect.align import TEMPLATE
from ferkeras.detect.similarity import Matrix, after, inverse, moved, similarity
from ferkeras.types import Face

_OUTLINE = (0.5, 0.33, 0.46, 0.52)
"""Ellipse that is used, up to the hairline: centre and half axes in `TEMPLATE`'s unit square."""

_MOUTH = 0.65  # below that, lips and chin
_EYE = (0.0, 0.08, 0.08)  # from an eye's middle down, and half axes: lids and iris
_BROW = (-0.13, 0.2, 0.13)
_CONTRAST = 40.0  # standard deviation of texture; the rest of 0..255 is room for the brightest


def rigid_part(face: Face, window: Matrix, side: int, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """Pixels of a window that show the face without what moves by itself: brows, eyes, mouth, chin.

    Args:
        face: its landmarks say where that is; without, its box, which every detector frames alike.
        window: from pixels of the picture to those of the window.
        side: the window's side.
        shape: of the picture; what lies outside is left out.

    Returns:
        uint8 ``(side, side)``, 255 or 0.
    """
    x, y, width, height = face.box
    frame = np.array([[width, 0.0, x - 0.5], [0.0, height, y - 0.5]])
    if face.landmarks is not None:
        frame = similarity(TEMPLATE, face.landmarks)
    across = after(window, frame)  # from the unit square to the window
    grid = np.moveaxis(np.mgrid[:side, :side][::-1], 0, -1).astype(float)
    unit = moved(grid, inverse(across))
    inside = _ellipse(unit, *_OUTLINE) & (unit[..., 1] < _MOUTH)
    for x, y in TEMPLATE[:2]:
        for below, half_width, half_height in (_EYE, _BROW):
            inside &= ~_ellipse(unit, x, y + below, half_width, half_height)
    place = moved(grid, inverse(window))
    inside &= ((place >= 1) & (place <= np.array(shape[1::-1]) - 2)).all(axis=-1)
    return np.where(inside, 255, 0).astype(np.uint8)


def _ellipse(
    points: NDArray[np.float64], x: float, y: float, half_width: float, half_height: float
) -> NDArray[np.bool_]:
    """Which points lie in an ellipse around (x, y)."""
    off = (points - np.array([x, y])) / np.array([half_width, half_height])
    return np.asarray((off**2).sum(axis=-1) < 1)


def even_light(grey: NDArray[np.uint8], mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Texture without the light's brightness, contrast and slow changes over the face.

    The mean of a neighbourhood (an eighth of the side) is taken away, and what is left is brought
    to one contrast.

    Args:
        grey: ``(side, side)``.
        mask: where the contrast is measured.

    Returns:
        uint8 of the same shape, 128 where there is no texture.
    """
    values = grey.astype(np.float32)
    around = grey.shape[0] // 8 | 1
    texture = values - cv2.blur(values, (around, around))
    _, deviation = cv2.meanStdDev(texture, mask=mask)
    gain = _CONTRAST / max(1.0, float(deviation[0, 0]))
    return np.asarray(cv2.convertScaleAbs(np.maximum(texture * gain + 128, 0)), np.uint8)


def correlation(
    first: NDArray[np.uint8], second: NDArray[np.uint8], mask: NDArray[np.uint8]
) -> float:
    """Pearson's correlation of two textures where ``mask`` is set; 0 without any texture."""
    one, other = first[mask > 0].astype(np.float32), second[mask > 0].astype(np.float32)
    if not len(one):
        return 0.0
    one, other = one - one.mean(), other - other.mean()
    size = float(np.sqrt((one @ one) * (other @ other)))
    return float(one @ other) / size if size > 0 else 0.0
