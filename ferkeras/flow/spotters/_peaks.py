"""The places at which a curve may have its apex."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ferkeras.types import FloatArray

_PROMINENCE = 0.15  # of the curve's range that it falls on both sides of a peak, at least


def peaks(curve: FloatArray) -> NDArray[np.intp]:
    """Frames in which the curve has risen and falls again; ripples of noise do not count.

    A curve ends higher than its apex where the head drifts: its end is taken only where it has no
    peak at all, as in clips that are cut at the apex.

    Args:
        curve: ``(frames,)``, two or more; the first frame is the onset and no peak.

    Returns:
        Positions, one or more; without a peak that of the largest value.
    """
    values = np.asarray(curve, np.float64)
    spread = float(values.max() - values.min())
    found = _prominent(values, _PROMINENCE * spread) if spread > 0 else []
    if len(found):
        return np.asarray(found, np.intp)
    return np.array([1 + np.argmax(values[1:])], np.intp)


def _prominent(values: NDArray[np.float64], least: float) -> list[int]:
    """Places higher than both neighbours, of a level stretch its middle, that stand out enough.

    A peak's prominence is how far one must go down from it to reach a higher place on either side,
    or the curve's end.
    """
    ends = np.flatnonzero(np.append(np.diff(values) != 0, True))  # of stretches of one height
    starts, heights = np.append(0, ends[:-1] + 1), values[ends]
    found = []
    for number in range(1, len(heights) - 1):
        height = heights[number]
        if not heights[number - 1] < height > heights[number + 1]:
            continue
        higher = np.flatnonzero(heights > height)
        before, after = higher[higher < number], higher[higher > number]
        left = heights[before[-1] if len(before) else 0 : number].min()
        right = heights[number + 1 : after[0] + 1 if len(after) else None].min()
        if height - max(left, right) >= least:
            found.append(int(starts[number] + ends[number]) // 2)
    return found
