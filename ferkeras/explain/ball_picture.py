"""Granular balls and their graph over the face that they were made from."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from ferkeras.errors import FerkerasError
from ferkeras.graphs import ball_borders
from ferkeras.media import as_picture
from ferkeras.types import Graph, Picture

_SIDE = 768  # pixels of a drawing's longer side, at least
_FACE = 0.8  # brightness of the face under the drawing
_LINE = (0.5, 0.9)  # how much a line hides the face: of the largest and of the smallest ball
_EDGE = 0.55  # the same of an edge, which is white
_RADIUS = (1.5, 6.0)  # pixels of a node: of the smallest and of the largest ball
_BITS = 4  # of a pixel's fraction


def draw_balls(picture: ArrayLike, graph: Graph, *, side: int = _SIDE) -> Picture:
    """Outline each ball of a picture; colour tells its size: small is blue, large is red ("turbo").

    The face is shown grey. Small balls are drawn last and more strongly, as there are many more.

    Args:
        picture: what ``graph`` was made from, as `ferkeras.media.as_picture` takes it.
        graph: from `ferkeras.graphs.granular_balls`, in one of its forms.
        side: the longer side is at least as long: the picture is drawn a whole number of times as
            large.

    Returns:
        uint8 RGB.

    Raises:
        FerkerasError: the graph is not one of balls, or does not fit the picture.
        MediaError: not a picture.
    """
    borders, face, zoom = _prepared(picture, graph, side)
    size = _sizes(borders)
    colours = _colours(size)
    low, high = _LINE
    for ball in np.argsort(-size, kind="stable"):
        up, down, left, right = borders[ball]
        top, bottom = zoom * up, zoom * (down + 1) - 1
        west, east = zoom * left, zoom * (right + 1) - 1
        strength = high + (low - high) * size[ball]
        colour = strength * colours[ball]
        for line in (
            face[top, west : east + 1],
            face[bottom, west : east + 1],
            face[top + 1 : bottom, west],
            face[top + 1 : bottom, east],
        ):
            line *= 1 - strength
            line += colour
    return np.asarray(np.rint(face), np.uint8)


def draw_ball_graph(picture: ArrayLike, graph: Graph, *, side: int = _SIDE) -> Picture:
    """A point at each ball's place, and a line for each edge.

    Points are larger and redder for larger balls, in the colours of `draw_balls`; edges are thin,
    white and let the face through.

    Args:
        picture, graph, side: as of `draw_balls`.

    Returns:
        uint8 RGB.

    Raises:
        FerkerasError, MediaError: as of `draw_balls`.
    """
    borders, face, zoom = _prepared(picture, graph, side)
    size = _sizes(borders)
    colours = _colours(size)
    unit = 1 << _BITS
    middles = (graph.nodes[:, 1::-1].astype(np.float64) + 0.5) * zoom - 0.5
    places = np.rint(middles * unit).astype(np.int32)
    lines = np.zeros(face.shape[:2], np.uint8)
    source, target = graph.edges[:, graph.edges[0] < graph.edges[1]]
    for start, end in zip(places[source].tolist(), places[target].tolist(), strict=True):
        cv2.line(lines, start, end, 255, 1, cv2.LINE_AA, _BITS)
    shown = (_EDGE / 255) * lines[..., None].astype(np.float32)
    drawn = np.asarray(np.rint(face + shown * (255 - face)), np.uint8)
    low, high = _RADIUS
    for ball in np.argsort(-size, kind="stable").tolist():
        radius = round((low + (high - low) * size[ball]) * unit)
        colour = colours[ball].tolist()
        cv2.circle(drawn, places[ball].tolist(), radius, colour, -1, cv2.LINE_AA, _BITS)
    return drawn


def _prepared(
    picture: ArrayLike, graph: Graph, side: int
) -> tuple[NDArray[np.int32], NDArray[np.float32], int]:
    """Borders of the balls, the grey face in RGB and how many times as large it is."""
    pixels = as_picture(picture)
    height, width = pixels.shape[:2]
    nodes = graph.nodes
    if nodes.shape[1] < 4 or (nodes[:, :4] < 0).any():
        raise FerkerasError(
            f"graph with nodes {nodes.shape}: not one of granular balls, whose nodes begin with "
            "row, column and two half-widths"
        )
    if len(nodes) and not (nodes[:, 0].max() < height and nodes[:, 1].max() < width):
        raise FerkerasError(
            f"balls reach row {nodes[:, 0].max():g}, column {nodes[:, 1].max():g}, the picture is "
            f"{height}x{width}: give the one that the graph was made from"
        )
    zoom = max(1, -(-side // max(height, width)))
    size = (width * zoom, height * zoom)
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    large = cv2.resize(grey, size, interpolation=cv2.INTER_CUBIC)
    face = _FACE * np.repeat(large[..., None], 3, axis=2).astype(np.float32)
    return ball_borders(nodes, height, width), face, zoom


def _sizes(borders: NDArray[np.int32]) -> NDArray[np.float32]:
    """0..1 for each ball: logarithm of its number of pixels, by the largest."""
    up, down, left, right = borders.astype(np.int64).T
    logarithms = np.log2((down - up + 1) * (right - left + 1))
    return np.asarray(logarithms / max(1.0, logarithms.max(initial=0)), np.float32)


def _colours(size: NDArray[np.float32]) -> NDArray[np.float32]:
    """RGB of each size."""
    levels = np.rint(255 * (0.12 + 0.8 * size)).astype(np.uint8)  # its ends are too dark
    colours = cv2.cvtColor(cv2.applyColorMap(levels, cv2.COLORMAP_TURBO), cv2.COLOR_BGR2RGB)
    return np.asarray(colours.reshape(-1, 3), np.float32)
