"""The movement of four regions, both eyes and both corners of the lips, as HTNet takes it.

Wang et al. 2024, "HTNet for micro-expression recognition", sections 3.1 and 4.2: each region has
half the side of the whole flow picture.
"""

from __future__ import annotations

import numpy as np

from ferkeras.errors import FaceError
from ferkeras.types import LANDMARK_NAMES, FloatArray, InputSpec

LAYOUT = (("left_eye", "right_eye"), ("left_mouth", "right_mouth"))
"""Where each region stands in the input, row by row; "left" is the picture's left."""


def region_boxes(landmarks: FloatArray, height: int, width: int) -> dict[str, tuple[int, int]]:
    """Top left corner ``(x, y)`` of each region, by the name of its landmark.

    A region is ``height // 2`` x ``width // 2`` pixels around its landmark, moved into the picture
    where it would reach over the border. Regions may overlap.

    Args:
        landmarks: ``(5, 2)`` points (x, y) in pixels of the flow picture, in the order of
            `ferkeras.types.LANDMARK_NAMES`.
        height, width: size of the flow picture in pixels, even.
    """
    boxes = {}
    for name in (name for row in LAYOUT for name in row):
        x, y = landmarks[LANDMARK_NAMES.index(name)]
        # A point counts from the centre of a pixel, a box from its border.
        left = np.clip(round(float(x) + 0.5) - width // 4, 0, width - width // 2)
        top = np.clip(round(float(y) + 0.5) - height // 4, 0, height - height // 2)
        boxes[name] = (int(left), int(top))
    return boxes


def compose(channels: FloatArray, landmarks: FloatArray | None, spec: InputSpec) -> FloatArray:
    """Cut the four regions out and put them together, ``[[left eye, right eye], [left lip,
    right lip]]``.

    Args:
        channels: float32 ``spec.shape``: u, v and optical strain of the whole face, 0..255.
        landmarks: ``(5, 2)`` points in pixels of ``channels``.
        spec: height and width are used.

    Returns:
        float32 ``spec.shape``.

    Raises:
        FaceError: no landmarks, or a side that is not a multiple of 4.
    """
    if landmarks is None:
        raise FaceError(
            "the four regions need landmarks; take a detector that gives them (mtcnn), or a model "
            "of the whole face (trained with --set input.kind=flow_whole)"
        )
    if spec.height % 4 or spec.width % 4:
        raise FaceError(
            f"input of {spec.height}x{spec.width} pixels cannot hold four regions; "
            "give sides that are multiples of 4, such as 28"
        )
    high, wide = spec.height // 2, spec.width // 2
    boxes = region_boxes(landmarks, spec.height, spec.width)

    def part(name: str) -> FloatArray:
        left, top = boxes[name]
        return channels[top : top + high, left : left + wide]

    return np.vstack([np.hstack([part(name) for name in row]) for row in LAYOUT])
