"""The float32, single-output twin of a model, as it is exported."""

from __future__ import annotations

from typing import Any

from ferkeras.errors import ExportError
from ferkeras.runtime.output_form import PROBABILITIES

_LOW_PRECISION = ("mixed_bfloat16", "mixed_float16", "bfloat16", "float16")


def float32_model(model: Any) -> Any:
    """``model`` computing in float32, with class probabilities or pictures as its only output.

    A model trained in mixed precision keeps float32 weights but computes in bfloat16 or float16,
    which TFLite and ONNX Runtime do not do alike. It is rebuilt from its own configuration with
    every dtype policy set to float32, and given the same weights. Of several outputs by name only
    ``probabilities`` is kept.

    Args:
        model: a functional or sequential ``keras.Model``.

    Returns:
        ``model`` itself where there is nothing to change.

    Raises:
        ExportError: a layer that stays in low precision, or no output of that name.
    """
    import keras

    if any(layer.compute_dtype in _LOW_PRECISION for layer in model._flatten_layers()):
        config = keras.saving.serialize_keras_object(model)
        twin = keras.saving.deserialize_keras_object(_to_float32(config))
        twin.set_weights(model.get_weights())
        low = [layer.name for layer in twin._flatten_layers() if layer.compute_dtype != "float32"]
        if low:
            raise ExportError(
                f"{model.name}: layer {low[0]!r} computes in low precision whatever its policy "
                "says; let its get_config() carry the policy"
            )
        model = twin
    named = getattr(model, "output", None)  # a Sequential has none
    if isinstance(named, dict):
        if PROBABILITIES not in named:
            raise ExportError(
                f"{model.name}: gives {sorted(named)}, expected {PROBABILITIES!r} among them"
            )
        model = keras.Model(model.input, named[PROBABILITIES], name=model.name)
    return model


def _to_float32(value: Any, key: str = "") -> Any:
    """A copy of a serialised model with every low-precision dtype replaced."""
    if isinstance(value, dict):
        if value.get("class_name") == "DTypePolicy":
            return {**value, "config": {"name": "float32"}}
        return {name: _to_float32(item, name) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_to_float32(item) for item in value)
    return "float32" if key == "dtype" and value in _LOW_PRECISION else value
