"""Which places of the picture, and which of its balls, each component of CS-GBSBF attends to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ferkeras.explain._score import check_input, named_layer
from ferkeras.explain.placement import enlarge, find_placement
from ferkeras.models.explained_layer import ExplainedComponents
from ferkeras.types import FloatArray, InputSpec

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class ComponentMaps:
    """Heat of K components.

    Attributes:
        visual: float32 ``(K, height, width)``, 0..1: what speaks for the class when component k
            alone is classified, from least to most.
        spatial: float32 ``(K, N)``, 0..1: which balls raise component k's share, from least to
            most; None without a graph.
        nodes: float32 ``(N, features)``: the balls.
        shares: ``(K,)``: W of Eq. 6, which sum to one.
    """

    visual: FloatArray
    spatial: FloatArray | None
    nodes: FloatArray | None
    shares: FloatArray


def component_maps(
    model: keras.Model,
    sample: FloatArray,
    label: int,
    components: ExplainedComponents,
    spec: InputSpec | None = None,
) -> ComponentMaps:
    """Class activation maps of each component, Fig. 6 of Liu et al. 2025.

    The features are means over all places and over all balls, so a gradient is the same
    everywhere, as CAM needs it (Zhou et al. 2016): ``heat = sum_c a_c A_c``. For the picture a_c is
    the gradient of the class score of component k alone (Eq. 8); for the balls that of its
    agreement ``<C_k^v, C_k^s>`` (Eq. 6) by C_k^s. Each map is stretched to 0..1, so it compares
    places of one map, and no two maps.

    Args:
        model: `ferkeras.models.CSGBSBF`.
        sample: the prepared picture, float32 ``(height, width, channels)``, 0..255.
        label: number of the class.
        components: names of its layers.
        spec: the model's input; needed where it takes graphs.

    Raises:
        FerkerasError: other layers, or a sample that does not fit the model.
    """
    import keras
    import tensorflow as tf

    inputs = check_input(model, sample, spec)
    names = {
        "maps": components.maps,
        "scores": components.scores,
        "visual": components.visual,
        "spatial": components.spatial,
        "nodes": components.nodes,
    }
    taps = {key: named_layer(model, name).output for key, name in names.items() if name}
    tapped = keras.Model(model.input, taps)
    with tf.GradientTape(persistent=True) as tape:
        batch = tf.nest.map_structure(tf.constant, inputs)
        tape.watch([one for one in tf.nest.flatten(batch) if one.dtype.is_floating])
        values = {k: tf.cast(v, "float32") for k, v in tapped(batch, training=False).items()}
        count = values["visual"].shape[1]
        alone = [values["scores"][0, 1 + k, label] for k in range(count)]
        agreement = []
        if components.spatial:
            fixed = tf.stop_gradient(values["visual"][0])
            agreement = tf.unstack(tf.reduce_sum(fixed * values["spatial"][0], axis=-1))
    maps = np.asarray(values["maps"])
    heats = [_cam(maps, tape.gradient(one, values["maps"]))[0] for one in alone]
    visual = enlarge(np.stack(heats), find_placement(taps["maps"]))
    if not components.spatial:
        return ComponentMaps(visual, None, None, np.full(count, 1 / count, np.float32))
    assert isinstance(inputs, dict)
    kept = inputs["nodes"][0, :, 0] >= 0
    features = np.asarray(values["nodes"])[0, kept]
    gradients = [np.asarray(tape.gradient(one, values["nodes"]))[0, kept] for one in agreement]
    spatial = [_cam(features, one) for one in gradients]
    scores = np.array([float(one) for one in agreement])
    shares = np.exp(scores - scores.max())
    return ComponentMaps(
        visual,
        np.stack(spatial),
        inputs["nodes"][0, kept],
        np.asarray(shares / shares.sum(), np.float32),
    )


def _cam(features: Any, gradient: Any) -> FloatArray:
    """The sum of features, each times its gradient, stretched to 0..1; 0 where all are equal."""
    heat = np.sum(np.asarray(features) * np.asarray(gradient), axis=-1)
    heat = heat - heat.min()
    return np.asarray(heat / (heat.max() or 1), np.float32)
