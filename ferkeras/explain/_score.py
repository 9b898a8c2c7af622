"""What explanations share: layers by name, and the score of one class under a gradient tape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ferkeras.errors import FerkerasError
from ferkeras.types import FloatArray

if TYPE_CHECKING:
    import keras


def named_layer(model: keras.Model, name: str) -> Any:
    """The layer of that name.

    Raises:
        FerkerasError: there is none; the message lists those that there are.
    """
    try:
        return model.get_layer(name)
    except ValueError as error:
        known = ", ".join(layer.name for layer in model.layers)
        raise FerkerasError(f"{model.name}: no layer {name!r}; it has {known}") from error


def check_input(model: keras.Model, sample: FloatArray) -> FloatArray:
    """``sample`` as float32, checked to be what the model takes.

    Raises:
        FerkerasError: a model of several inputs, or a sample of another shape.
    """
    if len(model.inputs) != 1:
        names = ", ".join(tensor.name for tensor in model.inputs)
        raise FerkerasError(f"{model.name}: takes several inputs ({names}), expected one")
    wanted, array = tuple(model.inputs[0].shape[1:]), np.asarray(sample, np.float32)
    if array.shape != wanted:
        kind = "a picture" if len(wanted) == 3 else "an input"
        raise FerkerasError(f"{model.name}: takes {kind} {wanted}, got {array.shape}")
    return array


def check_scores(model: keras.Model, scores: Any, label: int = 0) -> None:
    """Raise FerkerasError unless the tensor ``scores`` is ``(batch, classes)`` with that class."""
    shape: tuple[Any, ...] = getattr(scores, "shape", ())
    if len(shape) != 2:
        raise FerkerasError(f"{model.name}: expected scores (batch, classes), got {shape}")
    if not 0 <= label < shape[1]:
        raise FerkerasError(f"{model.name}: no class {label}, it has 0..{shape[1] - 1}")


def taped_score(
    model: keras.Model, sample: FloatArray, taps: dict[str, Any], label: int
) -> tuple[Any, Any, dict[str, Any]]:
    """Run one sample; needs Keras on TensorFlow.

    Args:
        model: with one input.
        sample: float32, of the input's shape without the batch.
        taps: symbolic tensors of the model by name; ``"scores"`` among them.
        label: number of the class.

    Returns:
        A persistent gradient tape, the score of the class, and the values of the taps.
    """
    import keras
    import tensorflow as tf

    tapped = keras.Model(model.input, taps)
    with tf.GradientTape(persistent=True) as tape:
        batch = tf.constant(sample[np.newaxis])
        tape.watch(batch)
        values = tapped(batch, training=False)
        score = values["scores"][0, label]
    return tape, score, values
