"""A model as one TensorFlow function whose weights are constants."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from ferkeras.errors import ExportError
from ferkeras.export._slices import rolls_as_slices
from ferkeras.runtime.named_inputs import DTYPES, INPUT, keras_inputs, own_names
from ferkeras.runtime.output_form import output_name


def input_signature(model: Any) -> list[Any]:
    """The named inputs: ``input``, float32 ``(None, height, width, channels)``; a side may be None.

    Of a model that takes graphs ``image``, such an array; ``nodes``, float32
    ``(None, None, features)``; and ``edges``, int32 ``(None, 2, None)``, in this order. Of one that
    computes the flow itself ``onset``, ``apex`` and, where it takes them, ``landmarks``.
    """
    import tensorflow as tf

    inputs = keras_inputs(model)
    names = own_names(model.name, list(inputs))
    return [
        tf.TensorSpec((None, *inputs[name].shape[1:]), DTYPES[name], name=name) for name in names
    ]


def serving_function(model: Any, call: Callable[[Any], Any]) -> Any:
    """A TensorFlow function of the model's inputs by their names -> ``{"probabilities": ...}``.

    Pictures are given by the name ``picture``.

    Args:
        model: has these inputs.
        call: given what the model takes, a tensor or a dict of tensors, it gives the output.
    """
    import tensorflow as tf

    def serve(*tensors: Any) -> dict[str, Any]:
        given = dict(zip(names, tensors, strict=True))
        return {output: call(given.get(INPUT, given))}

    output = output_name(model.output_shape)
    signature = input_signature(model)
    names = [one.name for one in signature]
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    # By these TensorFlow names the inputs, of which there are more or fewer.
    serve.__signature__ = inspect.Signature([inspect.Parameter(name, kind) for name in names])  # type: ignore[attr-defined]
    return tf.function(serve, input_signature=signature, autograph=False)


def frozen_function(model: Any) -> Any:
    """`serving_function` with the weights inside.

    The TFLite converter leaves the values of a Keras 3 model's variables out of the file, which
    then runs and gives NaN. A graph without variables cannot lose them. Tables that a layer keeps
    as plain tensors (keras-hub's Swin) are put inside too: tf2onnx takes them for further inputs.

    Raises:
        ExportError: Keras runs on another backend than TensorFlow.
    """
    import keras

    if keras.backend.backend() != "tensorflow":
        raise ExportError(
            f"export needs Keras on TensorFlow, this is {keras.backend.backend()}; "
            "set KERAS_BACKEND=tensorflow"
        )
    trainable = [np.asarray(variable) for variable in model.trainable_variables]
    fixed = [np.asarray(variable) for variable in model.non_trainable_variables]

    def call(inputs: Any) -> Any:
        return model.stateless_call(trainable, fixed, inputs, training=False)[0]

    function = serving_function(model, call)
    with rolls_as_slices():
        traced = function.get_concrete_function()
    return _without_captures(model, traced) if traced.captured_inputs else function


def _without_captures(model: Any, traced: Any) -> Any:
    """The same function with every tensor from outside as a constant."""
    from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

    whole = convert_variables_to_constants_v2(traced)
    names = [tensor.name.partition(":")[0] for tensor in whole.inputs]

    def call(inputs: Any) -> Any:
        given = inputs if isinstance(inputs, dict) else {INPUT: inputs}
        return whole(*(given[name] for name in names))[0]

    return serving_function(model, call)
