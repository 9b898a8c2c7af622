"""The face alone, grey or RGB, at the model's size."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ferkeras.detect.align import align
from ferkeras.detect.crop import crop
from ferkeras.prepare._low_resolution import draw_of, enlarged, made_small, sharp_size
from ferkeras.types import Face, FloatArray, InputSpec, Picture, ResolutionSpec


def prepare(picture: Picture, face: Face | None, spec: InputSpec) -> FloatArray:
    """Cut out (or align) a face, make it grey where wanted, and bring it to the model's size.

    * With a face: the square around its box, with ``spec.margin``; or, with ``spec.align``, the
      face turned upright by its landmarks. What lies over the border repeats the edge.
    * Without: the whole picture, without margin; where its shape is not the model's, it is
      widened to it by repeating its edges, so that nothing is cut off or stretched.

    With ``spec.resolution`` the part is made small and enlarged again, in colour, before it is made
    grey and brought to the model's size; an aligned face comes out of the picture at the size of
    the sharp picture at once.

    Making smaller averages pixels (``INTER_AREA``), making larger is cubic; any size from one
    pixel on is taken, but below about 24 pixels there is little of an expression to be seen.
    Grey is luma, 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601).

    Args:
        picture: uint8 RGB.
        face: a face in it, or None.
        spec: size, channels, margin, align and resolution are used.

    Returns:
        float32 ``spec.shape``, whole values 0..255 (so that a cache may hold them as uint8).

    Raises:
        FaceError: a box outside the picture or below 1 pixel; ``align`` without landmarks; or
            a restorer of another factor than 4.
        ModelFileError: a restorer that is missing or cannot be used.
    """
    low, size = spec.resolution, (spec.height, spec.width)
    if low is not None:
        size = sharp_size(low, *size)
    if face is not None and spec.align:
        part = align(picture, face, *size, spec.margin)
    else:
        whole = (0.0, 0.0, float(picture.shape[1]), float(picture.shape[0]))
        box, margin = (whole, 0.0) if face is None else (face.box, spec.margin)
        part = crop(picture, box, margin, aspect=spec.width / spec.height)
    if low is not None:
        part = _restored(part, size, low)
    if spec.channels == 1:
        part = np.asarray(cv2.cvtColor(part, cv2.COLOR_RGB2GRAY), np.uint8)
    return _resize(part, spec).astype(np.float32).reshape(spec.shape)


def _restored(part: Picture, size: tuple[int, int], low: ResolutionSpec) -> Picture:
    small = made_small(part, size, low, draw_of(part, low))
    return enlarged(small, low.restore)


def _resize(pixels: NDArray[np.uint8], spec: InputSpec) -> NDArray[np.uint8]:
    if pixels.shape[:2] == (spec.height, spec.width):
        return pixels
    smaller = pixels.shape[0] > spec.height or pixels.shape[1] > spec.width
    method = cv2.INTER_AREA if smaller else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(pixels, (spec.width, spec.height), interpolation=method), np.uint8)
