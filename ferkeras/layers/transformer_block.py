"""One transformer layer: attention within blocks, then an MLP on each token."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from ferkeras.layers._checks import check_count, check_positive, check_rate
from ferkeras.layers.local_self_attention import LocalSelfAttention

EPSILON = 1e-5
_ACTIVATIONS = ("gelu", "relu")


@keras.saving.register_keras_serializable("ferkeras")
class TransformerBlock(keras.layers.Layer):
    """``y = x + MSA(LN(x))``, then ``y + MLP(LN(y))``: Wang et al. 2024 (HTNet), Eq. 4.

    MSA is `LocalSelfAttention`, LN normalises the channels of a token (epsilon 1e-5), the MLP is
    dense - activation - dense. The paper prints ReLU; its code has GELU, exact:
    ``x (1 + erf(x / sqrt 2)) / 2``, written here so that TFLite and ONNX have all its parts.

    Args:
        num_heads: heads of the attention.
        block_size: side of a block in tokens, for a grid of tokens as input; None: the input is
            blocks already, so that several layers in a row rearrange the tokens only once.
        mlp_ratio: width of the MLP as a multiple of the channels.
        head_dim: see `LocalSelfAttention`.
        dropout: rate after the attention and after both dense layers, while training; 0 or more,
            below 1.
        activation: ``"gelu"`` or ``"relu"``.

    Input and output shape: ``(batch, height, width, channels)`` with ``block_size``, else
    ``(blocks, tokens, channels)``.

    Raises:
        ValueError: an unknown activation, a number out of range, and what `LocalSelfAttention`
            raises.
    """

    def __init__(
        self,
        num_heads: int,
        block_size: int | None = None,
        mlp_ratio: float = 4.0,
        head_dim: int | None = None,
        dropout: float = 0.0,
        activation: str = "gelu",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if activation not in _ACTIVATIONS:
            raise ValueError(f"activation is {activation!r}, expected one of {_ACTIVATIONS}")
        check_count("num_heads", num_heads)
        check_positive("mlp_ratio", mlp_ratio)
        check_rate("dropout", dropout)
        self.num_heads = num_heads
        self.block_size = block_size
        self.mlp_ratio = mlp_ratio
        self.head_dim = head_dim
        self.dropout = dropout
        self.activation = activation

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make the parts."""
        channels = input_shape[-1]
        assert channels is not None
        policy, width = self.dtype_policy, round(self.mlp_ratio * channels)
        self.attention_norm = keras.layers.LayerNormalization(
            epsilon=EPSILON, dtype=policy, name="attention_norm"
        )
        self.attention = LocalSelfAttention(
            self.num_heads,
            self.block_size,
            self.head_dim,
            self.dropout,
            dtype=policy,
            name="attention",
        )
        self.mlp_norm = keras.layers.LayerNormalization(
            epsilon=EPSILON, dtype=policy, name="mlp_norm"
        )
        self.expand = keras.layers.Dense(width, dtype=policy, name="expand")
        self.contract = keras.layers.Dense(channels, dtype=policy, name="contract")
        self.drop = keras.layers.Dropout(self.dropout, dtype=policy, name="drop")
        for part in (self.attention_norm, self.attention, self.mlp_norm, self.expand):
            part.build(input_shape)
        self.contract.build((*input_shape[:-1], width))

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Attend, then map each token."""
        tokens = inputs + self.attention(self.attention_norm(inputs), training=training)
        hidden = self._activate(self.expand(self.mlp_norm(tokens)))
        hidden = self.contract(self.drop(hidden, training=training))
        return tokens + self.drop(hidden, training=training)

    def _activate(self, hidden: Any) -> Any:
        if self.activation == "relu":
            return ops.relu(hidden)
        # TFLite's converter knows this order of factors as its GELU; by itself it has no erf.
        return hidden * 0.5 * (ops.erf(hidden * 0.5**0.5) + 1.0)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """The input's shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Constructor arguments."""
        return {
            **super().get_config(),
            "num_heads": self.num_heads,
            "block_size": self.block_size,
            "mlp_ratio": self.mlp_ratio,
            "head_dim": self.head_dim,
            "dropout": self.dropout,
            "activation": self.activation,
        }
