"""The head's own motion in a flow, told apart from the movement of the face."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ferkeras.flow._checks import check_flow
from ferkeras.types import Flow

_POINTS = 40  # points of the sub-grid along the longer side
_ROUNDS = 8  # of reweighting, half of them for the start
_TUKEY = 4.685  # standard deviations beyond which a vector does not count at all
_LEAST = 0.02  # pixels of error granted to any flow, so that exact fields keep some weights


@dataclass(frozen=True)
class Similarity:
    """A field of small shift, turn and growth.

    With z = x + i y and w = u + i v the field is w = shift + rate (z - centre): the real part of
    ``rate`` is the growth, its imaginary part the turn in radians (x right, y down: clockwise).
    """

    centre: complex
    shift: complex
    rate: complex

    def flow(self, height: int, width: int) -> Flow:
        """The field on a picture of this size, float32 ``(height, width, 2)``."""
        x = np.arange(width, dtype=np.float32) - np.float32(self.centre.real)
        y = np.arange(height, dtype=np.float32)[:, None] - np.float32(self.centre.imag)
        grow, turn = np.float32(self.rate.real), np.float32(self.rate.imag)
        u = np.float32(self.shift.real) + grow * x - turn * y
        v = np.float32(self.shift.imag) + turn * x + grow * y
        return np.stack([u, v], axis=-1)


def remove_head_motion(flow: Flow) -> Flow:
    """Take out of a flow the shift, turn and growth that most of the face shares.

    The similarity is fitted to a sub-grid of the flow by iteratively reweighted least squares with
    Tukey's biweight (Holland, Welsch 1977, "Robust regression using iteratively reweighted
    least-squares"), from a start by least absolute deviations, so that an expression, which moves a
    part of the face, does not pull it. For turns of a few degrees a flow of a similarity is linear
    in x and y; no more is fitted.

    Args:
        flow: ``(H, W, 2)`` in pixels.

    Returns:
        float32 ``(H, W, 2)``: what is left.

    Raises:
        FlowError: not a flow.
    """
    flow = check_flow(flow)
    return flow - fit_similarity(flow).flow(*flow.shape[:2])


def fit_similarity(flow: Flow) -> Similarity:
    """The similarity that most of a flow ``(H, W, 2)`` agrees with; see `remove_head_motion`."""
    step = max(1, -(-max(flow.shape[:2]) // _POINTS))
    some = flow[step // 2 :: step, step // 2 :: step].astype(np.float64)
    y, x = np.indices(some.shape[:2]) * step + step // 2
    place = (x + 1j * y).ravel()
    moved = (some[..., 0] + 1j * some[..., 1]).ravel()
    centre = complex(place.mean())
    place = place - centre
    shift = complex(np.median(moved.real), np.median(moved.imag))
    rate = 0j
    for number in range(_ROUNDS):
        error = np.abs(moved - shift - rate * place)
        # the median of the length of a vector with two normal parts is 1.1774 of their deviation
        spread = max(_LEAST, float(np.median(error)) / 1.1774)
        if number < _ROUNDS // 2:
            weight = 1 / np.maximum(error, 0.1 * spread)
        else:
            weight = np.clip(1 - (error / (_TUKEY * spread)) ** 2, 0, None) ** 2
        shift, rate = _fit(place, moved, weight)
    return Similarity(centre, shift, rate)


def _fit(
    place: NDArray[np.complex128], moved: NDArray[np.complex128], weight: NDArray[np.float64]
) -> tuple[complex, complex]:
    """Weighted least squares of ``moved ~ shift + rate * place``."""
    total = weight.sum()
    middle, mean = (weight * place).sum() / total, (weight * moved).sum() / total
    apart = place - middle
    spread = (weight * np.abs(apart) ** 2).sum()
    rate = (weight * np.conj(apart) * (moved - mean)).sum() / spread if spread > 0 else 0j
    return complex(mean - rate * middle), complex(rate)
