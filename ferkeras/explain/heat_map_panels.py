"""A face crop and a system's layers -> pictures with heat maps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ferkeras.explain.grad_cam import grad_cam, grad_cam_rows
from ferkeras.explain.overlay import overlay
from ferkeras.explain.panel import Panel, enlarged, note
from ferkeras.explain.patch_maps import join_patches, mosaic, patch_corners
from ferkeras.models.explained_layer import ExplainedLayer
from ferkeras.types import FloatArray, InputSpec

if TYPE_CHECKING:
    import keras


def heat_map_panels(
    model: keras.Model,
    crop: FloatArray,
    label: int,
    layers: Sequence[ExplainedLayer],
    spec: InputSpec | None = None,
) -> list[Panel]:
    """One picture for each layer, and a mosaic of the patches besides where it sees patches.

    Args:
        model: has these layers.
        crop: a prepared face, float32 ``(height, width, 1 or 3)``, 0..255.
        label: number of the class that is explained.
        layers: the system's list.
        spec: the model's input; needed where it takes graphs.

    Returns:
        ``(title, uint8 RGB picture)``, the layers in their order.

    Raises:
        FerkerasError: see `ferkeras.explain.grad_cam.grad_cam`.
    """
    face = enlarged(crop)
    panels: list[Panel] = []
    for layer in layers:
        if layer.patches is None:
            heat = grad_cam(model, crop, layer.layer, label, scores=layer.scores, spec=spec)
            panels.append((f"{layer.title}{note(heat)}\n({layer.layer})", overlay(face, heat)))
            continue
        rows = grad_cam_rows(
            *(model, crop, layer.layer, label),
            scores=layer.scores,
            before=layer.before,
            spec=spec,
        )
        cutter = model.get_layer(layer.patches)
        height, width = crop.shape[:2]
        joined = join_patches(rows, height, width, cutter.stride)
        panels.append((f"{layer.title},\nput together{note(rows)}", overlay(face, joined)))
        corners = patch_corners(height, width, cutter.size, cutter.stride)
        zoom = face.shape[0] // height
        side = cutter.size * zoom
        cut = [face[y * zoom :, x * zoom :][:side, :side] for y, x in corners]
        tiles = [overlay(part, heat) for part, heat in zip(cut, rows, strict=True)]
        columns = sum(top == corners[0][0] for top, _ in corners)
        panels.append((f"{layer.title},\none by one", mosaic(np.stack(tiles), columns, side // 16)))
    return panels
