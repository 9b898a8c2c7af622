"""Where Fig. 6 of Liu et al. 2025 looks into CS-GBSBF: the whole face, and each component."""

from __future__ import annotations

import re

import keras

from ferkeras.errors import FerkerasError
from ferkeras.models.explained_layer import ExplainedComponents, ExplainedLayer


def explained_layers(model: keras.Model) -> list[ExplainedLayer | ExplainedComponents]:
    """The last feature maps for the fused answer, then each component over picture and graph.

    Args:
        model: any variant of `ferkeras.models.CSGBSBF`.

    Raises:
        FerkerasError: the model has no components.
    """
    names = [layer.name for layer in model.layers]
    if not {"visual_maps", "visual_components", "fused_scores"} <= set(names):
        raise FerkerasError(f"{model.name}: has no components, so it is no CS-GBSBF")
    convolutions = [name for name in names if re.fullmatch(r"graph_conv\d+", name)]
    graph = "spatial_components" in names
    return [
        ExplainedLayer("fused answer", "visual_maps", "fused_scores"),
        ExplainedComponents(
            "components",
            maps="visual_maps",
            scores="scores",
            visual="visual_components",
            spatial="spatial_components" if graph else None,
            nodes=convolutions[-1] if graph else None,
        ),
    ]
