import numpy as np
import pytest
from scipy.special import erf

from ferkeras.layers import LocalSelfAttention, TransformerBlock


def normalised(x, gamma, beta):
    centred = x - x.mean(-1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-5) * gamma + beta


@pytest.mark.parametrize("activation", ["gelu", "relu"])
def test_equation_4(activation):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2, 4, 4, 6)).astype("float32")
    layer = TransformerBlock(2, block_size=2, mlp_ratio=2.5, activation=activation)
    layer.build(x.shape)
    for weight in layer.weights:
        weight.assign(rng.normal(size=weight.shape).astype("float32"))
    assert layer.expand.kernel.shape == (6, 15)
    attention, expand, contract = layer.attention, layer.expand, layer.contract
    first = [np.asarray(w) for w in (layer.attention_norm.gamma, layer.attention_norm.beta)]
    second = [np.asarray(w) for w in (layer.mlp_norm.gamma, layer.mlp_norm.beta)]
    # The attention itself is held against Eq. 5 in its own test.
    tokens = x + np.asarray(attention(normalised(x, *first)))
    hidden = normalised(tokens, *second) @ np.asarray(expand.kernel) + np.asarray(expand.bias)
    gelu = hidden * (1 + erf(hidden / np.sqrt(2))) / 2
    hidden = gelu if activation == "gelu" else np.maximum(hidden, 0)
    expected = tokens + hidden @ np.asarray(contract.kernel) + np.asarray(contract.bias)
    np.testing.assert_allclose(layer(x), expected, rtol=1e-3, atol=1e-3)


def test_dropout_acts_while_training_only():
    x = np.random.default_rng(0).normal(size=(2, 9, 6)).astype("float32")
    layer, plain = TransformerBlock(2, dropout=0.5), TransformerBlock(2)
    layer.build(x.shape)
    plain.build(x.shape)
    plain.set_weights(layer.get_weights()[: len(plain.get_weights())])
    np.testing.assert_allclose(layer(x), plain(x), rtol=1e-5)
    assert np.abs(np.asarray(layer(x, training=True)) - np.asarray(plain(x))).max() > 1e-3


def test_an_unknown_activation_is_an_error():
    with pytest.raises(ValueError, match="'swish', expected one of"):
        TransformerBlock(2, activation="swish")


@pytest.mark.parametrize("rate", [1.0, 1, -0.1, float("nan"), "x", None])
def test_a_rate_of_1_lets_nothing_through_and_is_an_error(rate):
    for layer in (TransformerBlock, LocalSelfAttention):
        with pytest.raises(ValueError, match=f"dropout is {rate!r}, expected a rate of 0 or more"):
            layer(2, dropout=rate)
    TransformerBlock(2, dropout=0.99)


def test_sizes_out_of_range_are_errors():
    for layer in (TransformerBlock, LocalSelfAttention):
        with pytest.raises(ValueError, match=r"num_heads is 2\.5, expected a whole number"):
            layer(2.5)
    with pytest.raises(ValueError, match="head_dim is 0, expected a whole number"):
        LocalSelfAttention(2, head_dim=0)
    for ratio in (0, -1.0, "x", float("inf")):
        with pytest.raises(ValueError, match=f"mlp_ratio is {ratio!r}, expected a number above 0"):
            TransformerBlock(2, mlp_ratio=ratio)
