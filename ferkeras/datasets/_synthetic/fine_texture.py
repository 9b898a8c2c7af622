"""A person's texture for clips: finer, softened like by a lens, with brows and nostrils in it.

Between the texture's pixels OpenCV interpolates in steps of 1/32; three times as many pixels
make them a hundredth of the texture's. A cubic enlargement and a lens keep the contrast of
the skin the same wherever the pixels fall, as real cameras do: otherwise a movement of half a pixel
would blur it. Brows and nostrils are painted on, not drawn frame by frame, so they move as the
ground truth says.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ferkeras.datasets._synthetic.brows import draw_brows
from ferkeras.datasets._synthetic.canvas import Canvas
from ferkeras.datasets._synthetic.face_map import HEIGHT, LEFT, TOP, UNIT, WIDTH, Map
from ferkeras.datasets._synthetic.identity import Identity
from ferkeras.datasets._synthetic.mean_face import LANDMARKS
from ferkeras.datasets._synthetic.mouth import draw_nostrils
from ferkeras.datasets._synthetic.renderer import person

FINER = 3
"""Pixels of the fine texture in one of the texture."""

_LENS = 0.45  # standard deviation in pixels of the frame
_CANVAS = 3  # pixels of the features' canvas in one of the fine texture


@dataclass(frozen=True)
class FineTexture:
    """What is painted once for a person in clips of one size.

    Attributes:
        colour: ``(FINER * HEIGHT, FINER * WIDTH, 4)`` uint8 RGB times cover, and cover (255 =
            person).
        relief: ``(HEIGHT, WIDTH, 3)`` slopes and darkening of the resting face.
    """

    colour: NDArray[np.uint8]
    relief: Map


@functools.lru_cache(maxsize=16)
def fine_texture(seed: int, subject: int, unit: int) -> FineTexture:
    """The texture of a person.

    Args:
        seed: the data set's seed.
        subject: the person's number.
        unit: pixels of the frame in one face unit, about.
    """
    identity, texture = person(seed, subject)
    colour = texture.colour.astype(np.float32)
    large = (WIDTH * FINER, HEIGHT * FINER)
    colour = np.asarray(cv2.resize(colour, large, interpolation=cv2.INTER_CUBIC), np.float32)
    _paint_features(colour, identity)
    blur = _LENS * UNIT * FINER / unit
    soft = np.rint(cv2.GaussianBlur(colour, (0, 0), blur)).clip(0, 255)
    return FineTexture(soft.astype(np.uint8), texture.relief)


def _paint_features(colour: Map, identity: Identity) -> None:
    """Paint nostrils and brows, in place."""
    columns, rows = coordinates(LANDMARKS[:, 0], LANDMARKS[:, 1])
    points = np.stack([columns, rows], axis=1).astype(np.float64)
    inner, unit = points[17:36], UNIT * FINER
    left, top = np.floor(inner.min(0) - 0.2 * unit).astype(int).tolist()
    right, bottom = np.ceil(inner.max(0) + 0.2 * unit).astype(int).tolist()
    canvas = Canvas((left, top, right, bottom), _CANVAS, unit)
    draw_nostrils(canvas, points, identity)
    draw_brows(canvas, points, identity)
    picture = np.ascontiguousarray(colour[..., :3])
    canvas.blend_onto(picture)
    colour[..., :3] = picture


def coordinates(x: NDArray[np.floating], y: NDArray[np.floating]) -> tuple[Map, Map]:
    """Points of the mean face in face units -> columns and rows of the fine texture."""
    edge = np.float32((FINER - 1) / 2)  # the outermost pixels' centres lie further out
    step = np.float32(UNIT * FINER)
    columns = (x - np.float32(LEFT)) * step + edge
    rows = (y - np.float32(TOP)) * step + edge
    return columns.astype(np.float32), rows.astype(np.float32)
