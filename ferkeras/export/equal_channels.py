"""Convolutions whose channels are of like size, so that 8 bits are enough."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ferkeras.runtime.named_inputs import Batch

_LARGEST = 16.0  # factor on a channel, and its inverse the smallest


class _Chain(NamedTuple):
    """A convolution, the normalisations behind it, and the convolutions that take its channels."""

    gives: Any
    norms: list[Any]
    takes: list[Any]


def equal_channels(model: Any, batches: Sequence[Batch]) -> Any:
    """A twin of ``model`` with factors between its convolutions: the same answers in float.

    In 8 bit all channels of a tensor share one step. A channel is multiplied by s in the weights
    that give it, which have a step for each channel, and by 1 / s in those that take it; ReLU and
    max-pooling let it through. With r the channel's largest value in real data and w its largest
    weight behind, as a share of its filter's largest, ``s = sqrt(w / r)`` shares the loss between
    both. (Nagel et al. 2019, arXiv 1906.04721, section 4.1, with ranges of data in the place of
    those of the weights before.)

    Args:
        model: a built functional or sequential ``keras.Model``.
        batches: real inputs, which show the ranges.

    Returns:
        ``model`` itself where no convolution is taken by convolutions alone.
    """
    import keras

    twin = keras.models.clone_model(model)
    twin.set_weights(model.get_weights())
    chains = list(_chains(twin))
    if not chains:
        return model
    ends = [(chain.norms or [chain.gives])[-1].output for chain in chains]
    probe = keras.Model(twin.input, ends)
    sizes = [_sizes(probe(batch, training=False)) for batch in batches]
    for chain, of_batches in zip(chains, zip(*sizes, strict=True), strict=True):
        _scale(chain, np.max(of_batches, axis=0))
    return twin


def _chains(model: Any) -> Iterator[_Chain]:
    from keras import activations, layers

    through = (layers.MaxPooling2D, layers.Dropout, layers.ReLU, layers.LeakyReLU)
    for layer in model.layers:
        straight = (activations.relu, activations.linear)
        if type(layer) is not layers.Conv2D or layer.activation not in straight:
            continue
        chain, open_ends = _Chain(layer, [], []), [layer]
        fits = len(layer._inbound_nodes) == 1
        while open_ends and fits:
            for node in open_ends.pop()._outbound_nodes:
                behind = node.operation
                fits = fits and len(behind._inbound_nodes) == 1
                if type(behind) is layers.Conv2D and behind.groups == 1:
                    chain.takes.append(behind)
                elif isinstance(behind, layers.BatchNormalization) and behind.center:
                    chain.norms.append(behind)
                    open_ends.append(behind)
                elif isinstance(behind, through):
                    open_ends.append(behind)
                else:
                    fits = False
        if fits and chain.takes and len(chain.norms) < 2 and layer.groups == 1:
            yield chain


def _sizes(tensors: Any) -> list[NDArray[np.float32]]:
    """The largest absolute value in each channel of each tensor."""
    from keras import ops

    tensors = tensors if isinstance(tensors, (list, tuple)) else [tensors]
    return [ops.convert_to_numpy(ops.max(ops.abs(one), axis=(0, 1, 2))) for one in tensors]


def _scale(chain: _Chain, sizes: NDArray[np.float32]) -> None:
    shares = []
    for conv in chain.takes:
        kernel = np.abs(np.asarray(conv.kernel))
        largest = np.maximum(kernel.max(axis=(0, 1, 2), keepdims=True), 1e-12)
        shares.append((kernel / largest).max(axis=(0, 1, 3)))
    used = np.maximum(np.max(shares, axis=0), 1e-6)
    factors = np.sqrt(used / np.maximum(sizes, 1e-6))
    factors = np.clip(factors / np.exp(np.log(factors).mean()), 1 / _LARGEST, _LARGEST)
    changed = [chain.gives.kernel, chain.gives.bias]
    for norm in chain.norms:
        changed += [norm.beta, norm.moving_mean]
    for weight in changed:
        if weight is not None:
            weight.assign((np.asarray(weight) * factors).astype(np.float32))
    for conv in chain.takes:
        conv.kernel.assign((np.asarray(conv.kernel) / factors[:, None]).astype(np.float32))
