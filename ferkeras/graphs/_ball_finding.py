"""Where the granular balls of a picture are."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from ferkeras.errors import GraphError, MediaError
from ferkeras.graphs._ball_features import borders_of
from ferkeras.graphs._ball_growth import cover
from ferkeras.graphs._ball_merging import merge_nearest
from ferkeras.graphs._ball_merging_official import merge_as_official
from ferkeras.graphs._ball_overlaps import cell_bits
from ferkeras.graphs._ball_settings import check_settings
from ferkeras.media.arrays import as_picture
from ferkeras.types import FloatArray, Picture

_MOST_PIXELS = 2**23  # n times a sum of squares must fit in 64 bits


class Balls(NamedTuple):
    """The balls of a picture.

    Attributes:
        picture: uint8 RGB.
        grey, gradient: uint8 ``(height, width)``, smoothed.
        places: float32 ``(balls, 4)``: row, column, Rx, Ry.
        borders: int32 ``(balls, 4)``: first and last row, first and last column.
    """

    picture: Picture
    grey: NDArray[np.uint8]
    gradient: NDArray[np.uint8]
    places: FloatArray
    borders: NDArray[np.int32]


def find_balls(
    image: ArrayLike,
    purity: float,
    tolerance: int,
    variance: float,
    compat: str | None,
    max_nodes: int | None,
) -> Balls:
    """As `ferkeras.graphs.granular_balls` says."""
    check_settings(purity, tolerance, variance, compat, max_nodes)
    try:
        picture = as_picture(image)
    except MediaError as error:
        raise GraphError(f"granular balls: {error}") from error
    height, width = picture.shape[:2]
    if height * width > _MOST_PIXELS:
        raise GraphError(
            f"granular balls: {height}x{width} has more than {_MOST_PIXELS} pixels; make it smaller"
        )
    luma = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    grey: NDArray[np.uint8] = np.asarray(cv2.GaussianBlur(luma, (3, 3), 0), np.uint8)
    gradient, official = _gradient(grey), compat is not None
    balls = cover(grey, gradient, float(purity), int(tolerance), float(variance), official)
    if official:
        balls = np.ascontiguousarray(balls[::-1])
    most = height * width if max_nodes is None else min(int(max_nodes), height * width)
    if official and len(balls) > most:
        balls = merge_as_official(balls, most, height, width)
        if len(balls) > most:
            raise GraphError(
                f"granular balls: the official way of merging ends at {len(balls)}, which is more "
                f"than max_nodes, {most}; give a higher one, or compat=None"
            )
    places = balls.astype(np.float32)
    borders = borders_of(places, height, width)
    if len(balls) > most:
        bits = cell_bits(height * width, len(balls)) + 1
        places, borders = merge_nearest(balls, borders, most, height, width, bits)
    return Balls(picture, grey, gradient, places, borders)


def _gradient(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    across = cv2.convertScaleAbs(cv2.Sobel(grey, cv2.CV_16S, 1, 0))
    down = cv2.convertScaleAbs(cv2.Sobel(grey, cv2.CV_16S, 0, 1))
    return np.asarray(cv2.addWeighted(across, 0.5, down, 0.5, 0), np.uint8)
