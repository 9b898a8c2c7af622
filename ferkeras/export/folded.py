"""Batch normalisation moved into the layer before it, so that 8 bits are enough."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def folded(model: Any) -> Any:
    """A twin of ``model`` whose batch normalisations only add: the same answers in float.

    A batch normalisation multiplies each channel by ``a = gamma / sqrt(variance + epsilon)``. In 8
    bit all channels of a tensor share one step, so those with a large ``a`` come out with few
    levels; a convolution's weights have a step for each channel, so there ``|a|`` costs nothing. A
    ReLU and a max-pool between the two let it through, as ``max(0, |a| x) = |a| max(0, x)``. Sign
    and offset stay where they are. (The scaling of Nagel et al. 2019, arXiv 1906.04721, sections
    4.1 and 5.1.)

    Only a convolution or dense layer that nothing else uses is scaled; a batch normalisation behind
    anything else, or within a layer, stays as it is.

    Args:
        model: a built ``keras.Model``.

    Returns:
        ``model`` itself where there is nothing to move.
    """
    import keras

    if not any(_scaled_layer(layer) is not None for layer in model.layers):
        return model
    twin = keras.models.clone_model(model)
    twin.set_weights(model.get_weights())
    for norm in twin.layers:
        layer = _scaled_layer(norm)
        if layer is not None:
            _move(norm, layer)
    return twin


def _scaled_layer(norm: Any) -> Any:
    """The convolution or dense layer whose channels a batch normalisation multiplies, or None."""
    import keras
    from keras import layers

    fits = isinstance(norm, layers.BatchNormalization) and norm.scale and norm.center
    if not fits or norm.axis not in (-1, len(norm.input.shape) - 1):
        return None
    layer = _before(norm)
    if isinstance(layer, layers.MaxPooling2D):
        layer = _before(layer)
    plain = type(layer) in (layers.Conv2D, layers.SeparableConv2D, layers.Dense)
    straight = (keras.activations.relu, keras.activations.linear)
    return layer if plain and layer.activation in straight else None


def _before(layer: Any) -> Any:
    """The layer whose only output ``layer`` takes, if nothing else takes it; else None."""
    nodes = getattr(layer, "_inbound_nodes", [])
    if len(nodes) != 1 or len(nodes[0].input_tensors) != 1:
        return None
    before = nodes[0].input_tensors[0]._keras_history.operation
    alone = len(before._inbound_nodes) == len(before._outbound_nodes) == 1
    return before if alone else None


def _move(norm: Any, layer: Any) -> None:
    """Put the size of the factor into ``layer``; sign and offset stay in ``norm``."""
    gamma, beta, mean, variance = (
        np.asarray(one, np.float64)
        for one in (norm.gamma, norm.beta, norm.moving_mean, norm.moving_variance)
    )
    factor = gamma / np.sqrt(variance + norm.epsilon)
    size = np.where(factor == 0, 1.0, np.abs(factor))
    kernel = layer.pointwise_kernel if hasattr(layer, "pointwise_kernel") else layer.kernel
    for weight in (kernel, layer.bias):
        if weight is not None:
            weight.assign(_float32(np.asarray(weight, np.float64) * size))
    norm.gamma.assign(_float32(np.sign(factor)))
    norm.beta.assign(_float32(beta - mean * factor))
    norm.moving_mean.assign(_float32(np.zeros_like(mean)))
    norm.moving_variance.assign(_float32(np.full_like(variance, 1.0 - norm.epsilon)))


def _float32(values: NDArray[Any]) -> NDArray[np.float32]:
    return values.astype(np.float32)
