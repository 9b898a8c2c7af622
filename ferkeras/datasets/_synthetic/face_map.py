"""Maps over the mean face: the grid of the person's texture, and soft shapes drawn on it."""

from __future__ import annotations

import functools

import cv2
import numpy as np
from numpy.typing import NDArray

Map = NDArray[np.float32]

UNIT = 48.0
"""Pixels of the texture in one face unit."""
LEFT, TOP = -1.9, -2.05
WIDTH, HEIGHT = 183, 200


@functools.lru_cache(maxsize=1)
def grid() -> tuple[Map, Map]:
    """x and y in face units of each pixel of the texture, ``(HEIGHT, WIDTH)`` each."""
    x = (np.arange(WIDTH) / UNIT + LEFT).astype(np.float32)
    y = (np.arange(HEIGHT) / UNIT + TOP).astype(np.float32)
    across, down = np.meshgrid(x, y)
    return across, down


def spot(x: float, y: float, wide: float, high: float, turn: float = 0.0) -> Map:
    """A pair of Gaussian spots, one in each half of the face (turn in radians)."""
    across, down = grid()
    off_x, off_y = np.abs(across) - x, down - y
    cos, sin = np.cos(turn), np.sin(turn)
    along, beside = off_x * cos + off_y * sin, off_y * cos - off_x * sin
    return np.asarray(np.exp(-0.5 * ((along / wide) ** 2 + (beside / high) ** 2)), np.float32)


def stroke(points: list[tuple[float, float]], width: float) -> Map:
    """A soft line through points of the right half, and its mirror image; 0..1."""
    canvas = np.zeros((HEIGHT, WIDTH), np.uint8)
    for sign in (-1.0, 1.0):
        line = (np.array(points) * (sign, 1.0) - (LEFT, TOP)) * UNIT
        cv2.polylines(canvas, [np.rint(line * 16).astype(np.int32)], False, 255, 1, cv2.LINE_AA, 4)
    soft = cv2.GaussianBlur(canvas.astype(np.float32), (0, 0), width * UNIT)
    return np.asarray(soft / max(float(soft.max()), 1.0), np.float32)


def pixels(points: NDArray[np.float64]) -> NDArray[np.int32]:
    """Face units to 1/16 pixel of the texture."""
    return np.asarray(np.rint((points - (LEFT, TOP)) * UNIT * 16), np.int32)


def fill(outline: NDArray[np.int32], blur: float) -> Map:
    """``(HEIGHT, WIDTH)`` 0..1 inside an outline in 1/16 pixel, its edge softened."""
    canvas = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.fillPoly(canvas, [outline], 255, cv2.LINE_AA, 4)
    return np.asarray(cv2.GaussianBlur(canvas, (0, 0), blur).astype(np.float32) / 255)


def clouds(random: np.random.Generator, cells: int) -> Map:
    """Smooth noise, about -1..1."""
    coarse = random.standard_normal((cells, cells), dtype=np.float32)
    return np.asarray(cv2.resize(coarse, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC))
