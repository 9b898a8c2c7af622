"""The places at which a curve may have its apex."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import find_peaks

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
    found = find_peaks(values, prominence=_PROMINENCE * spread)[0] if spread > 0 else []
    if len(found):
        return np.asarray(found, np.intp)
    return np.array([1 + np.argmax(values[1:])], np.intp)
