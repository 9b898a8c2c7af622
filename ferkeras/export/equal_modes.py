"""Spectral graph convolutions whose modes are of like size, so that 8 bits are enough."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ferkeras.export._swapped import swapped
from ferkeras.runtime.named_inputs import Batch

_FAINTEST = 1e-4  # of the largest mode: what is weaker counts as this


@contextmanager
def equal_modes(model: Any, batches: Sequence[Batch]) -> Iterator[None]:
    """Inside the block each `ferkeras.layers.SpectralGraphConv` of ``model`` scales its modes.

    Of a picture the low modes of a graph are hundreds of times larger than the high ones, and in 8
    bit all have one step. With factors t the layer takes ``V diag(t)`` to the modes and ``V
    diag(1 / t)`` back, so its answer in float is the same; t is the inverse root of each mode's
    largest value, which shares the loss between the modes and the basis.

    Args:
        model: a built ``keras.Model``; is traced within the block.
        batches: real inputs, which show the sizes.
    """
    from ferkeras.layers import SpectralGraphConv

    factors = {number: _factors(sizes) for number, sizes in _sizes(model, batches).items()}
    usual = SpectralGraphConv.bases

    def bases(layer: Any) -> tuple[Any, Any]:
        there, back = usual(layer)
        factor = factors.get(id(layer), np.float32(1))
        return there * factor, back / factor

    with swapped((SpectralGraphConv, "bases", bases)):
        yield


def _factors(sizes: NDArray[np.float32]) -> NDArray[np.float32]:
    root = np.sqrt(np.maximum(sizes, max(_FAINTEST * sizes.max(), np.finfo(np.float32).tiny)))
    return (np.exp(np.log(root).mean()) / root).astype(np.float32)


def _sizes(model: Any, batches: Sequence[Batch]) -> dict[int, NDArray[np.float32]]:
    """By the ``id`` of each layer with a basis of its own: the largest absolute value of a mode."""
    from keras import ops

    from ferkeras.layers import SpectralGraphConv

    usual = SpectralGraphConv.call
    seen: dict[int, NDArray[np.float32]] = {}

    def call(layer: Any, inputs: Any, mask: Any = None) -> Any:
        if layer.basis is not None:
            modes = ops.matmul(ops.transpose(layer.bases()[0]), ops.cast(inputs, "float32"))
            sizes = ops.convert_to_numpy(ops.max(ops.abs(modes), axis=(0, 2)))
            seen[id(layer)] = np.maximum(seen.get(id(layer), sizes), sizes)
        return usual(layer, inputs, mask)

    if any(isinstance(one, SpectralGraphConv) for one in model._flatten_layers()):
        with swapped((SpectralGraphConv, "call", call)):
            for batch in batches:
                model(batch, training=False)
    return seen
