"""A face turned, scaled and moved to a standard position by its five landmarks."""

from __future__ import annotations

import numpy as np

from ferkeras.detect.crop import LARGEST
from ferkeras.detect.registered_crop import warp_window
from ferkeras.detect.similarity import scale_of, similarity
from ferkeras.errors import FaceError
from ferkeras.types import Face, Picture

# Where the landmarks lie in FER2013's frame, taken as the unit square (0..1, x right, y down):
# medians of MTCNN's landmarks over 300 of its pictures, left and right made mirror images.
TEMPLATE = np.array(
    [[0.315, 0.386], [0.685, 0.386], [0.500, 0.590], [0.343, 0.779], [0.657, 0.779]]
)


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
    rows, columns = picture.shape[:2]
    centre = face.landmarks.mean(axis=0)
    if not (0 <= centre[0] < columns and 0 <= centre[1] < rows):
        raise FaceError(f"the landmarks lie outside the picture of {columns}x{rows} pixels")
    if side / scale_of(matrix) > LARGEST * max(rows, columns):
        raise FaceError(f"the landmarks lie too far apart for a picture of {columns}x{rows} pixels")
    return warp_window(picture, matrix, height, width)
