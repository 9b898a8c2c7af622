"""The person's texture over the mean face: skin, ears, neck, clothes and hair."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ferkeras.datasets._synthetic.curves import smooth
from ferkeras.datasets._synthetic.face_map import (
    HEIGHT,
    WIDTH,
    Map,
    clouds,
    fill,
    grid,
    pixels,
    spot,
)
from ferkeras.datasets._synthetic.hair import draw_hair
from ferkeras.datasets._synthetic.identity import Identity
from ferkeras.datasets._synthetic.mean_face import LANDMARKS
from ferkeras.datasets._synthetic.relief import resting_relief


@dataclass(frozen=True)
class Texture:
    """What is painted once for a person.

    Attributes:
        colour: ``(HEIGHT, WIDTH, 4)`` uint8 RGB times cover, and cover (255 = person).
        relief: ``(HEIGHT, WIDTH, 3)`` slopes and darkening of the resting face.
    """

    colour: NDArray[np.uint8]
    relief: Map


@functools.lru_cache(maxsize=1)
def _regions() -> dict[str, Map]:
    """Soft masks 0..1 over the mean face."""
    x, y = grid()
    head = np.concatenate([LANDMARKS[:17, :2], [[0.99, -0.75], [0.9, -1.15], [0.55, -1.55]]])
    head = np.concatenate([head, [[0.0, -1.70], [-0.55, -1.55], [-0.9, -1.15], [-0.99, -0.75]]])
    neck = np.array([(-0.62, 0.5), (-0.60, 1.2), (-0.72, 1.5), (-1.1, 1.66), (-1.1, 2.2)])
    neck = np.concatenate([neck, neck[::-1] * (-1, 1)])
    coat = np.array([(-0.68, 1.46), (-1.3, 1.62), (-2.4, 1.85), (-2.4, 2.6)])
    collar = np.array([(0.62, 1.50), (0.3, 1.78), (0.0, 1.86), (-0.3, 1.78), (-0.62, 1.50)])
    coat = np.concatenate([coat, coat[::-1] * (-1, 1), collar])
    turn = np.linspace(0, 2 * np.pi, 24)
    ear = np.stack([1.03 + 0.12 * np.cos(turn), -0.22 + 0.27 * np.sin(turn)], 1)
    ears = fill(pixels(ear), 0.7) + fill(pixels(ear * (-1, 1)), 0.7)
    beard = np.clip((y - 0.30) / 0.35, 0, 1) * np.clip((np.abs(x) * 0.9 + y - 0.55) / 0.4, 0, 1)
    beard = np.maximum(beard, 0.9 * spot(0.15, 0.345, 0.16, 0.05))
    beard = np.maximum(beard, spot(0.0, 0.86, 0.25, 0.10))
    return {
        "head": fill(pixels(smooth(head, 120, closed=True)), 0.8),
        "neck": fill(pixels(neck), 0.8),
        "coat": fill(pixels(coat), 0.8),
        "ears": np.clip(ears, 0, 1),
        "ear holes": spot(1.02, -0.20, 0.04, 0.12),
        "beard": beard,
        "blush": spot(0.55, 0.08, 0.2, 0.15) + 0.8 * spot(0, 0.06, 0.1, 0.1),
        "eye rings": spot(0.42, -0.32, 0.17, 0.05) + 0.5 * spot(0.40, -0.52, 0.2, 0.05),
        "under chin": np.clip((1.65 - y) / 0.6, 0, 1) * np.clip((1.25 - np.abs(x)) / 0.5, 0, 1),
    }


def _skin(identity: Identity, random: np.random.Generator) -> Map:
    """``(HEIGHT, WIDTH, 3)`` colour of the skin everywhere."""
    region = _regions()
    light = 1 + 0.020 * clouds(random, 7) + 0.018 * clouds(random, 40)
    light += 0.022 * random.standard_normal((HEIGHT, WIDTH), dtype=np.float32)
    light -= (0.05 + 0.13 * identity.age) * region["eye rings"]
    colour = identity.skin.astype(np.float32) * light[..., None]
    warm = 0.8 * region["blush"] + 0.15 * clouds(random, 9)
    colour += warm[..., None] * np.array([4.0, -9.0, -8.0], np.float32)
    if identity.freckles > 0:
        dots = random.random((HEIGHT, WIDTH), dtype=np.float32) > 1 - 0.05 * identity.freckles
        speckle = cv2.GaussianBlur(dots.astype(np.float32), (0, 0), 0.7)
        speckle *= np.clip(region["blush"] + spot(0.3, 0.0, 0.5, 0.3), 0, 1)
        colour *= 1 - np.minimum(0.75 * speckle, 0.4)[..., None] * (0.35, 0.6, 0.75)
    if identity.stubble > 0:
        grain = random.uniform(0.55, 1.0, (HEIGHT, WIDTH)).astype(np.float32)
        cover = region["beard"] * grain * identity.stubble * 0.8
        colour += cover[..., None] * (identity.hair.astype(np.float32) * 0.9 + 8 - colour)
    return np.asarray(colour, np.float32)


def paint(identity: Identity) -> Texture:
    """Paint the person's texture."""
    random = np.random.Generator(np.random.PCG64(identity.texture_seed))
    region = _regions()
    skin = _skin(identity, random)
    colour = np.zeros((HEIGHT, WIDTH, 3), np.float32)
    cover = draw_hair(colour, identity, random, behind=True)

    def lay(mask: Map, paint: NDArray[np.floating]) -> None:
        colour[:] += mask[..., None] * (paint - colour)
        cover[:] = np.maximum(cover, mask)

    lay(region["neck"], skin * (0.86 - 0.36 * region["under chin"])[..., None])
    weave = 1 + 0.05 * clouds(random, 12) + 0.04 * clouds(random, 60)
    lay(region["coat"], identity.clothes.astype(np.float32) * weave[..., None])
    if identity.hair_style not in ("bob", "long", "fringe"):
        lay(region["ears"], skin * (0.93 - 0.35 * region["ear holes"])[..., None])
    lay(region["head"], skin)
    cover = np.maximum(cover, draw_hair(colour, identity, random, behind=False))
    rgba = np.dstack([np.clip(colour, 0, 255) * cover[..., None], cover * 255])
    return Texture(np.rint(rgba).astype(np.uint8), resting_relief(identity))
