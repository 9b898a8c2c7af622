"""Which nodes of a graph speak for a class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ferkeras.errors import FerkerasError
from ferkeras.explain._score import check_input, check_scores, named_layer, taped_score
from ferkeras.types import FloatArray, InputSpec

if TYPE_CHECKING:
    import keras


def node_relevance(
    model: keras.Model,
    sample: FloatArray,
    layer: str,
    label: int,
    *,
    scores: str | None = None,
    spec: InputSpec | None = None,
) -> FloatArray:
    """Gradient times value at each node, its negative part cut off.

    ``r_n = max(0, sum_k dy / dx[n, k] x[n, k])``, x the features of the nodes and y the class
    score. Of the values that a network is given this is "gradient x input" (Shrikumar et al. 2016,
    arXiv 1605.01713); of the maps behind a convolution it is HiResCAM (Draelos and Carin 2020,
    arXiv 2011.08891).
    Where only ReLU-free layers follow, the sum over the nodes before the cut is the score less its
    value at x = 0.

    `grad_cam`'s weight of a map, the mean of its gradient over all places, is not used: it supposes
    that a channel means the same at every place. Where each edge or each node has weights of its
    own, gradients of unlike sign cancel and little but noise is left.

    Needs Keras on TensorFlow.

    Args:
        model: functional, with one input, or ``image``, ``nodes`` and ``edges``.
        sample: float32, of the shape of the input or image without the batch, in the range that
            the model takes.
        layer: a layer that gives features of nodes ``(batch, nodes, channels)``.
        label: number of the class.
        scores: a layer that gives ``(batch, classes)``, best the scores before the softmax; None
            for the model's output.
        spec: the model's input, as its card has it; needed where the model takes graphs, for the
            sample's own is passed on to it.

    Returns:
        float32 ``(nodes,)``, 0..1: 1 is the node that speaks most for the class, and all is 0
        where none does.

    Raises:
        FerkerasError: no such layer, class or path between them, a sample of another shape, or
            values that are not finite.
    """
    inputs = check_input(model, sample, spec)
    taps = {
        "nodes": node_features(model, layer),
        "scores": named_layer(model, scores).output if scores else model.output,
    }
    check_scores(model, taps["scores"], label)
    tape, score, tapped = taped_score(model, inputs, taps, label)
    gradient = tape.gradient(score, tapped["nodes"])
    if gradient is None:
        raise FerkerasError(f"{model.name}: the scores do not depend on layer {layer!r}")
    product = np.asarray(gradient[0], np.float64) * np.asarray(tapped["nodes"][0], np.float64)
    relevance = np.maximum(product.sum(axis=-1), 0)
    if not np.isfinite(product).all():
        raise FerkerasError(f"{model.name}: layer {layer!r} or its gradient is not finite")
    return np.asarray(relevance / (relevance.max() or 1), np.float32)


def node_features(model: keras.Model, layer: str) -> Any:
    """The output of a layer, checked to be features of nodes.

    Raises:
        FerkerasError: no such layer, or one that gives something else.
    """
    features = named_layer(model, layer).output
    if len(features.shape) != 3:
        raise FerkerasError(
            f"{model.name}: layer {layer!r} gives {features.shape}, "
            "expected features of nodes (batch, nodes, channels)"
        )
    return features
