"""The similarity that most of a flow agrees with, by sums that every runtime has."""

from __future__ import annotations

from typing import Any, NamedTuple

from keras import ops

_ROUNDS = 8  # of reweighting, half of them for the start
_TUKEY = 4.685  # standard deviations beyond which a vector does not count at all
_LEAST = 0.02  # pixels of error granted to any flow, so that exact fields keep some weights
_NO_LENGTH = 1e-12  # squared: of which the root still has a gradient


class Similarity(NamedTuple):
    """Shift ``(right, down)``, growth and turn of each sample, all ``(batch, 1)``."""

    right: Any
    down: Any
    grow: Any
    turn: Any

    def at(self, x: Any, y: Any) -> tuple[Any, Any]:
        """Its movement at points, which count from the centre of the fit."""
        u = self.right + self.grow * x - self.turn * y
        return u, self.down + self.turn * x + self.grow * y


def fit_similarity(u: Any, v: Any, x: Any, y: Any) -> Similarity:
    """Iteratively reweighted least squares, see `ferkeras.flow.remove_head_motion`.

    Args:
        u, v: movement of some points, ``(batch, points)``.
        x, y: their places, ``(points,)``, with mean 0.
    """
    nothing = ops.zeros_like(u[:, :1])
    found = Similarity(median(u), median(v), nothing, nothing)
    for number in range(_ROUNDS):
        there = found.at(x, y)
        squared = (u - there[0]) ** 2 + (v - there[1]) ** 2
        error = ops.sqrt(ops.maximum(squared, _NO_LENGTH))
        # The median of the length of a vector with two normal parts is 1.1774 of their deviation.
        spread = ops.maximum(median(error) / 1.1774, _LEAST)
        if number < _ROUNDS // 2:
            weight = 1.0 / ops.maximum(error, 0.1 * spread)
        else:
            weight = ops.maximum(1.0 - (error / (_TUKEY * spread)) ** 2, 0.0) ** 2
        found = _weighted_fit(u, v, x, y, weight)
    return found


def median(values: Any) -> Any:
    """Of each row: ``(batch, n)`` to ``(batch, 1)``. TFLite has no sort, but the largest few."""
    count = values.shape[1]
    largest = ops.top_k(values, count // 2 + 1)[0]
    if count % 2:
        return largest[:, -1:]
    return 0.5 * (largest[:, -1:] + largest[:, -2:-1])


def _weighted_fit(u: Any, v: Any, x: Any, y: Any, weight: Any) -> Similarity:
    def mean(values: Any) -> Any:
        return ops.sum(weight * values, axis=1, keepdims=True) / total

    total = ops.sum(weight, axis=1, keepdims=True)
    mean_x, mean_y, mean_u, mean_v = mean(x), mean(y), mean(u), mean(v)
    across, down = x - mean_x, y - mean_y
    right, below = u - mean_u, v - mean_v
    size = mean(across**2 + down**2)
    safe = ops.where(size > 0, size, ops.ones_like(size))  # of one point there is only a shift
    grow = mean(across * right + down * below) / safe
    turn = mean(across * below - down * right) / safe
    return Similarity(
        mean_u - grow * mean_x + turn * mean_y, mean_v - turn * mean_x - grow * mean_y, grow, turn
    )
