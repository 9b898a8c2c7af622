"""A face turned, scaled and moved to a standard position by its five landmarks."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ferkeras.detect.crop import LARGEST
from ferkeras.errors import FaceError
from ferkeras.types import Face, Picture

# Where the landmarks lie in FER2013's frame, taken as the unit square (0..1, x right, y down):
# medians of MTCNN's landmarks over 300 of its pictures, left and right made mirror images.
TEMPLATE = np.array(
    [[0.315, 0.386], [0.685, 0.386], [0.500, 0.590], [0.343, 0.779], [0.657, 0.779]]
)


def similarity(source: NDArray[np.floating], target: NDArray[np.floating]) -> NDArray[np.float64]:
    """The rotation, scale and shift that bring points onto others with least squared error.

    S. Umeyama: Least-squares estimation of transformation parameters between two point
    patterns, IEEE TPAMI 13(4), 1991, equations 40 to 42; no reflection.

    Args:
        source, target: ``(n, 2)`` points, n >= 2.

    Returns:
        ``(2, 3)`` float64 matrix ``M``, so that ``target ~ M[:, :2] @ source + M[:, 2]``.

    Raises:
        FaceError: points that are not finite, or that all lie in one place.
    """
    source, target = np.asarray(source, float), np.asarray(target, float)
    if not (np.isfinite(source).all() and np.isfinite(target).all()):
        raise FaceError("landmarks hold NaN or infinity, so the face cannot be aligned")
    source_mean, target_mean = source.mean(axis=0), target.mean(axis=0)
    source_centred, target_centred = source - source_mean, target - target_mean
    variance = (source_centred**2).sum() / len(source)
    if variance < 1e-6 or (target_centred**2).sum() < 1e-12:
        raise FaceError("all landmarks lie in one place, so the face cannot be aligned")
    left, strength, right = np.linalg.svd(target_centred.T @ source_centred / len(source))
    sign = np.array([1.0, np.sign(np.linalg.det(left) * np.linalg.det(right))])
    rotation = left @ np.diag(sign) @ right
    scale = (strength * sign).sum() / variance
    return np.column_stack([scale * rotation, target_mean - scale * rotation @ source_mean])


def align(picture: Picture, face: Face, height: int, width: int, margin: float = 0.0) -> Picture:
    """The face upright, at its standard size and place; over the border, the edge is repeated.

    Without margin this is FER2013's frame, as for `ferkeras.detect.crop.crop`; other than
    square, it is the smallest rectangle of that shape that holds the frame.

    Args:
        picture: uint8 RGB.
        face: with five landmarks.
        height, width: size of the result in pixels.
        margin: added at each side, as a share of the frame's side, above -0.5.

    Returns:
        uint8 RGB ``(height, width, 3)``.

    Raises:
        FaceError: no landmarks, or landmarks that do not show where the face is.
    """
    if face.landmarks is None:
        raise FaceError(
            f"the face has no landmarks to align it by: detector {face.detector or 'unknown'!r} "
            "gives none, 'mtcnn' does; or set align=False"
        )
    side = min(height, width) / (1 + 2 * margin)
    corner = (np.array([width, height]) - side) / 2
    # a point counts from the centre of a pixel, the frame from its border: half a pixel apart
    matrix = similarity(face.landmarks, TEMPLATE * side + corner - 0.5)
    scale = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    rows, columns = picture.shape[:2]
    centre = face.landmarks.mean(axis=0)
    if not (0 <= centre[0] < columns and 0 <= centre[1] < rows):
        raise FaceError(f"the landmarks lie outside the picture of {columns}x{rows} pixels")
    if side / scale > LARGEST * max(rows, columns):
        raise FaceError(f"the landmarks lie too far apart for a picture of {columns}x{rows} pixels")
    region, matrix = _cut(picture, matrix, height, width)
    if scale < 0.5:  # a warp alone would pass over pixels of a face so much larger
        region, matrix = _shrink(region, matrix, 2 * scale)
    return np.asarray(
        cv2.warpAffine(
            region,
            matrix,
            (width, height),
            flags=cv2.INTER_LINEAR if scale < 1 else cv2.INTER_CUBIC,
            borderMode=cv2.BORDER_REPLICATE,
        ),
        np.uint8,
    )


def _cut(
    picture: Picture, matrix: NDArray[np.float64], height: int, width: int
) -> tuple[Picture, NDArray[np.float64]]:
    """Only the part of a picture that the result shows; OpenCV warps no more than 32767 pixels."""
    corners = np.array([[0, 0], [width, 0], [0, height], [width, height]], float)
    seen = (corners - matrix[:, 2]) @ np.linalg.inv(matrix[:, :2]).T
    limits = np.array(picture.shape[1::-1])
    first = np.clip(np.floor(seen.min(axis=0)) - 2, 0, limits - 1).astype(int)
    last = np.clip(np.ceil(seen.max(axis=0)) + 3, first + 1, limits).astype(int)
    shift = matrix[:, 2] + matrix[:, :2] @ first
    region = picture[first[1] : last[1], first[0] : last[0]]
    return region, np.column_stack([matrix[:, :2], shift])


def _shrink(
    picture: Picture, matrix: NDArray[np.float64], factor: float
) -> tuple[Picture, NDArray[np.float64]]:
    """A smaller picture, each pixel the mean of those it stands for, and the matrix for it."""
    size = np.array(picture.shape[1::-1])
    small = np.maximum(1, np.round(size * factor)).astype(int)
    result = cv2.resize(picture, small.tolist(), interpolation=cv2.INTER_AREA)
    ratio = size / small
    # a point p of the small picture was (p + 0.5) * ratio - 0.5 of the large one
    shift = matrix[:, 2] + matrix[:, :2] @ (0.5 * ratio - 0.5)
    return np.asarray(result, np.uint8), np.column_stack([matrix[:, :2] * ratio, shift])
