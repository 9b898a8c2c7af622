import numpy as np
import pytest
import tensorflow as tf
from scipy.signal import correlate2d

from ferkeras.layers import UpsampleConv

X = np.random.default_rng(0).normal(size=(2, 5, 4, 3)).astype("float32")


def randomised(**arguments):
    layer = UpsampleConv(**arguments)
    layer.build(X.shape)
    rng = np.random.default_rng(1)
    layer.set_weights([rng.normal(0, 0.3, w.shape) for w in layer.get_weights()])
    return layer, *layer.get_weights()


def conv(x, kernel, bias):
    """Zero-padded, by SciPy, one pair of channels after the other."""
    maps = [
        [
            sum(
                correlate2d(one[..., c], kernel[:, :, c, f], mode="same")
                for c in range(one.shape[-1])
            )
            for f in range(kernel.shape[-1])
        ]
        for one in x.astype("float64")
    ]
    return np.moveaxis(np.array(maps), 1, -1) + bias


def leaky(x):
    return np.where(x > 0, x, 0.2 * x)


@pytest.mark.parametrize("factor", [1, 2, 3])
def test_nearest_repeats_pixels_then_convolves(factor):
    layer, kernel, bias = randomised(filters=4, factor=factor)
    larger = np.kron(X, np.ones((1, factor, factor, 1)))
    np.testing.assert_allclose(layer(X), leaky(conv(larger, kernel, bias)), atol=1e-5)


@pytest.mark.parametrize("factor", [2, 3])
def test_pixel_shuffle_is_depth_to_space_of_a_convolution(factor):
    layer, kernel, bias = randomised(filters=2, factor=factor, method="pixel_shuffle")
    assert kernel.shape[-1] == 2 * factor**2
    maps = conv(X, kernel, bias).astype("float32")
    expected = leaky(np.asarray(tf.nn.depth_to_space(maps, factor)))
    np.testing.assert_allclose(layer(X), expected, atol=1e-5)


@pytest.mark.parametrize("method", ["nearest", "pixel_shuffle"])
def test_size_may_be_unknown(method):
    layer, *_ = randomised(method=method)
    traced = tf.function(layer, input_signature=[tf.TensorSpec((None, None, None, 3))])
    np.testing.assert_allclose(traced(X), layer(X), atol=1e-6)
    assert layer.compute_output_shape((None, None, 5, 3)) == (None, None, 10, 3)


def test_bad_arguments_are_named():
    for arguments, message in [
        ({"method": "cubic"}, "method is 'cubic', expected one of"),
        ({"factor": 0}, "factor is 0"),
        ({"filters": 2.5}, "filters is 2.5"),
    ]:
        with pytest.raises(ValueError, match=message):
            UpsampleConv(**arguments)
