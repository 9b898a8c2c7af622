"""What explanations share: layers by name, and the score of one class under a gradient tape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ferkeras.errors import FerkerasError
from ferkeras.prepare import ModelInputs, model_inputs
from ferkeras.runtime.named_inputs import IMAGE, INPUT, described, keras_inputs
from ferkeras.types import FloatArray, InputSpec

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


def check_input(
    model: keras.Model, sample: FloatArray, spec: InputSpec | None = None
) -> ModelInputs:
    """A batch of ``sample`` alone, as the model takes it, checked to be what the model takes.

    Args:
        model: with one input, or ``image``, ``nodes`` and ``edges``.
        sample: of the shape of the picture, or of the only input.
        spec: the model's input; needed where it takes graphs.

    Raises:
        FerkerasError: a model of other inputs, a sample of another shape, or a spec that makes
            other inputs than the model has.
    """
    takes = {name: tuple(one.shape[1:]) for name, one in keras_inputs(model).items()}
    if spec is None and len(takes) != 1:
        raise FerkerasError(
            f"{model.name}: takes several inputs ({', '.join(takes)}); give spec, its card's input"
        )
    if spec is not None and takes != spec.input_shapes:
        raise FerkerasError(
            f"{model.name}: takes {described(takes)}, spec says {described(spec.input_shapes)}"
        )
    if spec is not None and spec.takes_frames:
        raise FerkerasError(
            f"{model.name}: computes the flow itself; explain the model that it was made of"
        )
    wanted = takes[INPUT if INPUT in takes else IMAGE]
    array = np.asarray(sample, np.float32)
    if array.shape != wanted:
        kind = "a picture" if len(wanted) == 3 else "an input"
        raise FerkerasError(f"{model.name}: takes {kind} {wanted}, got {array.shape}")
    return model_inputs(array[np.newaxis], spec) if spec else array[np.newaxis]


def check_scores(model: keras.Model, scores: Any, label: int = 0) -> None:
    """Raise FerkerasError unless the tensor ``scores`` is ``(batch, classes)`` with that class."""
    shape: tuple[Any, ...] = getattr(scores, "shape", ())
    if len(shape) != 2:
        raise FerkerasError(f"{model.name}: expected scores (batch, classes), got {shape}")
    if not 0 <= label < shape[1]:
        raise FerkerasError(f"{model.name}: no class {label}, it has 0..{shape[1] - 1}")


def taped_score(
    model: keras.Model, inputs: ModelInputs, taps: dict[str, Any], label: int
) -> tuple[Any, Any, dict[str, Any]]:
    """Run one sample; needs Keras on TensorFlow.

    Args:
        model: takes ``inputs``.
        inputs: from `check_input`.
        taps: symbolic tensors of the model by name; ``"scores"`` among them.
        label: number of the class.

    Returns:
        A persistent gradient tape, the score of the class, and the values of the taps.
    """
    import keras
    import tensorflow as tf

    tapped = keras.Model(model.input, taps)
    with tf.GradientTape(persistent=True) as tape:
        batch = tf.nest.map_structure(tf.constant, inputs)
        tape.watch([one for one in tf.nest.flatten(batch) if one.dtype.is_floating])
        values = tapped(batch, training=False)
        score = values["scores"][0, label]
    return tape, score, values
