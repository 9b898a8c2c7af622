from __future__ import annotations

import keras
import pytest

from ferkeras.errors import FerkerasError
from ferkeras.models import MFFCNN
from ferkeras.models.mff_cnn.explained_layers import explained_layers


@pytest.mark.parametrize(
    ("variant", "names"),
    [
        ("paper", ["image2_pool", "image3_pool", "patch2_pool", "patch2_pool"]),
        ("wide", ["image3_bn", "image4_bn", "patch2_bn", "patch2_bn"]),
    ],
)
def test_layers_of_figure_8(variant, names):
    model = MFFCNN(variant=variant)
    found = explained_layers(model)
    assert [layer.layer for layer in found] == names
    assert [layer.before for layer in found] == [None, None, "selected", None]
    for layer in found:
        assert layer.scores is not None
        assert model.get_layer(layer.scores).output.shape == (None, 7)


def test_another_model_is_an_error():
    inputs = keras.Input((4,))
    model = keras.Model(inputs, keras.layers.Dense(2)(inputs), name="other")
    with pytest.raises(FerkerasError, match="other: has no image and patch branch"):
        explained_layers(model)
