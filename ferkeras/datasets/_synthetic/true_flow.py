"""Dense ground truth flow between two frames of a take."""

from __future__ import annotations

import functools

import cv2
import numpy as np
from numpy.typing import NDArray

from ferkeras.datasets._synthetic.clip_warp import ClipWarp
from ferkeras.datasets._synthetic.curves import smooth
from ferkeras.datasets._synthetic.mean_face import LANDMARKS
from ferkeras.datasets._synthetic.take import Take, script
from ferkeras.types import Flow

Mask = NDArray[np.bool_]

# Forehead and temples that close the jaw's outline, right half, from the ear upwards.
_FOREHEAD = ((0.97, -0.75), (0.84, -1.02), (0.50, -1.18), (0.0, -1.22))
_EYES, _MOUTH = (slice(36, 42), slice(42, 48)), slice(60, 68)
# Where eyes and mouth are drawn around their opening, in face units: beside, above and below it.
_EYE_ROOM, _MOUTH_ROOM = (0.03, 0.10, 0.07), (0.04, 0.03, 0.03)


def true_flow(take: Take, first: int, second: int, *, head: bool = True) -> tuple[Flow, Mask]:
    """Where each pixel of the first frame is in the second.

    With M the map from a frame's pixels to the mean face, as it is rendered, the flow at p is
    q - p with M_second(q) = M_first(p), solved by Newton's method to less than 1e-3 pixels.

    Args:
        take: which clip.
        first, second: frame numbers.
        head: False takes the head's movement out: the second expression, the head as in the first.

    Returns:
        ``(size, size, 2)`` flow in pixels, 0 where it is not valid; and ``(size, size)`` True
        where it is valid: on the face without what is drawn, not warped (eyes and the mouth's
        opening), in both frames.
    """
    scene = script(take)
    pose = None if head else scene.pose_at(first)
    before, after = scene.anchors(first), scene.anchors(second, pose)
    warp = ClipWarp(before, take.size)
    grid = np.indices((take.size, take.size))[::-1].reshape(2, -1).T.astype(np.float64)
    wanted, _ = warp.at(grid)
    face = _inside(_outline(), wanted, 0.01)
    at = np.flatnonzero(face & ~_drawn(before, grid, take.size, scene.pose.scale))
    start = grid[at]
    found = ClipWarp(after, take.size).find(wanted[at], start)
    inside: Mask = np.all((found >= 0) & (found <= take.size - 1), axis=1)  # no NaN is
    inside[inside] &= ~_drawn(after, found[inside], take.size, scene.pose.scale)
    flow, valid = np.zeros((len(grid), 2), np.float32), np.zeros(len(grid), bool)
    valid[at[inside]] = True
    flow[valid] = (found - start)[inside]
    shape = (take.size, take.size)
    return flow.reshape(*shape, 2), valid.reshape(shape)


@functools.lru_cache(maxsize=1)
def _outline() -> NDArray[np.float32]:
    """The face's outline on the mean face: jaw, temples and forehead, a little inside the edge."""
    right = np.array(_FOREHEAD)
    top = np.concatenate([right, right[-2::-1] * (-1.0, 1.0)])
    outline = np.concatenate([LANDMARKS[:17, :2], top]) * (0.97, 0.98)
    return smooth(outline, 200, closed=True).astype(np.float32)


def _inside(outline: NDArray[np.floating], points: NDArray[np.float64], step: float) -> Mask:
    """Which points lie inside a polygon, to the precision of ``step``."""
    low = outline.min(0) - step
    corners = np.rint((outline - low) / step * 16).astype(np.int32)
    width, height = (corners.max(0) // 16 + 3).tolist()
    mask = np.zeros((height, width), np.uint8)
    cv2.fillPoly(mask, [corners], 1, cv2.LINE_8, 4)
    column, row = np.rint((points - low) / step).astype(int).T
    there = (column >= 0) & (column < width) & (row >= 0) & (row < height)
    filled = mask[row.clip(0, height - 1), column.clip(0, width - 1)] > 0
    return np.asarray(there & filled, bool)


def _drawn(
    anchors: NDArray[np.float64], points: NDArray[np.float64], size: int, scale: float
) -> Mask:
    """Which points of a frame lie where eyes or mouth are drawn."""
    unit = scale * size
    drawn = np.zeros(len(points), bool)
    openings = [(anchors[part], _EYE_ROOM) for part in _EYES] + [(anchors[_MOUTH], _MOUTH_ROOM)]
    for opening, (beside, above, below) in openings:
        reach = np.array([(-beside, 0), (beside, 0), (0, -above), (0, below)]) * unit
        around = (opening[:, None] + reach).reshape(-1, 2).astype(np.float32)
        drawn |= _inside(np.asarray(cv2.convexHull(around)[:, 0], np.float32), points, 0.25)
    return drawn
