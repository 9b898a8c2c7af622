"""A finely sampled canvas over a part of the picture, on which features are drawn."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

_SHIFT = 4  # cv2 takes coordinates in 1/16 pixel


class Canvas:
    """RGBA with colour times cover, so that it can be shrunk without fringes.

    Args:
        box: ``(left, top, right, bottom)`` whole pixels of the picture.
        fine: pixels of the canvas in one pixel of the picture.
        unit: pixels of the picture in one face unit.
    """

    def __init__(self, box: tuple[int, int, int, int], fine: int, unit: float) -> None:
        self.box, self.fine, self.unit = box, fine, unit * fine
        left, top, right, bottom = box
        # Centres of pixels are whole numbers, in the picture as in the canvas.
        self._shift = ((0.5 - np.array(box[:2])) * fine - 0.5) * 2**_SHIFT
        self.pixels = np.zeros(((bottom - top) * fine, (right - left) * fine, 4), np.uint8)

    def place(self, points: NDArray[np.float64]) -> NDArray[np.int32]:
        """Points of the picture in 1/16 pixel of the canvas."""
        step = self.fine * 2**_SHIFT
        return np.asarray(np.rint(points * step + self._shift), np.int32)

    def _ink(self, colour: NDArray[np.float64], cover: float) -> tuple[float, ...]:
        red, green, blue = (min(max(float(value), 0.0), 255.0) * cover for value in colour)
        return red, green, blue, 255.0 * cover

    def fill(
        self, points: NDArray[np.float64], colour: NDArray[np.float64], cover: float = 1.0
    ) -> None:
        """Fill a polygon."""
        cv2.fillPoly(self.pixels, [self.place(points)], self._ink(colour, cover), 8, _SHIFT)

    def lines(
        self,
        curves: NDArray[np.float64],
        width: float,
        colour: NDArray[np.float64],
        cover: float = 1.0,
    ) -> None:
        """Draw open curves ``(curves, points, 2)``; ``width`` in face units, at least a pixel."""
        thick = max(1, round(width * self.unit))
        ink = self._ink(colour, cover)
        placed = list(self.place(curves))
        cv2.polylines(self.pixels, placed, False, ink, thick, cv2.LINE_8, _SHIFT)

    def disc(
        self,
        centre: NDArray[np.float64],
        radius: float,
        colour: NDArray[np.float64],
        cover: float = 1.0,
    ) -> None:
        """Fill a circle; ``radius`` in face units."""
        x, y = self.place(centre[None])[0]
        reach = round(radius * self.unit * 2**_SHIFT)
        ink = self._ink(colour, cover)
        cv2.circle(self.pixels, (int(x), int(y)), reach, ink, -1, cv2.LINE_8, _SHIFT)

    @contextlib.contextmanager
    def inside(self, points: NDArray[np.float64]) -> Iterator[None]:
        """Keep the canvas outside this polygon as it is during the ``with`` block."""
        outline = self.place(points)
        x0, y0 = (outline.min(0) // 2**_SHIFT - 1).clip(0)
        x1, y1 = (outline.max(0) // 2**_SHIFT + 2).clip((x0, y0))
        whole, shift = self.pixels, self._shift
        part = whole[y0:y1, x0:x1]
        if part.size == 0:  # the polygon lies outside the picture
            part = np.zeros((1, 1, 4), np.uint8)
        mask = np.zeros(part.shape[:2], np.uint8)
        corner = np.array((x0, y0), np.int32) * 2**_SHIFT
        cv2.fillPoly(mask, [outline - corner], 255, 8, _SHIFT)
        self.pixels, self._shift = part.copy(), shift - corner
        yield
        cv2.copyTo(self.pixels, mask, part)
        self.pixels, self._shift = whole, shift

    def blend_onto(self, picture: NDArray[np.float32]) -> None:
        """Lay the canvas over ``picture`` ``(height, width, 3)``, in place."""
        left, top, right, bottom = self.box
        shape = (right - left, bottom - top)
        small = cv2.resize(self.pixels, shape, interpolation=cv2.INTER_AREA)
        cover = cv2.cvtColor(255 - small[..., 3], cv2.COLOR_GRAY2RGB)
        part = picture[top:bottom, left:right]
        under = cv2.multiply(part, cover, scale=1 / 255, dtype=cv2.CV_32F)
        cv2.add(under, small[..., :3].copy(), dst=part, dtype=cv2.CV_32F)
