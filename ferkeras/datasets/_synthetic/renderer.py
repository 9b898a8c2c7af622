"""A person and a shot -> the picture and its ground truth."""

from __future__ import annotations

import functools
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ferkeras.datasets._synthetic.brows import draw_brows
from ferkeras.datasets._synthetic.canvas import Canvas
from ferkeras.datasets._synthetic.eyes import draw_eyes
from ferkeras.datasets._synthetic.face_map import LEFT, TOP, UNIT, Map
from ferkeras.datasets._synthetic.geometry import perform, project
from ferkeras.datasets._synthetic.identity import Identity, sample_identity
from ferkeras.datasets._synthetic.light import Light
from ferkeras.datasets._synthetic.mouth import draw_mouth, draw_nostrils
from ferkeras.datasets._synthetic.recording import Shot
from ferkeras.datasets._synthetic.relief import moved_relief
from ferkeras.datasets._synthetic.skin import Texture, paint
from ferkeras.datasets._synthetic.warp import texture_map
from ferkeras.types import Picture

_CANVAS_UNIT = 130  # pixels of the features' canvas in one face unit, at least
GLOSS = np.float32(18.0)  # grey levels that the lamp's reflection adds to the skin


@functools.lru_cache(maxsize=64)
def person(seed: int, subject: int) -> tuple[Identity, Texture]:
    """Person number ``subject`` and the painted texture; kept, as many pictures need them."""
    identity = sample_identity(seed, subject)
    return identity, paint(identity)


def shade(relief: NDArray[np.float32], light: Light) -> tuple[Map, Map]:
    """Lambert's law on the relief, wrapped a little around the edge, and a soft gloss.

    Returns:
        ``(size, size, 3)`` factors for the colours and ``(size, size)`` gloss, 0..1.
    """
    along_x, along_y, dark = cv2.split(relief)
    x, y, z = (float(value) for value in light.direction)
    length = cv2.sqrt(1 + along_x * along_x + along_y * along_y)
    facing = (z - along_x * x - along_y * y) / length
    lit = np.maximum((facing + 0.15) / 1.15, 0)
    seen = np.clip(1 - dark, 0.3, 1.2)
    lamp, ambient = light.lamp.tolist(), light.ambient.tolist()
    factors = [(lit * one + other) * seen for one, other in zip(lamp, ambient, strict=True)]
    return np.asarray(cv2.merge(factors), np.float32), np.asarray(cv2.pow(lit, 16), np.float32)


def sensor_noise(grain: int, strength: float, size: int) -> Map:
    """``(size, size, 3)`` triangular noise (a sum of two bytes) of this standard deviation."""
    random = np.random.Generator(np.random.SFC64(grain))
    dice = np.frombuffer(random.bytes(2 * size * size * 3), np.uint8).reshape(2, size, size, 3)
    scale = strength / 104.5
    noise = cv2.addWeighted(dice[0], scale, dice[1], scale, -255.0 * scale, dtype=cv2.CV_32F)
    return np.asarray(noise, np.float32)


def _draw_features(
    picture: Map, points: NDArray[np.float64], identity: Identity, shot: Shot
) -> None:
    """Draw nostrils, mouth, eyes and brows on the landmarks, in place."""
    size = len(picture)
    unit = shot.pose.scale * size
    resting = project(identity.shape[:68], shot.pose, size)
    inner = points[17:68]
    left, top = np.floor(inner.min(0) - 0.16 * unit).clip(0, size).astype(int).tolist()
    right, bottom = np.ceil(inner.max(0) + 0.16 * unit).clip(0, size).astype(int).tolist()
    canvas = Canvas((left, top, right, bottom), max(2, round(_CANVAS_UNIT / unit)), unit)
    draw_nostrils(canvas, points, identity)
    draw_mouth(canvas, points, identity)
    draw_eyes(canvas, points, resting, identity, shot.gaze)
    draw_brows(canvas, points, identity)
    canvas.blend_onto(picture)


def _warp(texture: NDArray[Any], columns: Map, rows: Map) -> Map:
    warped = cv2.remap(texture, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return warped.astype(np.float32, copy=False)


def render_shot(
    identity: Identity, texture: Texture, shot: Shot, size: int
) -> tuple[Picture, NDArray[np.float32]]:
    """Render one picture.

    Returns:
        The ``(size, size, 3)`` picture and its ``(68, 2)`` landmarks in pixels.
    """
    points = project(perform(identity, shot.action_units), shot.pose, size)
    across, down = texture_map(points, size)
    columns, rows = (across - LEFT) * UNIT, (down - TOP) * UNIT
    colour = _warp(texture.colour, columns, rows)
    moved = moved_relief(texture.relief, shot.action_units, shot.light.direction)
    factors, gloss = shade(_warp(moved, columns, rows), shot.light)

    picture = np.ascontiguousarray(colour[..., :3])
    _draw_features(picture, points, identity, shot)
    picture *= factors
    cover = colour[..., 3] / np.float32(255)
    picture += cv2.cvtColor(GLOSS * gloss * cover, cv2.COLOR_GRAY2RGB)
    coarse = shot.backdrop.astype(np.float32)
    backdrop = cv2.resize(coarse, (size, size), interpolation=cv2.INTER_CUBIC)
    picture += cv2.cvtColor(1 - cover, cv2.COLOR_GRAY2RGB) * backdrop
    noise = sensor_noise(shot.grain, shot.noise, size)
    # cv2 rounds and clips to 0..255 on the way to 8 bits.
    final = cv2.addWeighted(picture, 1.0, noise, 1.0, 0.0, dtype=cv2.CV_8U)
    return np.asarray(final, np.uint8), points[:68].astype(np.float32)
