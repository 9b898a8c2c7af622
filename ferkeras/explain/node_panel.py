"""A face and a system's nodes -> a picture of the nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ferkeras.errors import FerkerasError
from ferkeras.explain.node_map import node_map
from ferkeras.explain.node_relevance import node_relevance
from ferkeras.explain.node_weights import node_weights
from ferkeras.explain.panel import Panel, enlarged, note
from ferkeras.models.explained_layer import ExplainedNodes
from ferkeras.types import FloatArray, InputSpec, Picture

if TYPE_CHECKING:
    import keras


def node_panel(
    model: keras.Model,
    sample: FloatArray,
    label: int,
    nodes: ExplainedNodes,
    face: FloatArray | Picture | None = None,
    spec: InputSpec | None = None,
) -> Panel:
    """One picture of nodes at their places on the face.

    Args:
        model: has these layers.
        sample: what the model takes: a prepared face, float32 ``(height, width, 1 or 3)``, 0..255;
            or landmarks ``(points, 2)``, 0..255 over the face.
        label: number of the class that is explained.
        nodes: from the system's list.
        face: the picture that landmarks lie on, their 0 and 255 at its edges; a face crop is its
            own.
        spec: the model's input; needed where it takes graphs.

    Returns:
        ``(title, uint8 RGB picture)``.

    Raises:
        FerkerasError: landmarks without their face; see also `node_relevance`, `node_weights`.
    """
    if nodes.pixels is None and face is None:
        raise FerkerasError(
            f"{model.name}: takes landmarks {np.shape(sample)}; to draw them, give the picture of "
            "the face that they lie on"
        )
    if nodes.learned:
        heat = node_weights(model, nodes.layer, nodes.scores)
        heat = heat / (heat.max() or 1)
    else:
        heat = node_relevance(model, sample, nodes.layer, label, scores=nodes.scores, spec=spec)
    picture = enlarged(sample if face is None else face)
    size = np.array(picture.shape[1::-1], np.float32)  # width, height
    if nodes.pixels is None:
        places = np.asarray(sample, np.float32) / 255
    else:
        places = np.asarray(model.get_layer(nodes.pixels).positions, np.float32)
        places = (places + 0.5) / np.array(np.shape(sample)[1::-1], np.float32)
    drawn = node_map(picture, np.asarray(places * size - 0.5, np.float32), heat)
    return f"{nodes.title}{note(heat)}\n({nodes.layer})", drawn
