import keras
import numpy as np
import pytest
from scipy.signal import correlate2d

from ferkeras.errors import ModelFileError
from ferkeras.losses import PerceptualLoss

rng = np.random.default_rng(0)
X, Y = rng.uniform(0, 255, (2, 2, 32, 32, 3)).astype("float32")


@pytest.fixture(scope="module")
def vgg19(tmp_path_factory):
    """A whole VGG19 of keras.applications with random weights, and its file."""
    keras.utils.set_random_seed(3)
    model = keras.applications.VGG19(include_top=False, weights=None)
    path = tmp_path_factory.mktemp("vgg19") / "vgg19.weights.h5"
    model.save_weights(path)
    yield model, path
    path.unlink()


def test_conv5_4_before_its_activation_with_weights_from_a_file(vgg19):
    model, path = vgg19
    loss = PerceptualLoss(weights=path)
    prepared = keras.applications.vgg19.preprocess_input(np.stack([X[0], Y[0]]))
    layer = model.get_layer("block5_conv4")
    before = np.asarray(keras.Model(model.input, layer.input)(prepared))
    linear = np.asarray(keras.ops.conv(before, layer.kernel, padding="same")) + np.asarray(
        layer.bias
    )
    assert (linear < 0).mean() > 0.2  # the ReLU would lose these
    expected = np.abs(linear[0] - linear[1]).mean()
    np.testing.assert_allclose(float(loss(X[:1], Y[:1])), expected, rtol=1e-4)
    after = np.asarray(keras.Model(model.input, layer.output)(prepared))
    features = np.asarray(loss.features(np.stack([X[0], Y[0]])))
    np.testing.assert_allclose(np.maximum(features, 0), after, rtol=1e-4, atol=1e-5)


def test_the_first_convolution_against_scipy():
    loss = PerceptualLoss("conv1_1", weights="random")
    kernel, bias = (np.asarray(w, "float64") for w in loss.features.get_weights())
    features = []
    for picture in (X[0], Y[0]):
        bgr = picture[..., ::-1].astype("float64") - [103.939, 116.779, 123.68]
        features.append(
            [
                sum(correlate2d(bgr[..., c], kernel[:, :, c, f], mode="same") for c in range(3))
                + bias[f]
                for f in range(64)
            ]
        )
    expected = np.abs(np.subtract(*features)).mean()
    np.testing.assert_allclose(float(loss(X[:1], Y[:1])), expected, rtol=1e-5)


def test_features_are_frozen():
    assert PerceptualLoss("conv1_2", weights="random").features.trainable_weights == []


def no_network(include_top, weights):
    raise Exception("URL fetch failure on https://storage: no route to host\nmore")


def test_weights_that_cannot_be_had_are_one_clear_line(monkeypatch, tmp_path):
    monkeypatch.setattr(keras.applications, "VGG19", no_network)
    with pytest.raises(ModelFileError, match=r"'imagenet' \(URL fetch failure .*; without") as told:
        PerceptualLoss()
    assert "\n" not in str(told.value)
    with pytest.raises(ModelFileError, match=r"absent\.h5: no such file; give 'imagenet'"):
        PerceptualLoss(weights=tmp_path / "absent.h5")


def test_a_file_of_other_weights_is_named(tmp_path):
    path = tmp_path / "other.weights.h5"
    keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)]).save_weights(path)
    with pytest.raises(ModelFileError, match=r"cannot be had from '.*other\.weights\.h5'"):
        PerceptualLoss(weights=path)


def test_the_fallback_to_pixels_warns_and_is_their_absolute_difference(monkeypatch):
    monkeypatch.setattr(keras.applications, "VGG19", no_network)
    with pytest.warns(UserWarning, match="compares pixels, not features of VGG19: weights of"):
        loss = PerceptualLoss(fallback="pixels")
    assert loss.features is None
    np.testing.assert_allclose(float(loss(X, Y)), np.abs(X - Y).mean(), rtol=1e-5)


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="layer is 'conv6_1', expected one of conv1_1"):
        PerceptualLoss("conv6_1")
    with pytest.raises(ValueError, match="fallback is 'none'"):
        PerceptualLoss(fallback="none")
    with pytest.raises(ValueError, match="expected RGB pictures"):
        PerceptualLoss("conv1_1", weights="random")(X[..., :1], Y[..., :1])
