"""Where in the picture the cells of a feature map look."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from ferkeras.types import FloatArray


@dataclass(frozen=True)
class Placement:
    """The middle of what each cell sees, on a picture of ``size``.

    Attributes:
        size: ``(height, width)`` of what the maps were made from.
        start: ``(y, x)`` of the middle of the first cell's receptive field, in pixels.
        step: ``(y, x)`` from one cell's to the next's.
    """

    size: tuple[int, int]
    start: tuple[float, float]
    step: tuple[float, float]


def find_placement(maps: Any) -> Placement:
    """Follow a layer's output back to the picture that it is made from.

    Convolutions and pools are followed by their kernel, stride and padding: cells of unpadded
    convolutions crowd in the middle of the picture, and a plain enlargement would draw their heat
    too far out. Any other change of size counts as plain scaling. Of several inputs the first is
    followed, as long as it is ``(batch, height, width, channels)``: so patches are placed on their
    patch.

    Args:
        maps: a symbolic tensor of a Keras model, ``(batch, h, w, maps)``.
    """
    start, step = [0.0, 0.0], [1.0, 1.0]
    while True:
        operation, node, _ = maps._keras_history
        sources = [t for t in operation._inbound_nodes[node].input_tensors if len(t.shape) == 4]
        if not sources:
            size = (int(maps.shape[1]), int(maps.shape[2]))
            return Placement(size, (start[0], start[1]), (step[0], step[1]))
        for axis in (0, 1):
            stride, first = _one_step(
                operation, axis, sources[0].shape[axis + 1], maps.shape[axis + 1]
            )
            start[axis] = stride * start[axis] + first
            step[axis] *= stride
        maps = sources[0]


def enlarge(heat: FloatArray, placement: Placement) -> FloatArray:
    """Bring ``(rows, h, w)`` to ``(rows, *placement.size)``, linear between the cells' middles.

    Outside the first and last middle the border cells' values go on.
    """
    down, right = (
        _interpolation(heat.shape[axis + 1], placement.size[axis], start, step)
        for axis, (start, step) in enumerate(zip(placement.start, placement.step, strict=True))
    )
    return np.asarray(np.einsum("yi,rij,xj->ryx", down, heat, right), np.float32)


def _interpolation(cells: int, pixels: int, start: float, step: float) -> FloatArray:
    """``(pixels, cells)``: the share of each cell in each pixel; rows sum to one."""
    middles = start + step * np.arange(cells)
    columns = [np.interp(np.arange(pixels), middles, row) for row in np.eye(cells)]
    return np.stack(columns, axis=1).astype(np.float32)


def _one_step(operation: Any, axis: int, before: int, after: int) -> tuple[float, float]:
    """Stride and first middle of one operation, in pixels of its input."""
    window = getattr(operation, "kernel_size", None) or getattr(operation, "pool_size", None)
    padding = getattr(operation, "padding", None)
    if window is not None and padding in ("valid", "same"):
        stride = operation.strides[axis]
        reach = (window[axis] - 1) * getattr(operation, "dilation_rate", (1, 1))[axis]
        if padding == "valid" and after == (before - reach - 1) // stride + 1:
            return stride, reach / 2
        if padding == "same" and after == math.ceil(before / stride):
            added = max((after - 1) * stride + reach + 1 - before, 0)
            return stride, reach / 2 - added // 2
    return before / after, (before / after - 1) / 2
