"""Builder of MicroCNN."""

from __future__ import annotations

from collections.abc import Sequence

import keras
from keras import layers

from ferkeras.layers._checks import check_count, check_rate
from ferkeras.models._weights import load_weights
from ferkeras.models.micro_cnn.variants import VARIANTS

FEATURES = "features"
"""Name of the layer whose output an SVM takes: the second hidden layer."""


def MicroCNN(
    input_shape: tuple[int, int, int] | None = None,
    classes: int = 5,
    weights: str | None = None,
    classifier_activation: str | None = "softmax",
    name: str = "micro_cnn",
    *,
    variant: str = "paper",
    filters: Sequence[int] | None = None,
    pool_size: int | None = None,
    hidden_units: Sequence[int] | None = None,
    dropout: float | None = None,
    branch_outputs: bool = False,
) -> keras.Model:
    """Small network of Mariyathas et al. 2025, "Micro facial feature extraction".

    Three 3x3 convolutions, each with ReLU and a max-pool, then two hidden dense layers with ReLU
    and a dense layer of scores. The second hidden layer is called ``"features"``: its output is
    what `ferkeras.training.feature_svm` hands to a support vector machine.

    Args:
        input_shape: ``(height, width, channels)``; None takes the variant's.
        classes: number of classes.
        weights: None (random), a released tag, or a path to a ``.keras`` or ``.weights.h5`` file.
        classifier_activation: ``"softmax"``, or None for the scores before it.
        name: the model's name.
        variant: a named setting of `VARIANTS`; each argument below that is not None overrides it.
        filters: of the three convolutions.
        pool_size: side of the three max-pools in pixels.
        hidden_units: of the two hidden layers.
        dropout: rate before each hidden layer, below 1.
        branch_outputs: the model gives a dict ``{"probabilities": (batch, classes)}``.

    Returns:
        A functional model. Input: float32 ``(batch, height, width, channels)``, values 0..255, RGB
        with three channels. Output: float32 ``(batch, classes)``.

    Raises:
        ValueError: an unknown variant, sizes that are no three and two whole numbers, a picture
            that three pools leave nothing of, or a dropout that is no rate.
    """
    if variant not in VARIANTS:
        raise ValueError(f"no variant {variant!r} of MicroCNN; known: {', '.join(VARIANTS)}")
    if classifier_activation not in ("softmax", None):
        raise ValueError(f"classifier_activation is {classifier_activation!r}, not softmax or None")
    given = {
        "input_shape": input_shape,
        "filters": filters,
        "pool_size": pool_size,
        "hidden_units": hidden_units,
        "dropout": dropout,
    }
    setting = {**VARIANTS[variant], **{k: v for k, v in given.items() if v is not None}}
    check_count("classes", classes)
    check_count("pool_size", setting["pool_size"])
    check_rate("dropout", setting["dropout"])
    _check_counts("filters", setting["filters"], 3)
    _check_counts("hidden_units", setting["hidden_units"], 2)
    _check_counts("input_shape", setting["input_shape"], 3)
    smallest = setting["pool_size"] ** 3
    if min(setting["input_shape"][:2]) < smallest:
        raise ValueError(
            f"input_shape is {tuple(setting['input_shape'])}; three pools of "
            f"{setting['pool_size']}x{setting['pool_size']} need {smallest}x{smallest} or more"
        )

    # === Functional model ===
    inputs = keras.Input(setting["input_shape"], name="input")
    x = layers.Rescaling(1 / 127.5, offset=-1.0, name="scale")(inputs)
    for number, count in enumerate(setting["filters"], start=1):
        x = layers.Conv2D(
            count,
            3,
            padding="same",
            activation="relu",
            kernel_initializer="he_normal",
            name=f"conv{number}",
        )(x)
        x = layers.MaxPooling2D(setting["pool_size"], name=f"pool{number}")(x)
    x = layers.Flatten(name="flat")(x)
    for number, (units, label) in enumerate(
        zip(setting["hidden_units"], ("hidden", FEATURES), strict=True), start=1
    ):
        if setting["dropout"]:
            x = layers.Dropout(setting["dropout"], name=f"dropout{number}")(x)
        x = layers.Dense(units, "relu", kernel_initializer="he_normal", name=label)(x)
    answer = layers.Dense(classes, dtype="float32", name="scores")(x)
    if classifier_activation:
        answer = layers.Softmax(dtype="float32", name="probabilities")(answer)
    outputs = {"probabilities": answer} if branch_outputs else answer
    model = keras.Model(inputs, outputs, name=name)

    # === Weights ===
    load_weights(model, weights, system="micro_cnn")
    return model


def _check_counts(what: str, values: Sequence[int], length: int) -> None:
    """Raise ValueError unless these are so many whole numbers of 1 or more."""
    if isinstance(values, str) or not isinstance(values, Sequence) or len(values) != length:
        raise ValueError(f"{what} is {values!r}, expected {length} whole numbers")
    for value in values:
        check_count(what, value)
