"""What a system lists to be drawn -> pictures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ferkeras.explain.component_panels import component_panels
from ferkeras.explain.heat_map_panels import heat_map_panels
from ferkeras.explain.node_panel import node_panel
from ferkeras.explain.panel import Panel
from ferkeras.models.explained_layer import Explained, ExplainedComponents, ExplainedNodes
from ferkeras.types import FloatArray, InputSpec, Picture

if TYPE_CHECKING:
    import keras


def explained_panels(
    model: keras.Model,
    sample: FloatArray,
    label: int,
    layers: Sequence[Explained],
    face: FloatArray | Picture | None = None,
    spec: InputSpec | None = None,
) -> list[Panel]:
    """Heat maps of layers, pictures of nodes and of components, in the order of the list.

    Args:
        model: has these layers.
        sample: a prepared picture or landmarks, without the batch.
        label: number of the class that is explained.
        layers: the system's list, ``models/<system>/explained_layers.py``.
        face: see `ferkeras.explain.node_panel.node_panel`.
        spec: the model's input; needed where it takes graphs.

    Returns:
        ``(title, uint8 RGB picture)``.

    Raises:
        FerkerasError: see `grad_cam`, `node_relevance` and `node_panel`.
    """
    panels: list[Panel] = []
    for layer in layers:
        if isinstance(layer, ExplainedNodes):
            panels.append(node_panel(model, sample, label, layer, face, spec))
        elif isinstance(layer, ExplainedComponents):
            panels += component_panels(model, sample, label, layer, spec)
        else:
            panels += heat_map_panels(model, sample, label, [layer], spec)
    return panels
