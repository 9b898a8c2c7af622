"""A model as one TensorFlow function whose weights are constants."""

from __future__ import annotations

from typing import Any

import numpy as np

from ferkeras.errors import ExportError

INPUT, OUTPUT = "input", "probabilities"


def input_signature(model: Any) -> list[Any]:
    """The one named input, float32 ``(None, height, width, channels)``."""
    import tensorflow as tf

    return [tf.TensorSpec((None, *model.input_shape[1:]), tf.float32, name=INPUT)]


def frozen_function(model: Any) -> Any:
    """``input -> {"probabilities": ...}`` with the weights inside.

    The TFLite converter leaves the values of a Keras 3 model's variables out of the file, which
    then runs and gives NaN. A graph without variables cannot lose them.

    Raises:
        ExportError: Keras runs on another backend than TensorFlow.
    """
    import keras
    import tensorflow as tf

    if keras.backend.backend() != "tensorflow":
        raise ExportError(
            f"export needs Keras on TensorFlow, this is {keras.backend.backend()}; "
            "set KERAS_BACKEND=tensorflow"
        )
    trainable = [np.asarray(variable) for variable in model.trainable_variables]
    fixed = [np.asarray(variable) for variable in model.non_trainable_variables]

    def serve(input: Any) -> dict[str, Any]:
        outputs, _ = model.stateless_call(trainable, fixed, input, training=False)
        return {OUTPUT: outputs}

    return tf.function(serve, input_signature=input_signature(model), autograph=False)
