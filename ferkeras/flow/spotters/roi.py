"""D&C-RoIs: the apex is where the regions of the face that express differ most from the onset.

S.-T. Liong, J. See, K. Wong, A. C. Le Ngo, Y.-H. Oh, R. C.-W. Phan 2015, "Automatic apex frame
spotting in micro-expression database".
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from ferkeras.flow.spotters._local_binary_pattern import uniform_patterns
from ferkeras.flow.spotters._peaks import peaks
from ferkeras.flow.spotters._registration import registered
from ferkeras.flow.spotters._smoothing import small_faces, smooth
from ferkeras.types import FloatArray

REGIONS = ((0.08, 0.18, 0.92, 0.52), (0.18, 0.62, 0.82, 0.97))
"""Eyes with brows, and mouth: (left, top, right, bottom) as shares of a registered face's side."""

_POINTS = 8  # of the local binary pattern; "uniform" ones have 10 codes
_CODES = _POINTS + 2
_LEVELS = 16  # steps of a grey level, so that averaged pictures keep their precision
_BRIGHTEST = 2**16 // _LEVELS - 1


def difference(
    faces: Sequence[NDArray[np.uint8]],
    *,
    side: int = 112,
    smoothing: float = 0.04,
    blur: float = 1.5,
    radius: int = 2,
    cell: float = 0.045,
) -> FloatArray:
    """1 - d of local binary patterns' histograms, averaged over the cells of both regions.

    Equation 1 of Wang et al. 2024 (HTNet), whose print gives one sum of the denominator other
    limits: with the histograms h1 of the first face and h2 of another,

        d = sum_i h1_i h2_i / sqrt(sum_i h1_i^2 sum_i h2_i^2)

    d is a similarity, 1 for equal histograms, so 1 - d is what grows with the movement. Each
    region is divided into small cells with a histogram each: over a whole region, skin that moves
    by less than a pixel changes no histogram. Patterns compare neighbours and are as sensitive to
    noise, and to sub-pixel jitter of the head, as to movement; so faces are averaged down,
    registered once more, and smoothed in time and space first.

    Args:
        faces: grey uint8 ``(H, W)`` each, registered.
        side: at which patterns are computed, in pixels.
        smoothing: standard deviation of the Gaussian over time, as a share of the clip's length.
        blur: that of the Gaussian in space, in pixels of ``side``.
        radius: of the patterns, in pixels of ``side``.
        cell: side of a cell, as a share of the face's side.

    Returns:
        float32 ``(frames,)``, 0..1; 0 in the first frame but for the smoothing.
    """
    calm = smooth(registered(small_faces(faces, side)), smoothing)
    cells = [_histograms(calm, region, blur, radius, cell) for region in REGIONS]
    histograms = np.concatenate(cells, axis=1)
    first = histograms[0]
    lengths = np.sqrt((histograms**2).sum(axis=-1) * (first**2).sum(axis=-1))
    similarity = (histograms * first).sum(axis=-1) / lengths
    return smooth((1 - similarity).mean(axis=1).astype(np.float32), smoothing)


def apex(curve: FloatArray) -> int:
    """Divide and conquer: the half that holds more of the curve's peaks, again and again.

    What counts is the sum of the peaks' heights above the curve's lowest value; an interval that
    holds one peak is not divided further.
    """
    above = np.asarray(curve, np.float64) - np.min(curve)
    left, low, high = peaks(curve), 0, len(above)
    while len(left) > 1:
        middle = (low + high) // 2
        first, second = left[left < middle], left[left >= middle]
        if above[first].sum() >= above[second].sum():
            left, high = first, middle
        else:
            left, low = second, middle
    return int(left[0])


def _histograms(
    faces: FloatArray, region: tuple[float, ...], blur: float, radius: int, cell: float
) -> NDArray[np.float64]:
    """Histograms of uniform patterns in the cells of a region, ``(frames, cells, codes)``."""
    side = faces.shape[1]
    left, top, right, bottom = (round(share * side) for share in region)
    step = max(1, round(cell * side))
    rows, columns = np.arange(bottom - top) // step, np.arange(right - left) // step
    numbers = rows[:, None] * (columns[-1] + 1) + columns
    count = int(numbers[-1, -1]) + 1
    # A pattern reaches over the region's border; the regions themselves lie inside the face.
    around = np.s_[top - radius : bottom + radius, left - radius : right + radius]
    result = np.empty((len(faces), count, _CODES))
    for face, row in zip(faces, result, strict=True):
        calm = cv2.GaussianBlur(face, (0, 0), blur) if blur > 0 else face
        levels = np.rint(np.clip(calm[around], 0, _BRIGHTEST) * _LEVELS).astype(np.uint16)
        places = numbers * _CODES + uniform_patterns(levels, _POINTS, radius)
        row[:] = np.bincount(places.ravel(), minlength=count * _CODES).reshape(count, _CODES)
    return result
