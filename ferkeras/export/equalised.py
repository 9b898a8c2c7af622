"""Residual dense blocks whose maps have one range, so that 8 bits are enough."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ferkeras.export._swapped import swapped
from ferkeras.runtime.named_inputs import Batch

_SMALLEST = 1 / 32
"""What a map is multiplied with at least: beyond it the weights lose what the maps gain."""


def equalised(model: Any, batches: Sequence[Batch]) -> Any:
    """A twin of ``model`` in whose residual dense blocks no map is larger than the input.

    Such a block joins the maps of its convolutions to its input, and in 8 bit what is joined has
    one step; maps that are ten times larger leave the input a tenth of its levels, block after
    block. A leaky ReLU lets a positive factor through, so each map is made smaller by the weights
    that give it, which have a step for each channel, and larger again by those that take it: the
    answers in float are the same. (Cross-layer equalisation of Nagel et al. 2019, arXiv 1906.04721,
    section 4.1, with the input's range as the common one.)

    Args:
        model: a built ``keras.Model``.
        batches: real inputs, which show the ranges.

    Returns:
        ``model`` itself where it has no `ferkeras.layers.ResidualDenseBlock`.
    """
    import keras

    from ferkeras.layers import ResidualDenseBlock

    if not any(isinstance(one, ResidualDenseBlock) for one in model._flatten_layers()):
        return model
    twin = keras.models.clone_model(model)
    twin.set_weights(model.get_weights())
    for block, sizes in _sizes(twin, batches):
        _equalise(block, sizes)
    return twin


def _sizes(model: Any, batches: Sequence[Batch]) -> list[tuple[Any, NDArray[np.float32]]]:
    """Each block, and the largest absolute value in each channel of its input and its maps."""
    from keras import ops

    from ferkeras.layers import ResidualDenseBlock

    usual = ResidualDenseBlock.joined
    seen: dict[int, tuple[Any, NDArray[np.float32]]] = {}

    def joined(block: Any, inputs: Any) -> Any:
        maps = usual(block, inputs)
        sizes = ops.convert_to_numpy(ops.max(ops.abs(maps), axis=(0, 1, 2)))
        _, before = seen.get(id(block), (block, sizes))
        seen[id(block)] = block, np.maximum(before, sizes)
        return maps

    with swapped((ResidualDenseBlock, "joined", joined)):
        for batch in batches:
            model(batch, training=False)
    return list(seen.values())


def _equalise(block: Any, sizes: NDArray[np.float32]) -> None:
    """Make the maps of a block no larger than its input, if `_SMALLEST` allows it."""
    first = len(sizes) - (len(block.convolutions) - 1) * block.growth  # channels of the input
    factors = sizes[:first].max() / np.maximum(sizes, np.finfo(np.float32).tiny)
    factors = np.clip(factors, _SMALLEST, 1.0).astype(np.float32)
    factors[:first] = 1.0
    for number, conv in enumerate(block.convolutions):
        start = first + number * block.growth
        kernel = np.asarray(conv.kernel) / factors[:start, None]
        gives = factors[start : start + block.growth]
        if len(gives):  # the last one gives the block's answer
            kernel = kernel * gives
            conv.bias.assign(np.asarray(conv.bias) * gives)
        conv.kernel.assign(kernel)
