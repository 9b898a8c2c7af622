"""Names, shapes and order of axes of the published PyTorch network's weights."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np

from ferkeras.models._torch_weights import Array, TorchWeight, conv_weights, same_weight


def torch_weights(model: keras.Model) -> Iterator[TorchWeight]:
    """Every weight of a model with ``positions="scalar"``, as the published network has it."""
    patches, scores = model.get_layer("patches"), model.get_layer("scores")
    width = patches.kernel.shape[-1]
    inputs = patches.kernel.shape[0] ** 2 * patches.kernel.shape[2]
    # A patch is flattened by row, column, channel, which is the order of our kernel's axes.
    yield _pointwise("to_patch_embedding.1.weight", patches.kernel, (width, inputs))
    yield same_weight("to_patch_embedding.1.bias", patches.bias)
    names = {layer.name for layer in model.layers}
    level = 1
    while f"level{level}_positions" in names:
        name = f"layers.{level - 1}"
        positions = model.get_layer(f"level{level}_positions").positions
        yield TorchWeight(
            f"{name}.0.pos_emb",
            (positions.shape[0] * positions.shape[1],),
            positions,
            _reshape(positions.shape),
        )
        number = 1
        while f"level{level}_block{number}" in names:
            block = model.get_layer(f"level{level}_block{number}")
            yield from _block(block, f"{name}.0.layers.{number - 1}")
            number += 1
        if f"level{level}_aggregation" in names:
            yield from _aggregation(model.get_layer(f"level{level}_aggregation"), f"{name}.1")
        level += 1
    yield from _norm(model.get_layer("head_norm"), "mlp_head.0")
    width, classes = scores.kernel.shape
    yield TorchWeight("mlp_head.2.weight", (classes, width), scores.kernel, np.transpose)
    yield same_weight("mlp_head.2.bias", scores.bias)


def _block(block: Any, name: str) -> Iterator[TorchWeight]:
    """A transformer layer; its dense layers are 1x1 convolutions there."""
    attention = block.attention
    width, inner = attention.value.shape
    yield from _norm(block.attention_norm, f"{name}.0.norm")
    for variable, part in ((attention.query_key, slice(2)), (attention.value, 2)):
        yield TorchWeight(
            f"{name}.0.fn.to_qkv.weight",
            (3 * inner, width, 1, 1),
            variable,
            _part_of_qkv(part, inner, width),
        )
    yield from _dense(attention.kernel, attention.bias, f"{name}.0.fn.to_out.0")
    yield from _norm(block.mlp_norm, f"{name}.1.norm")
    yield from _dense(block.expand.kernel, block.expand.bias, f"{name}.1.fn.net.0")
    yield from _dense(block.contract.kernel, block.contract.bias, f"{name}.1.fn.net.3")


def _aggregation(part: Any, name: str) -> Iterator[TorchWeight]:
    yield from conv_weights(part.conv, f"{name}.0")
    yield from _norm(part.norm, f"{name}.1")


def _norm(layer: Any, name: str) -> Iterator[TorchWeight]:
    for variable, letter in ((layer.gamma, "g"), (layer.beta, "b")):
        shape = (1, *variable.shape, 1, 1)
        yield TorchWeight(f"{name}.{letter}", shape, variable, np.ravel)


def _dense(kernel: Any, bias: Any, name: str) -> Iterator[TorchWeight]:
    yield _pointwise(f"{name}.weight", kernel, kernel.shape[::-1])
    yield same_weight(f"{name}.bias", bias)


def _pointwise(name: str, kernel: Any, shape: tuple[int, int]) -> TorchWeight:
    """A 1x1 convolution, (outputs, inputs, 1, 1) there."""
    target = tuple(kernel.shape)
    return TorchWeight(
        name, (*shape, 1, 1), kernel, lambda array: array[:, :, 0, 0].T.reshape(target)
    )


def _part_of_qkv(part: Any, inner: int, width: int) -> Callable[[Array], Array]:
    return lambda array: np.swapaxes(array.reshape(3, inner, width)[part], -1, -2)


def _reshape(shape: tuple[int, ...]) -> Callable[[Array], Array]:
    return lambda array: array.reshape(shape)
