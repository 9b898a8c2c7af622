"""The texture map of a clip's frame, fine enough for movements of hundredths of a pixel.

The same thin plate spline as the pictures', on closer knots; the continuous map between the pixels
is known, so it can be inverted to any precision. No large matrix product is taken: linear algebra
libraries round it differently with another number of threads.
"""

from __future__ import annotations

import functools
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ferkeras.datasets._synthetic.warp import spline_system

Array = NDArray[np.float64]
Map = NDArray[np.float32]

_KNOTS = 40
_STEPS = 12  # of Newton's method; movements of a few pixels need 3 or 4
_ENOUGH = 1e-6  # face units


def _cubic(t: Array) -> tuple[Array, ...]:
    """Catmull-Rom weights of the four knots around a point at share ``t`` of its span."""
    return (
        0.5 * (-t + 2 * t**2 - t**3),
        0.5 * (2 - 5 * t**2 + 3 * t**3),
        0.5 * (t + 4 * t**2 - 3 * t**3),
        0.5 * (t**3 - t**2),
    )


def _cubic_slope(t: Array) -> tuple[Array, ...]:
    return (
        0.5 * (-1 + 4 * t - 3 * t**2),
        0.5 * (-10 * t + 9 * t**2),
        0.5 * (1 + 8 * t - 9 * t**2),
        0.5 * (3 * t**2 - 2 * t),
    )


@functools.lru_cache(maxsize=8)
def _near(size: int) -> tuple[tuple[NDArray[np.intp], Map], ...]:
    """For whole pixels: the four knots around them and the ``(size, 1)`` weights of each."""
    place = np.arange(size) / _step(size) + 1
    first = place.astype(int)
    return tuple(
        (first + offset, weight[:, None].astype(np.float32))
        for offset, weight in zip((-1, 0, 1, 2), _cubic(place - first), strict=True)
    )


def _widen(values: NDArray[Any], size: int) -> Map:
    """Interpolate ``(knots, n)`` at whole pixels: ``(size, n)``."""
    values = np.ascontiguousarray(values)
    parts = (values[knots] * weights for knots, weights in _near(size))
    return functools.reduce(np.add, parts)


def _step(size: int) -> float:
    """Pixels between knots; the first knot lies one step outside the picture."""
    return size / (_KNOTS - 3)


class ClipWarp:
    """Where each point of one frame finds its colour in the person's texture.

    Args:
        points: ``(92, 2)`` anchors in pixels of the frame.
        size: the frame's side in pixels.
    """

    def __init__(self, points: Array, size: int) -> None:
        self.size = size
        controls, system, target = spline_system(points, size)
        _, solved = cv2.solve(system, target, flags=cv2.DECOMP_LU)
        weights, count = solved.astype(np.float32), len(controls)
        at = ((np.arange(_KNOTS) - 1) * _step(size) / (size / 4)).astype(np.float32)
        near = controls.astype(np.float32)
        across = (at[:, None] - near[:, 0]) ** 2
        down = (at[:, None] - near[:, 1]) ** 2
        distance = (down[:, None] + across[None]).reshape(-1, count)
        bend = cv2.multiply(distance, cv2.log(distance + np.float32(1e-9)), scale=0.5)
        coarse = np.stack([np.einsum("nc,c->n", bend, one) for one in weights[:count].T], axis=1)
        coarse = coarse.reshape(_KNOTS, _KNOTS, 2) + weights[count]
        coarse += at[None, :, None] * weights[count + 1] + at[:, None, None] * weights[count + 2]
        self.knots: Map = coarse

    def pixels(self) -> tuple[Map, Map]:
        """x and y of the mean face, in face units, at each pixel: ``(size, size)`` each."""
        x, y = (_widen(_widen(part.T, self.size).T, self.size) for part in cv2.split(self.knots))
        return x, y

    def at(self, points: Array) -> tuple[Array, Array]:
        """The map and its derivative anywhere.

        Args:
            points: ``(n, 2)`` in pixels of the frame.

        Returns:
            ``(n, 2)`` points of the mean face, and ``(n, 2, 2)`` their change with x and with y.
        """
        place = (points / _step(self.size) + 1).clip(1, _KNOTS - 2 - 1e-9)
        first = place.astype(int)
        share = place - first
        weight_x, weight_y = _cubic(share[:, 0]), _cubic(share[:, 1])
        slope_x, slope_y = _cubic_slope(share[:, 0]), _cubic_slope(share[:, 1])
        value, change = np.zeros((len(points), 2)), np.zeros((len(points), 2, 2))
        for row in range(4):
            for column in range(4):
                knot = self.knots[first[:, 1] + row - 1, first[:, 0] + column - 1]
                value += (weight_y[row] * weight_x[column])[:, None] * knot
                change[..., 0] += (weight_y[row] * slope_x[column])[:, None] * knot
                change[..., 1] += (slope_y[row] * weight_x[column])[:, None] * knot
        return value, change / _step(self.size)

    def find(self, wanted: Array, guess: Array) -> Array:
        """Where points of the mean face are in the frame, by Newton's method.

        Args:
            wanted: ``(n, 2)`` points of the mean face.
            guess: ``(n, 2)`` pixels near them.

        Returns:
            ``(n, 2)`` pixels; NaN where the method does not end, as outside the head.
        """
        found = np.array(guess)
        value, change = self.at(found)
        for _ in range(_STEPS):
            missing = value - wanted
            if np.abs(missing).max() < _ENOUGH:
                break
            (a, b), (c, d) = change[:, 0].T, change[:, 1].T
            with np.errstate(all="ignore"):
                x = (d * missing[:, 0] - b * missing[:, 1]) / (a * d - b * c)
                y = (a * missing[:, 1] - c * missing[:, 0]) / (a * d - b * c)
            found -= np.nan_to_num(np.stack([x, y], axis=1)).clip(-2, 2)
            value, change = self.at(found)
        found[np.abs(value - wanted).max(1) > 1e-4] = np.nan
        return found
