"""A picture as a graph of granular balls: rectangles of nearly equal pixels, of any size."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ferkeras.graphs._ball_colour import colour_nodes, colour_pair_features
from ferkeras.graphs._ball_features import ball_nodes, pair_features
from ferkeras.graphs._ball_finding import Balls, find_balls
from ferkeras.graphs._ball_overlaps import overlaps
from ferkeras.graphs.ball_columns import BALL_COLOUR_FEATURES
from ferkeras.types import FloatArray, Graph

Compat = Literal["official"]


def granular_balls(
    image: ArrayLike,
    purity: float = 0.7,
    tolerance: int = 30,
    variance: float = 50.0,
    *,
    compat: Compat | str | None = None,
    colour: bool = False,
    max_nodes: int | None = None,
    edge_features: bool = True,
) -> Graph:
    """Cover a picture with granular balls and join those that overlap.

    Xia et al. 2023 (arXiv 2303.02388); Liu et al. 2025 (CS-GBSBF), Eq. 1 and Sec. 3.2. The grey
    picture (luma, ITU-R BT.601) is smoothed by a 3x3 Gaussian. Seeds are taken where the gradient
    ``round(|Sx| / 2 + |Sy| / 2)`` of Sobel's operators, each cut off at 255, is lowest among the
    pixels of no ball yet; of equal ones the first, row by row. From half-widths 0 a ball's
    rectangle grows by one pixel to both sides, on x and y in turn, and keeps a step if

    * the share of pixels within ``tolerance`` of the seed's value is above p, which begins at
      ``purity`` and is multiplied by 1.005 after each step kept, up to 0.99; and
    * the population variance of its pixels is below ``variance``.

    A step that fails is taken back and ends its axis, as does one that finds only the border. So
    every ball meets both thresholds, every pixel is in a ball, and the same picture always gives
    the same graph. Balls may overlap: two that share a pixel, that is with ``|row - row'| <=
    Ry + Ry'`` and ``|column - column'| <= Rx + Rx'``, are joined.

    With ``max_nodes`` the two balls whose centres are nearest (city-block distance) become one,
    again and again: the rectangle that just holds both, which need not meet the thresholds. Its
    row and column are its middle, in halves, as are its half-widths; it comes after all others.
    Every pixel stays in a ball.

    Args:
        image: whatever `ferkeras.media.as_picture` takes, RGB or grey, of at most 8,388,608 pixels.
        purity: 0..0.99.
        tolerance: grey levels, 0..255.
        variance: squared grey levels, above 0.
        compat: ``"official"`` grows and merges as the authors' public program does. There, growth
            ends, with the last step kept unseen, when a step changes no number of pixels, so that
            balls may break their thresholds; p may pass 0.99 for one step; nodes are in reverse
            order. Merging goes in rounds that lose balls, so that pixels may be in none. Their
            program takes seeds of equal gradient at random: there it may give other balls.
        colour: the colour form of both features, in the place of the grey one. Balls are the same.
        max_nodes: balls at most; None is no limit.
        edge_features: leave False where they are not needed.

    Returns:
        A graph with ``nodes`` float32 ``(balls, 10)`` in the order of their seeds: row and column
        of the seed, half-widths in x and y (the rectangle ends at the picture's border), and of the
        smoothed pixels in it the population variance, mean, skewness (0 where all are equal),
        maximum, minimum (grey levels) and entropy in bits; see `BALL_FEATURES`. In colour
        ``(balls, 13)``: the same four, mean and population variance of the red, green and blue
        pixels (0..255, not smoothed), the gradient at the centre (0..255; of a pair of middle
        pixels the upper or left one), the number of neighbours, and the share of pairs of
        neighbours that are joined (0 without a pair); see `BALL_COLOUR_FEATURES`.
        ``edge_features`` are float32 ``(edges, 10)``: those four of the source, of the target,
        ``|row - row'| + |column - column'|`` and ``|row - row'| * |column - column'|``; see
        `BALL_EDGE_FEATURES`. In colour ``(edges, 3)``: the number of pixels that both share, as a
        part of the highest in this graph; the same over the sum of both balls' numbers of pixels;
        and the distance of centres, as a part of the highest in this graph; see
        `BALL_COLOUR_EDGE_FEATURES`. ``positions`` are the seeds or middles, (x, y).

    Raises:
        GraphError: not a picture, one that is too large, or a setting out of range; or, with
            ``compat="official"``, ``max_nodes`` that its rounds of merging do not reach.

    Example:
        >>> graph = granular_balls(np.eye(48, dtype=np.float32), max_nodes=32)
        >>> graph.nodes.shape
        (32, 10)
    """
    balls = find_balls(image, purity, tolerance, variance, compat, max_nodes)
    edges = overlaps(balls.borders, *balls.grey.shape)
    nodes = _nodes(balls, edges if colour else None)
    return ball_graph(nodes, edges, balls.borders if edge_features else None)


def ball_graph(
    nodes: FloatArray, edges: NDArray[np.int32], borders: NDArray[np.int32] | None
) -> Graph:
    """A graph from what `granular_balls` measures of a picture.

    Args:
        nodes, edges: of the graph, in one of the two forms.
        borders: of the balls, from `ferkeras.graphs.ball_borders`; None leaves edge features out.
    """
    features = None
    if borders is not None and nodes.shape[1] == len(BALL_COLOUR_FEATURES):
        features = colour_pair_features(nodes, borders, edges)
    elif borders is not None:
        features = pair_features(nodes, edges)
    return Graph.trusted(nodes, edges, features, np.ascontiguousarray(nodes[:, 1::-1]))


def _nodes(balls: Balls, edges: NDArray[np.int32] | None) -> FloatArray:
    """The colour form if there are edges, else the grey one."""
    if edges is None:
        return ball_nodes(balls.grey, balls.places, balls.borders)
    picture = np.require(balls.picture, np.uint8, ["C", "W"])  # one compiled form
    return colour_nodes(picture, balls.gradient, balls.places, balls.borders, edges)
