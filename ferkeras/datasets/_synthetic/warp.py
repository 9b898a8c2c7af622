"""Where each pixel of the picture finds its colour in the person's texture."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from ferkeras.datasets._synthetic.mean_face import FURTHER, LANDMARKS

# Lids and inner lips are drawn, not warped: they may touch, which no map can undo.
CONTROLS: NDArray[np.int64] = np.array(
    [*range(0, 36), 36, 39, 42, 45, *range(48, 60), *range(68, 68 + len(FURTHER))]
)
"""Rows of the ``(92, 3)`` anchors that carry the texture."""

_KNOTS = 26
_STIFFNESS = 1e-3
_TARGETS = np.concatenate([LANDMARKS, FURTHER])[CONTROLS, :2]


@functools.lru_cache(maxsize=8)
def _spread(size: int) -> tuple[NDArray[np.floating], NDArray[np.float32]]:
    """Knots ``(k,)`` in pixels and the cubic ``(size, k)`` interpolation between them."""
    step = size / (_KNOTS - 3)
    knots = (np.arange(_KNOTS) - 1) * step
    place = np.arange(size) / step + 1
    first = place.astype(int)
    t = place - first
    weights = np.zeros((size, _KNOTS))
    blend = (-t + 2 * t**2 - t**3, 2 - 5 * t**2 + 3 * t**3, t + 4 * t**2 - 3 * t**3, t**3 - t**2)
    for offset, share in zip((-1, 0, 1, 2), blend, strict=True):
        weights[np.arange(size), (first + offset).clip(0, _KNOTS - 1)] += 0.5 * share
    return knots, weights.astype(np.float32)


def _bend(distance: NDArray[np.floating]) -> NDArray[np.floating]:
    """Thin plate kernel r^2 log r of squared distances."""
    return np.asarray(0.5 * distance * np.log(distance + 1e-9))


def spline_system(
    points: NDArray[np.float64], size: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """What the thin plate spline from the picture back to the mean face has to solve.

    Args:
        points: ``(92, 2)`` anchors in pixels of the picture.
        size: the picture's side in pixels.

    Returns:
        The ``(c, 2)`` controls in quarters of the picture's side; the ``(c + 3, c + 3)`` matrix and
        the ``(c + 3, 2)`` right side of the weights: of each control's kernel, then of 1, x and y.
    """
    controls = points[CONTROLS] / (size / 4)
    count = len(controls)
    apart = ((controls[:, None] - controls[None]) ** 2).sum(-1)
    system = np.zeros((count + 3, count + 3))
    system[:count, :count] = _bend(apart) + _STIFFNESS * np.eye(count)
    system[:count, count] = system[count, :count] = 1
    system[:count, count + 1 :] = controls
    system[count + 1 :, :count] = controls.T
    target = np.zeros((count + 3, 2))
    target[:count] = _TARGETS
    return controls, system, target


def texture_map(points: NDArray[np.float64], size: int) -> NDArray[np.float32]:
    """The spline at every pixel, by cubic interpolation between knots.

    Args:
        points: ``(92, 2)`` anchors in pixels of the picture.
        size: the picture's side in pixels.

    Returns:
        ``(2, size, size)`` x and y of the mean face, in face units, for each pixel.
    """
    controls, system, target = spline_system(points, size)
    weights = np.linalg.solve(system, target).astype(np.float32)
    count = len(controls)
    knots, cubic = _spread(size)
    at = (knots / (size / 4)).astype(np.float32)
    near = controls.astype(np.float32)
    across = (at[:, None] - near[:, 0]) ** 2
    down = (at[:, None] - near[:, 1]) ** 2
    bent = _bend(down[:, None] + across[None]).reshape(-1, count) @ weights[:count]
    coarse = bent.reshape(_KNOTS, _KNOTS, 2) + weights[count]
    coarse += at[None, :, None] * weights[count + 1] + at[:, None, None] * weights[count + 2]
    return np.stack([cubic @ coarse[..., axis] @ cubic.T for axis in (0, 1)])
