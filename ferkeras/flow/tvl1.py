"""Optical flow by total variation and an L1 data term."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from ferkeras.types import FloatArray, Flow

_FRAME = 8  # pixels around the picture: next to its border the solver invents movement


def flow(
    before: FloatArray,
    after: FloatArray,
    *,
    tau: float = 0.25,
    weight: float = 0.15,
    theta: float = 0.3,
    scales: int = 5,
    warps: int = 5,
    epsilon: float = 0.01,
    scale_step: float = 0.8,
    median: int = 5,
) -> Flow:
    """C. Zach, T. Pock, H. Bischof 2007, "A duality based approach for realtime
    TV-L1 optical flow".

    OpenCV's implementation (contrib), with its own defaults; it runs on the picture with a mirrored
    frame of 8 pixels around it, as its flow is wild next to a border.

    Args:
        before, after: float32 ``(H, W)``, 0..255.
        tau: time step of the numerical scheme.
        weight: of the data term (lambda); smaller is smoother.
        theta: how closely both parts of the scheme are tied.
        scales: levels of the pyramid.
        warps: at each level.
        epsilon: change at which a level has settled.
        scale_step: size of each level as a share of the next finer one.
        median: side of the median filter, 1 (none), 3 or 5 pixels.

    Returns:
        float32 ``(H, W, 2)`` in pixels.
    """
    create: Any = cv2.optflow.DualTVL1OpticalFlow_create  # type: ignore[attr-defined]
    solver = create(
        tau=tau,
        lambda_=weight,
        theta=theta,
        nscales=scales,
        warps=warps,
        epsilon=epsilon,
        scaleStep=scale_step,
        medianFiltering=median,
    )
    found = solver.calc(_framed(before), _framed(after), None)
    return np.ascontiguousarray(found[_FRAME:-_FRAME, _FRAME:-_FRAME], np.float32)


def _framed(picture: FloatArray) -> FloatArray:
    """With its mirror image around it, and 0..1 as the solver expects of float pictures."""
    sides = (_FRAME,) * 4
    return np.asarray(cv2.copyMakeBorder(picture / 255, *sides, cv2.BORDER_REFLECT), np.float32)
