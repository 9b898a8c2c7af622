"""How strong a movement is, as a share of the face."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from ferkeras.types import Flow

THRESHOLD = 0.2
"""Movement, in percent of the face's side, below which there is hardly any.

Noise alone gives 0.06 to 0.19 in synthetic faces of 100 pixels; most of their micro-expressions
give 0.2 to 0.9.
"""

# Half the width and height of the part of a face's box that is skin, as shares of its side: the
# corners show hair and background, which do not move with the head.
_HALF_WIDTH, _HALF_HEIGHT = 0.42, 0.48


def strength(flow: Flow, margin: float) -> float:
    """The 95th percentile of the flow's magnitude within the face, in percent of the face's side.

    A percentile and not the largest value, so that single wrong vectors do not count; a movement
    of one region (5 % of a face are less than one eye) shows fully. At 100 pixels a face, 1 % is
    one pixel.

    Args:
        flow: ``(side, side, 2)`` pixels, of a framed face.
        margin: share of the side of the face's box that was added at each side of it.
    """
    side = flow.shape[0]
    inner = face_mask(side, margin)
    magnitude = np.hypot(flow[inner, 0], flow[inner, 1])
    face_side = side / (1 + 2 * margin)
    return float(100 * np.percentile(magnitude, 95) / face_side)


@cache
def face_mask(side: int, margin: float) -> NDArray[np.bool_]:
    """Where skin is expected: an ellipse in the face's box, ``(side, side)``.

    Args:
        side: of the framed face, in pixels.
        margin: as for `strength`.
    """
    centre = np.abs((np.arange(side) + 0.5) / side - 0.5) * (1 + 2 * margin)
    mask: NDArray[np.bool_] = (
        np.hypot(centre[None, :] / _HALF_WIDTH, centre[:, None] / _HALF_HEIGHT) <= 1
    )
    return mask
