"""Coefficients of the second picture where the flow leads: bilinear, by one gather."""

from __future__ import annotations

from typing import Any, NamedTuple

from keras import ops

from ferkeras.layers._planes import sample_numbers


class Neighbours(NamedTuple):
    """Each pixel's values with those of its right, lower and lower right neighbour.

    ``rows`` is ``(batch * (height - 1) * (width - 1), 4 * channels)``, so that one row holds all
    that an interpolation needs; ``starts`` ``(batch, 1, 1)`` the place of each sample's first row.
    """

    rows: Any
    starts: Any


def neighbours(planes: Any) -> Neighbours:
    """The table of planes ``(batch, channels, height, width)``."""
    _, channels, height, width = planes.shape
    corners = [
        planes[:, :, top : height - 1 + top, left : width - 1 + left]
        for top in (0, 1)
        for left in (0, 1)
    ]
    table = ops.transpose(ops.concatenate(corners, axis=1), (0, 2, 3, 1))
    starts = sample_numbers(planes) * ((height - 1) * (width - 1))
    return Neighbours(ops.reshape(table, (-1, 4 * channels)), ops.reshape(starts, (-1, 1, 1)))


def warped(second: Neighbours, flow: Any) -> tuple[Any, Any]:
    """Values at ``(x + u, y + v)``, and where that is inside of the picture.

    A place in the last row or column, or beyond, counts as outside.

    Args:
        second: of the picture that the flow leads to.
        flow: ``(batch, 2, height, width)``.

    Returns:
        ``(batch, channels, height, width)``, 0 outside; and ``(batch, 1, height, width)``, 1 inside
        and 0 outside.
    """
    _, _, height, width = flow.shape
    channels = second.rows.shape[1] // 4
    x = flow[:, 0] + ops.arange(width, dtype=flow.dtype)
    y = flow[:, 1] + ops.reshape(ops.arange(height, dtype=flow.dtype), (height, 1))
    left, top = ops.floor(x), ops.floor(y)
    near_left, near_top = ops.clip(left, 0, width - 2), ops.clip(top, 0, height - 2)
    away = ops.abs(left - near_left) + ops.abs(top - near_top)
    inside = 1.0 - ops.minimum(away, 1.0)
    place = ops.cast(near_top * (width - 1) + near_left, "int32") + second.starts
    found = ops.take(second.rows, ops.reshape(place, (-1,)), axis=0)
    found = ops.transpose(ops.reshape(found, (-1, height, width, 4 * channels)), (0, 3, 1, 2))
    right, down = x - left, y - top
    above, below = (1.0 - down) * inside, down * inside
    weights = (1.0 - right) * above, right * above, (1.0 - right) * below, right * below
    total = 0.0
    for corner, weight in enumerate(weights):
        part = found[:, corner * channels : (corner + 1) * channels]
        total = total + ops.expand_dims(weight, 1) * part
    return total, ops.expand_dims(inside, 1)
