"""The similarity that most pairs of points agree on."""

from __future__ import annotations

import cv2
import numpy as np

from ferkeras.detect.similarity import Matrix, Points, as_complex, complex_matrix, fit_complex

_NEAR = 1.0  # pixels within which a pair agrees
_TUKEY = 4.685  # P. J. Huber, E. M. Ronchetti: Robust statistics, 2009: 95 % efficient
_LEAST_SPREAD = 0.02  # pixels; points do not agree better than that
_ROUNDS = 3


def robust_similarity(source: Points, target: Points) -> tuple[Matrix, int]:
    """Fit a similarity to pairs of points of which many may be wrong.

    RANSAC (M. A. Fischler, R. C. Bolles, CACM 24(6), 1981) finds the pairs that agree within a
    pixel; least squares with J. W. Tukey's biweight on these then gives less and less weight to
    pairs that differ from the others by hundredths of a pixel, such as those on moving muscles.

    Args:
        source, target: ``(n, 2)`` points in pixels, any n.

    Returns:
        The ``(2, 3)`` matrix, and how many pairs agree with it within a pixel; no change and 0
        where no similarity can be found.
    """
    if len(source) < 3:
        return np.eye(2, 3), 0
    matrix, mask = cv2.estimateAffinePartial2D(
        source, target, method=cv2.RANSAC, ransacReprojThreshold=_NEAR, refineIters=0
    )
    if matrix is None or mask.sum() < 3 or np.ptp(source[mask.ravel() > 0], axis=0).max() < 1:
        return np.eye(2, 3), 0
    kept = mask.ravel() > 0
    before, wanted = as_complex(source), as_complex(target)
    factor, shift = fit_complex(before, wanted, kept.astype(float))
    for _ in range(_ROUNDS):
        error = abs(factor * before + shift - wanted)
        # the median of a length in two dimensions is 1.18 standard deviations of a coordinate
        limit = _TUKEY * max(_LEAST_SPREAD, float(np.sort(error[kept])[kept.sum() // 2]) / 1.1774)
        weights = np.maximum(0.0, 1 - (error / limit) ** 2) ** 2
        factor, shift = fit_complex(before, wanted, weights)
    agree = abs(factor * before + shift - wanted) < _NEAR
    return complex_matrix(factor, shift), int(agree.sum())
