"""Where heat maps look into MicroCNN."""

from __future__ import annotations

import keras

from ferkeras.errors import FerkerasError
from ferkeras.models.explained_layer import ExplainedLayer


def explained_layers(model: keras.Model) -> list[ExplainedLayer]:
    """The last convolution, by the class scores before the softmax.

    Args:
        model: any variant of `ferkeras.models.MicroCNN`, alone or with an SVM on its features.

    Raises:
        FerkerasError: the model has no such layers.
    """
    names = {layer.name for layer in model.layers}
    if not {"conv3", "scores"} <= names:
        raise FerkerasError(f"{model.name}: has no layers conv3 and scores, so it is no MicroCNN")
    return [ExplainedLayer("last convolution", "conv3", "scores")]
