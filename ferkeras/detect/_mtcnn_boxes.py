"""Arithmetic of MTCNN's candidate boxes: overlap, correction, squares, the pixels inside.

A box is ``left, top, right, bottom`` in pixels; arrays of boxes are float64 ``(n, 4)``.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ferkeras.types import FloatArray

Boxes = NDArray[np.float64]
Places = NDArray[np.intp]

_PAIRS = 2**17  # compared at a time, so that memory has a limit


def best_first(scores: NDArray[np.floating]) -> Places:
    """Positions in falling order of the scores; of equal ones, the last comes first."""
    return np.argsort(scores, kind="stable")[::-1]


def without_overlap(boxes: Boxes, limit: float, share_of: Literal["union", "min"]) -> Places:
    """Non-maximum suppression: positions of boxes that share little with each better one.

    A box goes if it overlaps *any* better box too far, also one that goes itself. (The greedy
    way, which asks the kept ones alone, leaves more of a chain of boxes.)

    Args:
        boxes: ``(n, 4)``, best first.
        limit: the largest share that is borne.
        share_of: the common area as a share of both boxes' union, or of the smaller box.
    """
    left, top, right, bottom = np.ascontiguousarray(boxes.T)
    area = np.maximum(right - left, 0) * np.maximum(bottom - top, 0)
    kept = np.ones(len(boxes), bool)
    block = max(1, _PAIRS // max(1, len(boxes)))
    for start in range(0, len(boxes), block):
        end = min(start + block, len(boxes))
        one, others = np.s_[start:end, None], np.s_[: end - 1]
        wide = np.minimum(right[one], right[others]) - np.maximum(left[one], left[others])
        high = np.minimum(bottom[one], bottom[others]) - np.maximum(top[one], top[others])
        common = np.maximum(wide, 0) * np.maximum(high, 0)
        if share_of == "union":
            whole = area[one] + area[others] - common
        else:
            whole = np.minimum(area[one], area[others])
        better = np.arange(end - 1) < np.arange(start, end)[:, None]
        kept[start:end] = ~((common > limit * whole) & better).any(axis=1)
    return np.flatnonzero(kept)


def corrected(boxes: Boxes, correction: FloatArray) -> Boxes:
    """Each side moved by a network's correction, in widths or heights (which count both ends)."""
    sides = boxes[:, 2:] - boxes[:, :2] + 1
    return boxes + correction * np.tile(sides, 2)


def squares(boxes: Boxes) -> Boxes:
    """Squares on the longer sides, about the same middles."""
    sides = boxes[:, 2:] - boxes[:, :2]
    corner = boxes[:, :2] + sides / 2 - sides.max(axis=1, keepdims=True) / 2
    return np.concatenate([corner, corner + sides.max(axis=1, keepdims=True)], axis=1)


def windows(pixels: FloatArray, boxes: Boxes, side: int) -> FloatArray:
    """The pixels of boxes, each brought to one size by linear interpolation.

    The first and last samples lie on the box's edges, at v (size - 1) / size for an edge at v in a
    picture of that size; no averaging. Outside the picture all is 0, which is medium grey.

    Args:
        pixels: normalised, ``(height, width, 3)``.

    Returns:
        ``(n, side, side, 3)``.
    """
    height, width = pixels.shape[:2]
    steps = np.linspace(0, 1, side)
    rows, down, outside_y = _samples(boxes[:, 1], boxes[:, 3], steps, height)
    columns, right, outside_x = _samples(boxes[:, 0], boxes[:, 2], steps, width)
    right, down = right[:, None, :, None], down[:, :, None, None]
    flat = pixels.reshape(-1, 3)

    def row(at: Places) -> FloatArray:
        corner = at[:, :, None] * width + columns[:, None]
        left = np.take(flat, corner, axis=0)
        left += right * (np.take(flat, corner + 1, axis=0) - left)
        return left

    upper = row(rows)
    upper += down * (row(rows + 1) - upper)
    upper[outside_y[:, :, None] | outside_x[:, None]] = 0
    return upper


def _samples(
    start: NDArray[np.float64], end: NDArray[np.float64], steps: NDArray[np.float64], size: int
) -> tuple[Places, FloatArray, NDArray[np.bool_]]:
    """Along one axis: the pixel before each sample, how far it lies behind it, and who is outside.

    Each array is ``(n, samples)``.
    """
    at = (start[:, None] + (end - start)[:, None] * steps) * (size - 1) / size
    before = np.clip(np.floor(at), 0, size - 2)
    outside = (at < 0) | (at > size - 1)
    return before.astype(np.intp), (at - before).astype(np.float32), outside
