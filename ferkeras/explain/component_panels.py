"""Components of a face -> two pictures: their heat over the face, and over its balls."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np

from ferkeras.explain.ball_picture import draw_ball_graph, draw_balls
from ferkeras.explain.component_maps import component_maps
from ferkeras.explain.overlay import overlay
from ferkeras.explain.panel import Panel, enlarged
from ferkeras.explain.patch_maps import mosaic
from ferkeras.graphs import ball_borders
from ferkeras.models.explained_layer import ExplainedComponents
from ferkeras.prepare import face_graph
from ferkeras.types import FloatArray, InputSpec, Picture

if TYPE_CHECKING:
    import keras


def component_panels(
    model: keras.Model,
    sample: FloatArray,
    label: int,
    components: ExplainedComponents,
    spec: InputSpec | None = None,
) -> list[Panel]:
    """The balls and their graph; then a tile a component, with its share of the fused feature.

    Args:
        model, sample, label, components, spec: see `component_maps`.

    Returns:
        ``(title, uint8 RGB picture)``; without a graph only the components over the picture.
    """
    maps = component_maps(model, sample, label, components, spec)
    face = enlarged(sample)
    panels = [(f"{components.title}: picture", _tiles(face, maps.visual, maps.shares))]
    if maps.spatial is not None and maps.nodes is not None:
        assert spec is not None  # or else the model would not have been run
        assert spec.graph is not None
        graph, picture = face_graph(sample, spec.graph), np.rint(sample).astype(np.uint8)
        panels = [
            (f"{len(graph.nodes)} granular balls, by size", draw_balls(picture, graph)),
            ("their graph", draw_ball_graph(picture, graph)),
            *panels,
        ]
        height, width = sample.shape[:2]
        heats = np.stack([ball_heat(maps.nodes, one, height, width) for one in maps.spatial])
        panels.append((f"{components.title}: granular balls", _tiles(face, heats, maps.shares)))
    return panels


def ball_heat(nodes: FloatArray, heat: FloatArray, height: int, width: int) -> FloatArray:
    """The heat of each pixel: that of the hottest ball over it.

    Args:
        nodes: ``(N, features)`` of `ferkeras.graphs.granular_balls`.
        heat: ``(N,)``.
        height, width: of the picture.

    Returns:
        float32 ``(height, width)``; 0 where no ball is.
    """
    picture = np.zeros((height, width), np.float32)
    borders = ball_borders(nodes, height, width)
    for ball in np.argsort(heat, kind="stable"):
        up, down, left, right = borders[ball]
        picture[up : down + 1, left : right + 1] = heat[ball]
    return picture


def _tiles(face: Picture, heats: FloatArray, shares: FloatArray) -> Picture:
    """Tiles in a square, the rest of it white."""
    columns = math.ceil(math.sqrt(len(heats)))
    tiles = [
        _labelled(overlay(face, heat), f"{k}: {share:.0%}")
        for k, (heat, share) in enumerate(zip(heats, shares, strict=True), start=1)
    ]
    missing = -len(tiles) % columns
    tiles += [np.full_like(face, 255)] * missing
    return mosaic(np.stack(tiles), columns, face.shape[0] // 40)


def _labelled(picture: Picture, text: str) -> Picture:
    """White letters with a dark edge in the lower left corner."""
    size = picture.shape[0] / 300
    place, font = (int(8 * size), picture.shape[0] - int(10 * size)), cv2.FONT_HERSHEY_SIMPLEX
    drawn = picture.copy()
    for colour, thickness in (((0, 0, 0), 7), ((255, 255, 255), 2)):
        width = max(1, round(thickness * size))
        cv2.putText(drawn, text, place, font, 1.3 * size, colour, width, cv2.LINE_AA)
    return drawn
