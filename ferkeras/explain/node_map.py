"""Draw a value for each node of a graph over a face."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from ferkeras.errors import FerkerasError
from ferkeras.media import as_picture
from ferkeras.types import FloatArray, Picture

_STRENGTH = (0.35, 0.95)  # how much a cold and a warm node hide the face
_RADIUS = (2.0, 9.0)  # pixels; nodes nearer than the first allows are drawn as cells
_BITS = 4  # of a pixel's fraction, for circles


def node_map(
    picture: Picture, positions: FloatArray, heat: FloatArray, *, cells: bool | None = None
) -> Picture:
    """Colour each node by its heat: cold is blue, warm is red ("turbo").

    The face is shown grey and darker, so that colours are those of nodes. Cold nodes let more of
    it through than warm ones.

    Args:
        picture: uint8 RGB ``(height, width, 3)``.
        positions: ``(nodes, 2)``, (x, y) in pixels of ``picture``; some may lie outside.
        heat: ``(nodes,)``, 0..1.
        cells: colour every pixel like the node nearest to it, instead of a round point at each
            node. None: where points would be too small to be seen.

    Returns:
        uint8 RGB of the picture's size.

    Raises:
        FerkerasError: no nodes, positions that do not fit or are not finite, no node in or beside
            the picture, heat outside 0..1, or what is no picture.
    """
    picture = as_picture(picture, "picture of the nodes")
    places, levels = _numbers("positions", positions), _numbers("heat", heat)
    if levels.ndim != 1 or not len(levels) or not (levels.min() >= 0 and levels.max() <= 1):
        raise FerkerasError(f"heat of nodes {levels.shape}: expected (nodes,) of values in 0..1")
    if places.shape != (len(levels), 2) or not np.isfinite(places).all():
        raise FerkerasError(
            f"positions of nodes {places.shape}: expected ({len(levels)}, 2) of finite (x, y)"
        )
    height, width = picture.shape[:2]
    tree = KDTree(places)
    radius = _radius(tree)
    if not _beside(places, (height, width), max(radius, _RADIUS[0])).any():
        (left, top), (right, bottom) = places.min(axis=0), places.max(axis=0)
        raise FerkerasError(
            f"positions of nodes: all outside the picture of {width}x{height} pixels, x in "
            f"{left:g}..{right:g} and y in {top:g}..{bottom:g}; give them in its pixels"
        )
    if cells is None:
        cells = radius < _RADIUS[0]
    radius = min(max(radius, _RADIUS[0]), _RADIUS[1])
    y, x = np.indices((height, width))
    reach = np.inf if cells else radius + 1  # the rest of the picture stays as it is
    _, nearest = tree.query(np.stack([x.ravel(), y.ravel()], axis=1), distance_upper_bound=reach)
    nearest = np.where(nearest < len(levels), nearest, 0).reshape(height, width)
    low, high = _STRENGTH
    strength = low + (high - low) * levels[nearest]
    if not cells:
        strength *= _disks((height, width), places, radius)
    colours = cv2.cvtColor(
        cv2.applyColorMap(np.rint(levels * 255).astype(np.uint8), cv2.COLORMAP_TURBO),
        cv2.COLOR_BGR2RGB,
    )[:, 0]
    face = 0.75 * cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)[..., None]
    mixed = face + strength[..., None] * (colours[nearest] - face)
    return np.asarray(np.rint(mixed), np.uint8)


def _numbers(what: str, values: Any) -> FloatArray:
    """``values`` as float32; those too large for it become infinite."""
    try:
        found = np.asarray(values)
    except ValueError:  # rows of different lengths
        found = np.asarray(None)
    if found.dtype.kind not in "biuf":
        said = " ".join(repr(values).split())
        raise FerkerasError(f"{what} of nodes: expected an array of numbers, got {said:.60}")
    with np.errstate(over="ignore"):
        return found.astype(np.float32)


def _beside(places: FloatArray, size: tuple[int, int], radius: float) -> NDArray[np.bool_]:
    """Which nodes lie in a picture of ``(height, width)``, or at most a radius beside it."""
    near = (places > -radius) & (places < np.array(size[::-1]) + radius)
    return np.asarray(near.all(axis=1))


def _radius(tree: KDTree) -> float:
    """Half the usual distance of a node from the nearest other one."""
    if tree.n < 2:
        return _RADIUS[1]
    distance, _ = tree.query(tree.data, 2)
    return float(np.median(distance[:, 1])) / 2


def _disks(size: tuple[int, int], places: FloatArray, radius: float) -> FloatArray:
    """0..1: how much of each pixel lies in a disk."""
    drawn = np.zeros(size, np.uint8)
    unit = 1 << _BITS
    shown = places[_beside(places, size, radius)]
    for x, y in np.rint(shown * unit).astype(int).tolist():
        cv2.circle(drawn, (x, y), round(radius * unit), 255, -1, cv2.LINE_AA, _BITS)
    return np.asarray(drawn / 255, np.float32)
