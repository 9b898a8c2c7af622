"""The network of Mariyathas et al. 2025: what the paper says of it, and what cannot be built."""

from __future__ import annotations

import keras
import pytest

from ferkeras.errors import FerkerasError
from ferkeras.models import MicroCNN
from ferkeras.models.micro_cnn.explained_layers import explained_layers
from ferkeras.models.weight_counts import weight_counts


@pytest.mark.parametrize("side", [128, 32])
def test_three_convolutions_and_two_hidden_layers(side):
    model = MicroCNN((side, side, 3))
    kinds = [type(layer).__name__ for layer in model.layers]
    assert (kinds.count("Conv2D"), kinds.count("MaxPooling2D"), kinds.count("Dense")) == (3, 3, 3)
    assert model.get_layer("features").output.shape == (None, 64)
    # 3x3 kernels and biases, then dense layers, counted by hand.
    flat = (side // 8) ** 2 * 64
    convolutions = 28 * 16 + (9 * 16 + 1) * 32 + (9 * 32 + 1) * 64
    dense = (flat + 1) * 128 + 129 * 64 + 65 * 5
    assert weight_counts(model).trained == convolutions + dense


def test_explained_layers_are_there():
    model = MicroCNN((16, 16, 1))
    (found,) = explained_layers(model)
    assert model.get_layer(found.layer).output.shape == (None, 4, 4, 64)
    assert model.get_layer(found.scores).output.shape == (None, 5)
    inputs = keras.Input((4,))
    other = keras.Model(inputs, keras.layers.Dense(2)(inputs), name="other")
    with pytest.raises(FerkerasError, match="other: has no layers conv3 and scores"):
        explained_layers(other)


def test_scores_before_the_softmax():
    model = MicroCNN((16, 16, 1), classifier_activation=None)
    assert model.layers[-1].name == "scores"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"variant": "large"}, "no variant 'large' of MicroCNN; known: paper"),
        ({"classifier_activation": "relu"}, "classifier_activation is 'relu'"),
        ({"filters": (4, 4)}, r"filters is \(4, 4\), expected 3 whole numbers"),
        ({"filters": "444"}, "filters is '444'"),
        ({"hidden_units": (4, 0)}, "hidden_units is 0"),
        ({"input_shape": (7, 32, 3)}, r"three pools of 2x2 need 8x8 or more"),
        ({"input_shape": (None, 32, 3)}, "input_shape is None"),
        ({"pool_size": 0}, "pool_size is 0"),
        ({"dropout": 1.0}, "dropout is 1.0"),
        ({"classes": 0}, "classes is 0"),
    ],
)
def test_mistakes(arguments, message):
    with pytest.raises(ValueError, match=message):
        MicroCNN(**arguments)
