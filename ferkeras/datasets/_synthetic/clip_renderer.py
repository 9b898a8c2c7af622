"""A take and a frame's number -> the picture."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import overload

import cv2
import numpy as np

from ferkeras.datasets._synthetic.canvas import Canvas
from ferkeras.datasets._synthetic.clip_warp import ClipWarp
from ferkeras.datasets._synthetic.eyes import draw_eyes
from ferkeras.datasets._synthetic.face_map import LEFT, TOP, UNIT, Map
from ferkeras.datasets._synthetic.fine_texture import coordinates, fine_texture
from ferkeras.datasets._synthetic.mouth import draw_mouth
from ferkeras.datasets._synthetic.relief import moved_relief
from ferkeras.datasets._synthetic.renderer import GLOSS, sensor_noise, shade
from ferkeras.datasets._synthetic.take import SCALE, Script, Take, script
from ferkeras.types import Picture

_CANVAS_UNIT = 400  # pixels of the features' canvas in one face unit, at least


@functools.lru_cache(maxsize=8)
def _lighting(take: Take) -> tuple[Map, Map]:
    """Light on the texture, ``(HEIGHT, WIDTH, 4)``: factors of RGB, and gloss in grey levels.

    Returns:
        That of the resting face, and what the apex adds; in between it grows in proportion, as the
        folds of a micro-expression are shallow.
    """
    scene = script(take)
    relief = fine_texture(take.seed, take.subject, _unit(take)).relief
    peak = scene.performance.action_units
    resting, moved = (
        np.dstack(shade(moved_relief(relief, units, scene.light.direction), scene.light))
        for units in (0 * peak, peak)
    )
    for light in (resting, moved):
        light[..., 3] *= GLOSS
    return resting, moved - resting


def _unit(take: Take) -> int:
    return max(8, round(SCALE * take.size))


@functools.lru_cache(maxsize=8)
def _backdrop(take: Take) -> Map:
    coarse = script(take).backdrop.astype(np.float32)
    return np.asarray(cv2.resize(coarse, (take.size,) * 2, interpolation=cv2.INTER_CUBIC))


def render_frame(take: Take, frame: int) -> Picture:
    """Render one frame: uint8 ``(size, size, 3)`` RGB.

    The face's texture and light are warped; eyes and mouth, which open and close, are drawn on the
    landmarks, finely enough to move by a few hundredths of a pixel.
    """
    scene = script(take)
    points = scene.anchors(frame)
    x, y = ClipWarp(points, take.size).pixels()
    texture = fine_texture(take.seed, take.subject, _unit(take)).colour
    colour = _warp(texture, *coordinates(x, y))
    resting, added = _lighting(take)
    share = scene.course.intensities[frame] * take.strength
    lit = cv2.scaleAdd(added, share, resting)
    columns, rows = (
        (x - np.float32(LEFT)) * np.float32(UNIT),
        (y - np.float32(TOP)) * np.float32(UNIT),
    )
    light = _warp(lit, columns, rows)

    picture = cv2.cvtColor(colour, cv2.COLOR_RGBA2RGB).astype(np.float32)
    cover = cv2.extractChannel(colour, 3) * np.float32(1 / 255)
    _draw_features(picture, points, scene, frame)
    cv2.multiply(picture, cv2.cvtColor(light, cv2.COLOR_RGBA2RGB), dst=picture)
    gloss = cv2.multiply(cv2.extractChannel(light, 3), cover)
    cv2.add(picture, cv2.cvtColor(gloss, cv2.COLOR_GRAY2RGB), dst=picture)
    free = np.float32(1) - cover
    cv2.accumulateProduct(cv2.cvtColor(free, cv2.COLOR_GRAY2RGB), _backdrop(take), picture)
    noise = sensor_noise(scene.grain(frame), scene.noise, take.size)
    # cv2 rounds and clips to 0..255 on the way to 8 bits.
    final = cv2.addWeighted(picture, scene.gain(frame), noise, 1.0, 0.0, dtype=cv2.CV_8U)
    return np.asarray(final, np.uint8)


def _warp(texture: np.ndarray, columns: Map, rows: Map) -> np.ndarray:
    return cv2.remap(texture, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _draw_features(picture: Map, points: np.ndarray, scene: Script, frame: int) -> None:
    """Draw mouth and eyes on the landmarks, in place."""
    unit = scene.pose.scale * scene.take.size
    fine = max(4, round(_CANVAS_UNIT / unit))
    for part in (slice(48, 68), slice(36, 48)):
        low = np.floor(points[part].min(0) - 0.14 * unit).clip(0, scene.take.size).astype(int)
        high = np.ceil(points[part].max(0) + 0.14 * unit).clip(0, scene.take.size).astype(int)
        canvas = Canvas((*low.tolist(), *high.tolist()), fine, unit)
        if part.start == 48:
            draw_mouth(canvas, points[:68], scene.identity)
        else:
            draw_eyes(canvas, points[:68], scene.resting(frame), scene.identity, scene.gaze)
        canvas.blend_onto(picture)


class RenderedFrames(Sequence[Picture]):
    """The frames of a take, each rendered when it is asked for; nothing is kept.

    Args:
        take: which clip.
        which: frame numbers that are to be seen; None: all.

    ``frames[3]`` renders one frame, ``frames[2:9]`` is again a `RenderedFrames`. Can be sent to
    other processes.
    """

    def __init__(self, take: Take, which: range | None = None) -> None:
        self.take = take
        self.which = range(len(script(take))) if which is None else which

    def __len__(self) -> int:
        return len(self.which)

    @overload
    def __getitem__(self, at: int) -> Picture: ...

    @overload
    def __getitem__(self, at: slice) -> RenderedFrames: ...

    def __getitem__(self, at: int | slice) -> Picture | RenderedFrames:
        if isinstance(at, slice):
            return RenderedFrames(self.take, self.which[at])
        return render_frame(self.take, self.which[at])
