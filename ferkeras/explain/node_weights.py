"""How much a trained graph network weighs each node, whatever the face."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ferkeras.errors import FerkerasError
from ferkeras.explain._score import check_scores, named_layer
from ferkeras.explain.node_relevance import node_features
from ferkeras.types import FloatArray

if TYPE_CHECKING:
    import keras


def node_weights(model: keras.Model, layer: str, scores: str) -> FloatArray:
    """Norm of the weights that lead from each node to the class scores.

    All that is learned between a node's value x and the scores y is multiplied out, with every
    activation as the identity:
    ``W[n, i, c] = dy_c / dx[n, i]``, ``w_n = sqrt(sum_ic (W[n, i, c] - mean_c W[n, i, c])^2)``.
    For SSGNN's spectral half that is ``W = V diag(theta) V^T D``, D being the dense layer; for its
    spatial half the product of convolutions, means over clusters and D. The mean over the classes
    is taken off because a softmax does not see what is added to all scores.

    The norm of one layer's weights alone is not used: the kernels of a first convolution, and the
    columns of ``V diag(theta) V^T``, are nearly the same everywhere in a trained model, for it is
    the product that tells where it looks.

    Needs Keras on TensorFlow.

    Args:
        model: functional, with one input.
        layer: a layer that gives the values of the nodes, ``(batch, nodes, channels)``.
        scores: a layer that gives the class scores ``(batch, classes)``, before the softmax.

    Returns:
        float32 ``(nodes,)``, 0 or more: change of the scores for a change of 1 in the node.

    Raises:
        FerkerasError: no such layer or path between them, or weights that are not finite.
    """
    import keras
    import tensorflow as tf

    node_features(model, layer)
    head = keras.Model(model.input, named_layer(model, scores).output)
    check_scores(model, head.output)
    if len(head.inputs) != 1 or layer not in {one.name for one in head.layers}:
        raise FerkerasError(f"{model.name}: {scores!r} does not depend on {layer!r} and one input")
    linear = keras.models.clone_model(head, clone_function=_without_activation)
    linear.set_weights(head.get_weights())
    tapped = keras.Model(linear.input, [linear.get_layer(layer).output, linear.output])
    classes = head.output.shape[1]
    with tf.GradientTape() as tape:
        # Row c of the batch gives the gradient of class c; where it is taken does not matter.
        batch = tf.zeros((classes, *head.inputs[0].shape[1:]))
        tape.watch(batch)
        nodes, answers = tapped(batch, training=False)
        own = tf.linalg.trace(answers)
    weights = np.asarray(tape.gradient(own, nodes), np.float64)
    if not np.isfinite(weights).all():
        raise FerkerasError(f"{model.name}: weights between {layer!r} and {scores!r} not finite")
    weights -= weights.mean(axis=0)
    return np.asarray(np.sqrt((weights**2).sum(axis=(0, 2))), np.float32)


def _without_activation(layer: Any) -> Any:
    config = layer.get_config()
    if "activation" in config:
        config["activation"] = "linear"
    return type(layer).from_config(config)
