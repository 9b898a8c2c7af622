"""Optical flow by polynomial expansion."""

from __future__ import annotations

import cv2
import numpy as np

from ferkeras.types import FloatArray, Flow


def flow(
    before: FloatArray,
    after: FloatArray,
    *,
    pyr_scale: float = 0.5,
    levels: int = 3,
    winsize: int = 27,
    iterations: int = 3,
    poly_n: int = 5,
    poly_sigma: float = 1.1,
    gaussian: bool = True,
) -> Flow:
    """G. Farneback 2003, "Two-frame motion estimation based on polynomial expansion" (OpenCV).

    The settings are chosen for movements of a fraction of a pixel to a few pixels on a face of
    about 224 pixels. What public code for micro-expressions takes is ``winsize=15, iterations=3,
    poly_n=5, poly_sigma=1.2, gaussian=False``.

    Args:
        before, after: float32 ``(H, W)``, 0..255.
        pyr_scale: size of each level of the pyramid as a share of the next finer one.
        levels: of the pyramid.
        winsize: side of the window over which movement is averaged, in pixels.
        iterations: at each level.
        poly_n: side of the neighbourhood of the polynomial, 5 or 7 pixels.
        poly_sigma: its Gaussian weights, in pixels.
        gaussian: weigh the window by a Gaussian instead of a box.

    Returns:
        float32 ``(H, W, 2)`` in pixels.
    """
    flags = cv2.OPTFLOW_FARNEBACK_GAUSSIAN if gaussian else 0
    start = np.zeros((*before.shape, 2), np.float32)
    found = cv2.calcOpticalFlowFarneback(
        before, after, start, pyr_scale, levels, winsize, iterations, poly_n, poly_sigma, flags
    )
    return np.asarray(found, np.float32)
