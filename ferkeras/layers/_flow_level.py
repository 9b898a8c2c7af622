"""One level of the pyramid of Farneback's method."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from keras import ops

from ferkeras.layers._flow_matrices import (
    Expansion,
    Matrix,
    expansion,
    level_side,
    resized,
    smaller,
    window,
)
from ferkeras.layers._planes import across, along
from ferkeras.layers._warping import Neighbours, warped

_SINGULAR = 1e-3  # added to the determinant, as OpenCV does: what has no texture does not move


class Axis(NamedTuple):
    """The matrices of a level along one axis.

    ``grow`` brings the flow of the next coarser level to this size; None: there is none. ``fit`` is
    the expansion of the picture at full size, blurred and made smaller.
    """

    grow: Matrix | None
    fit: Expansion
    average: Matrix

    def transposed(self) -> Axis:
        """For the columns, which are multiplied from the right."""
        grow = None if self.grow is None else self.grow.T
        return Axis(grow, Expansion(*(one.T for one in self.fit)), self.average.T)


class Setting(NamedTuple):
    """Arguments of `expansion` and `window`."""

    poly_n: int
    poly_sigma: float
    winsize: int
    gaussian: bool


def axis(side: int, scale: float, coarser: float | None, setting: Setting) -> Axis:
    """The matrices for a side of the picture in pixels, at a scale and after a coarser one."""
    shrink = smaller(side, scale)
    here = len(shrink)
    grow = None if coarser is None else resized(level_side(side, coarser), here)
    rows = expansion(here, setting.poly_n, setting.poly_sigma)
    average = window(here, setting.winsize, setting.gaussian)
    return Axis(grow, Expansion(*(one @ shrink for one in rows)), average)


def expand(pictures: Any, rows: Axis, columns: Axis, exact: Callable[[Any], Any]) -> Any:
    """Coefficients of y, x, y^2, x^2 and xy around each pixel.

    Args:
        pictures: ``(batch, height, width)``.
        rows, columns: of the level; the columns' transposed.
        exact: makes tensors of arrays.

    Returns:
        ``(batch, 5, new height, new width)``.
    """
    constant, linear, square = (ops.matmul(exact(one), pictures) for one in rows.fit)
    of_constant, of_linear, of_square = (exact(one) for one in columns.fit)
    products = (
        (linear, of_constant),
        (constant, of_linear),
        (square, of_constant),
        (constant, of_square),
        (linear, of_linear),
    )
    return ops.stack([across(one, other) for one, other in products], axis=1)


def improved(flow: Any, first: Any, second: Neighbours, average: tuple[Any, Any]) -> Any:
    """One iteration: the flow that least squares over the window gives, from where it led before.

    Args:
        flow: ``(batch, 2, height, width)``, u and v in pixels of this level.
        first: coefficients of the first picture, see `expand`.
        second: those of the second picture, see `_warping.neighbours`.
        average: matrices of the window along both axes, see `along`.
    """
    u, v = flow[:, :1], flow[:, 1:]
    there, inside = warped(second, flow)
    half = 0.5 * inside
    slope = 0.5 * (first[:, :2] - there[:, :2])
    # Outside of the second picture the first one's coefficients stand alone.
    bend = first[:, 2:] * (1.0 - half) + 0.5 * there[:, 2:]
    yy, xx, xy = bend[:, :1], bend[:, 1:2], 0.5 * bend[:, 2:]
    down = slope[:, :1] + yy * v + xy * u
    right = slope[:, 1:] + xy * v + xx * u
    normal = [
        yy * yy + xy * xy,
        (yy + xx) * xy,
        xx * xx + xy * xy,
        yy * down + xy * right,
        xy * down + xx * right,
    ]
    rows, columns = average
    mean = along(rows, ops.concatenate(normal, axis=1), columns)
    a, b, c, p, q = (mean[:, place : place + 1] for place in range(5))
    # Not below 0 but by rounding, which OpenCV lets pass.
    determinant = ops.maximum(a * c - b * b, 0.0) + _SINGULAR
    return ops.concatenate([a * q - b * p, c * p - b * q], axis=1) / determinant
