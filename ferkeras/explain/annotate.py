"""Draw what was recognised onto a picture."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from ferkeras.types import Picture

# One colour for each expression wherever it is named, dark enough for white text; others by order.
COLOURS = {
    "anger": "#c62828",
    "contempt": "#8d4b9e",
    "disgust": "#4e7d1e",
    "fear": "#6a3fb5",
    "happiness": "#b26a00",
    "neutral": "#546e7a",
    "sadness": "#1e62b8",
    "surprise": "#0b7f8c",
}
_OTHER = ("#1e62b8", "#c62828", "#4e7d1e", "#b26a00", "#6a3fb5", "#0b7f8c", "#8d4b9e", "#546e7a")
_SAME = {"angry": "anger", "happy": "happiness", "sad": "sadness", "fearful": "fear"}


class Labelled(Protocol):
    """What is drawn: a `ferkeras.recognizer.Recognition`, or anything with these attributes."""

    @property
    def box(self) -> tuple[float, float, float, float]:
        """``(x, y, width, height)`` in pixels."""

    @property
    def label(self) -> str:
        """Class name."""

    @property
    def probabilities(self) -> Mapping[str, float]:
        """Class name -> probability."""

    @property
    def landmarks(self) -> NDArray[np.float32] | None:
        """``(points, 2)`` or None."""


def annotate(picture: Picture, faces: Sequence[Labelled], *, bars: int = 4) -> Picture:
    """A copy of ``picture`` with each face's box, label and probability bars.

    Text stands on opaque plates, so it is readable on any background; sizes follow the picture's.
    A small picture is enlarged first, by a whole number, until its shorter side has 320 pixels or
    its longer side 4000.

    Args:
        picture: uint8 RGB ``(height, width, 3)``.
        faces: what to draw.
        bars: how many of the most probable classes are shown under a face; 0 for none.

    Returns:
        uint8 RGB, of the picture's size times that whole number.
    """
    height, width = picture.shape[:2]
    zoom = max(1, min(math.ceil(320 / min(height, width)), 4000 // max(height, width)))
    canvas = Image.fromarray(picture).resize(
        (width * zoom, height * zoom), Image.Resampling.BICUBIC
    )
    draw = ImageDraw.Draw(canvas, "RGBA")
    unit = max(12, round(min(canvas.size) / 34))
    for face in faces:
        _draw_face(draw, canvas.size, face, zoom, unit, bars)
    return np.asarray(canvas, dtype=np.uint8)


def _draw_face(
    draw: ImageDraw.ImageDraw,
    size: tuple[int, int],
    face: Labelled,
    zoom: int,
    unit: int,
    bars: int,
) -> None:
    order = list(face.probabilities)
    colour = _colour(face.label, order)
    line = max(2, unit // 7)
    x, y, w, h = (value * zoom for value in face.box)
    draw.rectangle((x - line, y - line, x + w + line, y + h + line), outline="#ffffffc0", width=1)
    draw.rectangle((x, y, x + w, y + h), outline=colour, width=line)
    for px, py in () if face.landmarks is None else face.landmarks * zoom:
        draw.ellipse((px - line, py - line, px + line, py + line), fill="white", outline=colour)

    font, small = _font(unit), _font(max(11, round(unit * 0.72)))
    title = f"{face.label} {face.probabilities[face.label]:.0%}"
    pad = unit // 3
    plate_height = unit + 2 * pad
    wide = draw.textlength(title, font) + 2 * pad
    left = min(max(x, 0), max(size[0] - wide, 0))
    top = y - plate_height if y >= plate_height else max(y, 0)
    draw.rounded_rectangle((left, top, left + wide, top + plate_height), pad, fill=colour)
    draw.text((left + pad, top + plate_height / 2), title, "white", font, anchor="lm")

    ranked = sorted(face.probabilities.items(), key=lambda item: -item[1])[:bars]
    if not ranked:
        return
    names = max(draw.textlength(name, small) for name, _ in ranked)
    row = round(small.size * 1.45)
    panel = (names + 5 * unit + 3 * pad, row * len(ranked) + pad)
    # Below the face; beside it where there is no room below; inside its lower edge as a last place.
    places = (
        (min(max(x, 0), size[0] - panel[0]), y + h + line + 2),
        (x + w + line + 2, y + h - panel[1]),
        (x - panel[0] - line - 2, y + h - panel[1]),
    )
    fitting = [p for p in places if _fits(p, panel, size)]
    left, top = fitting[0] if fitting else (x, min(y + h, size[1]) - panel[1])
    left, top = max(0, min(left, size[0] - panel[0])), max(0, top)
    draw.rounded_rectangle((left, top, left + panel[0], top + panel[1]), pad, fill="#101418d8")
    for number, (name, value) in enumerate(ranked):
        middle = top + pad / 2 + row * (number + 0.5)
        start = left + names + 2 * pad
        thick = small.size * 0.3
        draw.text((left + pad, middle), name, "white", small, anchor="lm")
        full = (start, middle - thick, start + 5 * unit, middle + thick)
        draw.rectangle(full, fill="#ffffff38")
        draw.rectangle(
            (*full[:2], start + 5 * unit * value, full[3]), fill=_light(_colour(name, order))
        )


def _fits(place: tuple[float, float], panel: tuple[float, float], size: tuple[int, int]) -> bool:
    return min(place) >= 0 and place[0] + panel[0] <= size[0] and place[1] + panel[1] <= size[1]


def _colour(label: str, labels: Sequence[str]) -> str:
    name = _SAME.get(label.lower(), label.lower())
    return COLOURS.get(name) or _OTHER[labels.index(label) % len(_OTHER)]


def _light(colour: str) -> tuple[int, int, int]:
    """Half way to white, to be seen on the dark panel."""
    red, green, blue = ((int(colour[i : i + 2], 16) + 255) // 2 for i in (1, 3, 5))
    return red, green, blue


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)  # Pillow's own font comes as a FreeType font
    return font
