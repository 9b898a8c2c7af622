"""The nodes of SSGNN that are drawn: Fig. 10 of Zhang et al. 2022, and what a face's nodes say."""

from __future__ import annotations

import keras

from ferkeras.errors import FerkerasError
from ferkeras.models.explained_layer import ExplainedNodes

_CONVOLUTIONS = {"spatial": "spatial_conv1", "spectral": "spectral_conv"}


def explained_layers(model: keras.Model) -> list[ExplainedNodes]:
    """The learned weights of each branch; then its nodes before and after its first convolution.

    Each branch is explained by its own scores before the softmax: the fused prediction is that of
    the surer branch, so the other has no part in it.

    Args:
        model: any variant of `ferkeras.models.SSGNN`, `SPAGNN` or `SPEGNN`.

    Raises:
        FerkerasError: the model has neither branch.
    """
    names = {layer.name for layer in model.layers}
    branches = [b for b, conv in _CONVOLUTIONS.items() if {conv, f"{b}_scores"} <= names]
    if not branches or not {"nodes", "scale"} & names:
        raise FerkerasError(
            f"{model.name}: has no spatial or spectral branch over nodes, so it is no SSGNN"
        )
    pixels = "nodes" if "nodes" in names else None
    nodes = pixels or "scale"  # landmarks are the nodes
    learned = [
        ExplainedNodes(f"{b}: learned weights", nodes, f"{b}_scores", pixels, learned=True)
        for b in branches
    ]
    seen = [
        ExplainedNodes(f"{b}: {title}", layer, f"{b}_scores", pixels)
        for b in branches
        for title, layer in (
            ("values of the nodes", nodes),
            ("after convolution", _CONVOLUTIONS[b]),
        )
    ]
    return [*learned, *seen]
