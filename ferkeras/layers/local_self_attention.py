"""Multi-head self-attention among the tokens of a block."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from ferkeras.layers._blocks import check_grid, fold_blocks, unfold_blocks
from ferkeras.layers._checks import check_count, check_rate


@keras.saving.register_keras_serializable("ferkeras")
class LocalSelfAttention(keras.layers.Layer):
    """``softmax(Q K^T / sqrt(d)) V`` for each head within each block, then a linear map.

    Wang et al. 2024 (HTNet), Eq. 5, after Zhang et al. 2022 (NesT): tokens look at the tokens of
    their own block only. d is the length of a head, as in the published code; queries, keys and
    values have no bias, the last map has one. The softmax is computed in float32.

    In a block of one token the softmax is 1 whatever Q and K are, so the layer is then exactly
    the last map of V. This is what is computed; the weights of Q and K are there, but as their
    gradient is 0 they count as not trainable.

    Args:
        num_heads: number of heads.
        block_size: side of a block in tokens, for a grid of tokens as input; None: the input is
            blocks already, see `TransformerBlock`.
        head_dim: length of a head; None: channels // num_heads, rounded down, so that 256 channels
            and 3 heads give 85.
        dropout: rate after the last map, while training; 0 or more, below 1.

    Input and output shape: ``(batch, height, width, channels)`` with ``block_size``, else
    ``(blocks, tokens, channels)``.

    Raises:
        ValueError: a number out of range, blocks that do not cover the grid, or more heads than
            channels.
    """

    def __init__(
        self,
        num_heads: int,
        block_size: int | None = None,
        head_dim: int | None = None,
        dropout: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        check_count("num_heads", num_heads)
        if head_dim is not None:
            check_count("head_dim", head_dim)
        check_rate("dropout", dropout)
        self.num_heads = num_heads
        self.block_size = block_size
        self.head_dim = head_dim
        self.dropout = dropout
        self._drop = keras.layers.Dropout(dropout, dtype=self.dtype_policy)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make the weights: ``query_key`` (2, channels, heads x length), ``value``, the map."""
        channels = input_shape[-1]
        if self.block_size is not None:
            check_grid(input_shape, self.block_size)
        elif len(input_shape) != 3 or input_shape[1] is None:
            raise ValueError(
                f"expected blocks of tokens (blocks, tokens, channels), got {tuple(input_shape)}; "
                "a grid of tokens needs block_size"
            )
        assert channels is not None
        self._alone = (self.block_size or input_shape[1]) == 1
        self._length = self.head_dim or channels // self.num_heads
        if not self._length:
            raise ValueError(f"{self.num_heads} heads for {channels} channels; one a head at least")
        inner = self.num_heads * self._length
        self.query_key = self.add_weight(
            shape=(2, channels, inner),
            initializer=_glorot(channels, 3 * inner),
            trainable=not self._alone,
            name="query_key",
        )
        self.value = self.add_weight(
            shape=(channels, inner), initializer=_glorot(channels, 3 * inner), name="value"
        )
        self.kernel = self.add_weight(
            shape=(inner, channels), initializer="glorot_uniform", name="kernel"
        )
        self.bias = self.add_weight(shape=(channels,), initializer="zeros", name="bias")

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Attend within each block."""
        if self._alone:
            return self._project(ops.matmul(inputs, self.value), training)
        if self.block_size is None:
            return self._project(self._attend(inputs), training)
        blocks = self._attend(fold_blocks(inputs, self.block_size))
        attended = unfold_blocks(blocks, self.block_size, *inputs.shape[1:3])
        return self._project(attended, training)

    def _attend(self, blocks: Any) -> Any:
        """``(blocks, tokens, channels)`` -> ``(blocks, tokens, heads x length)``."""
        tokens = blocks.shape[1]
        heads, length = self.num_heads, self._length
        # One product for all three: the small kernels are joined, not the large results.
        kernel = ops.concatenate([self.query_key[0], self.query_key[1], self.value], axis=1)
        packed = ops.matmul(blocks, kernel)
        if heads == 1:
            query, key, value = ops.split(packed, 3, axis=-1)
        else:
            packed = ops.reshape(packed, (-1, tokens, 3, heads, length))
            packed = ops.reshape(ops.transpose(packed, (2, 0, 3, 1, 4)), (3, -1, tokens, length))
            query, key, value = ops.unstack(packed, 3, axis=0)
        scores = ops.matmul(query * length**-0.5, ops.transpose(key, (0, 2, 1)))
        shares = ops.softmax(ops.cast(scores, "float32"), axis=-1)
        attended = ops.matmul(ops.cast(shares, value.dtype), value)
        if heads > 1:
            attended = ops.reshape(attended, (-1, heads, tokens, length))
            attended = ops.transpose(attended, (0, 2, 1, 3))
        return ops.reshape(attended, (-1, tokens, heads * length))

    def _project(self, attended: Any, training: bool) -> Any:
        return self._drop(ops.matmul(attended, self.kernel) + self.bias, training=training)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """The input's shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Constructor arguments."""
        return {
            **super().get_config(),
            "num_heads": self.num_heads,
            "block_size": self.block_size,
            "head_dim": self.head_dim,
            "dropout": self.dropout,
        }


def _glorot(inputs: int, outputs: int) -> keras.initializers.Initializer:
    """Glorot's uniform distribution of one matrix over Q, K and V."""
    limit = (6.0 / (inputs + outputs)) ** 0.5
    return keras.initializers.RandomUniform(-limit, limit)
