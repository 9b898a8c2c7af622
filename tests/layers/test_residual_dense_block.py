import keras
import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

from ferkeras.layers import RRDB, ResidualDenseBlock

X = np.random.default_rng(0).normal(size=(2, 5, 4, 6)).astype("float32")


def conv(x, kernel, bias):
    padded = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    windows = sliding_window_view(padded, (3, 3), axis=(1, 2))  # (b, h, w, c, 3, 3)
    return np.einsum("bhwcij,ijcf->bhwf", windows, kernel) + bias


def dense_block(x, weights, scale):
    """Fig. 4 of Wang et al. 2018 in NumPy; ``weights``: kernels and biases in turn."""
    seen = [x]
    for kernel, bias in zip(weights[:8:2], weights[1:8:2], strict=True):
        hidden = conv(np.concatenate(seen, -1), kernel, bias)
        seen.append(np.where(hidden > 0, hidden, 0.2 * hidden))
    return x + scale * conv(np.concatenate(seen, -1), *weights[8:])


def randomise(layer, size=0.3):
    layer.build(X.shape)
    rng = np.random.default_rng(1)
    layer.set_weights([rng.normal(0, size, w.shape) for w in layer.get_weights()])
    return [weight.astype("float64") for weight in layer.get_weights()]


def test_a_dense_block_against_numpy():
    layer = ResidualDenseBlock(growth=3, residual_scale=0.4)
    weights = randomise(layer)
    assert [w.shape[2] for w in weights[::2]] == [6, 9, 12, 15, 18]
    np.testing.assert_allclose(layer(X), dense_block(X, weights, 0.4), rtol=1e-4, atol=1e-4)


def test_a_residual_in_residual_block_against_numpy():
    layer = RRDB(growth=2, dense_blocks=2, residual_scale=0.3)
    weights = randomise(layer)
    y = dense_block(dense_block(X, weights[:10], 0.3), weights[10:], 0.3)
    np.testing.assert_allclose(layer(X), X + 0.3 * y, rtol=1e-4, atol=1e-4)


def test_kernels_begin_with_a_tenth_of_he_and_biases_with_zero():
    layer = ResidualDenseBlock(growth=32)
    layer.build((None, None, None, 64))
    for kernel, bias in zip(layer.weights[::2], layer.weights[1::2], strict=True):
        values = np.asarray(kernel)
        he = np.sqrt(2 / np.prod(values.shape[:3]))
        np.testing.assert_allclose(values.std(), 0.1 * he, rtol=0.03)
        assert not np.asarray(bias).any()


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
@pytest.mark.parametrize("kind", [ResidualDenseBlock, RRDB])
def test_mixed_precision_does_not_round_the_sum(kind, policy):
    layer = kind(growth=3, residual_scale=1e-4, dtype=policy)
    weights = randomise(layer)
    expected = X.astype("float64")
    for start in range(0, len(weights), 10):
        expected = dense_block(expected, weights[start : start + 10], 1e-4)
    if kind is RRDB:
        expected = X + 1e-4 * expected
    y = layer(X)
    assert y.dtype == layer(keras.Input(X.shape[1:])).dtype == "float32"
    np.testing.assert_allclose(y, expected, atol=1e-4)  # bfloat16 would round by up to 8e-3


@pytest.mark.parametrize("kind", [ResidualDenseBlock, RRDB])
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"growth": 0}, "growth is 0"),
        ({"residual_scale": 0.0}, r"residual_scale is 0\.0"),
        ({"initial_scale": float("inf")}, "initial_scale is inf"),
    ],
)
def test_bad_arguments_are_named(kind, arguments, message):
    with pytest.raises(ValueError, match=message):
        kind(**arguments)


def test_bad_shapes_and_counts_are_named():
    with pytest.raises(ValueError, match=r"dense_blocks is 1\.5"):
        RRDB(dense_blocks=1.5)
    for kind in (RRDB, ResidualDenseBlock):
        with pytest.raises(ValueError, match=r"of known channels, got \(None, 4, 6\)"):
            kind().build((None, 4, 6))
