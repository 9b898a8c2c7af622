"""The MFF-CNN builder: image branch, patch branch, fused prediction."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import keras
from keras import layers, ops

from ferkeras.layers._checks import check_rate
from ferkeras.layers.decision_fusion import DecisionFusion
from ferkeras.layers.norm_feature_selection import NormFeatureSelection
from ferkeras.layers.overlapping_patches import OverlappingPatches
from ferkeras.models._weights import load_weights
from ferkeras.models.mff_cnn.variants import VARIANTS

Filters = Sequence[Sequence[int]]


def MFFCNN(
    input_shape: tuple[int, int, int] | None = None,
    classes: int = 7,
    weights: str | None = None,
    classifier_activation: str | None = "softmax",
    name: str = "mff_cnn",
    *,
    variant: str = "paper",
    patches: int | None = None,
    keep: int | None = None,
    image_filters: Filters | None = None,
    patch_filters: Filters | None = None,
    mid_units: int | None = None,
    mid_filters: int | None = None,
    padding: str | None = None,
    batch_norm: bool | None = None,
    separable: bool | None = None,
    dropout: float | None = None,
    fusion_weights: Sequence[float] | None = None,
    branch_outputs: bool = False,
) -> keras.Model:
    """Multi-feature fusion CNN of Zou, Zhang and Lee 2021 (Applied Intelligence 52).

    The image branch joins mid-level features (the last pool but one, through a dense layer) with
    high-level ones (the last pool). The patch branch runs one small CNN over overlapping patches
    and keeps the feature maps of largest norm. Each branch ends in its own softmax; the
    prediction is their normalised sum (Eq. 3).

    Args:
        input_shape: ``(height, width, channels)``; None takes the variant's.
        classes: number of classes.
        weights: None (random), a released tag such as ``"fer2013"``, or a path to a ``.keras`` or
            ``.weights.h5`` file.
        classifier_activation: ``"softmax"``, or None for the log of the fused probabilities.
        name: the model's name.
        variant: a named setting of `VARIANTS`; each argument below that is not None overrides it.
        patches: N, a square number; ``side * 2`` must be divisible by ``sqrt(N) + 1`` (Eq. 2).
        keep: M, feature maps kept of the patch branch.
        image_filters: filters of the image branch's convolutions, stage by stage.
        patch_filters: the same for the patch branch.
        mid_units: units of the dense layer on mid-level features; 0 leaves that path out.
        mid_filters: 1x1 convolution before that layer, to keep it small; None or 0: none.
        padding: ``"valid"`` or ``"same"`` convolutions.
        batch_norm: batch normalisation after each pool.
        separable: depthwise separable convolutions (all but the first of each branch).
        dropout: rate before each dense layer, below 1.
        fusion_weights: how much the image and the patch branch count in the prediction.
        branch_outputs: the model gives a dict ``{"probabilities": (batch, classes),
            "branches": (batch, 2, classes)}`` (image, patch) as `JointTuningLoss` needs it.

    Returns:
        A functional model. Input: float32 ``(batch, height, width, channels)``, values 0..255
        (grey, or RGB with three channels). Output: float32 ``(batch, classes)``.

    Raises:
        ValueError: an unknown variant, a size that patches cannot cover, too few maps to keep, or a
            dropout that is no rate.
    """
    if variant not in VARIANTS:
        raise ValueError(f"no variant {variant!r} of MFFCNN; known: {', '.join(VARIANTS)}")
    if classifier_activation not in ("softmax", None):
        raise ValueError(f"classifier_activation is {classifier_activation!r}, not softmax or None")
    given = {
        "input_shape": input_shape,
        "patches": patches,
        "keep": keep,
        "image_filters": image_filters,
        "patch_filters": patch_filters,
        "mid_units": mid_units,
        "mid_filters": mid_filters,
        "padding": padding,
        "batch_norm": batch_norm,
        "separable": separable,
        "dropout": dropout,
        "fusion_weights": fusion_weights,
    }
    setting = {**VARIANTS[variant], **{k: v for k, v in given.items() if v is not None}}
    if len(setting["input_shape"]) != 3 or classes < 1:
        raise ValueError(
            f"input_shape is {setting['input_shape']} and classes {classes}; expected "
            "(height, width, channels) and at least 1"
        )
    check_rate("dropout", setting["dropout"])
    if (
        len(setting["image_filters"]) < 1 + bool(setting["mid_units"])
        or not setting["patch_filters"]
    ):
        raise ValueError(
            "image_filters and patch_filters need at least one stage each, and image_filters two "
            "for mid-level features (mid_units=0 leaves those out)"
        )
    size = _patch_size(setting["input_shape"], setting["patches"])

    # === Layers ===
    def stage(x: Any, filters: Sequence[int], label: str, first: bool) -> Any:
        for number, count in enumerate(filters, start=1):
            plain = not setting["separable"] or (first and number == 1)
            kind = layers.Conv2D if plain else layers.SeparableConv2D
            initial = {} if not plain else {"kernel_initializer": "he_normal"}
            x = kind(
                count,
                3,
                padding=setting["padding"],
                activation="relu",
                name=f"{label}_conv{number}",
                **initial,
            )(x)
        x = layers.MaxPooling2D(2, name=f"{label}_pool")(x)
        return layers.BatchNormalization(momentum=0.9, name=f"{label}_bn")(x) if norm else x

    def drop(x: Any, label: str) -> Any:
        return layers.Dropout(setting["dropout"], name=f"{label}_dropout")(x) if rate else x

    def classify(x: Any, label: str) -> Any:
        scores = layers.Dense(classes, dtype="float32", name=f"{label}_scores")(x)
        return layers.Softmax(dtype="float32", name=f"{label}_probabilities")(scores)

    norm, rate = setting["batch_norm"], setting["dropout"]

    # === Functional model ===
    inputs = keras.Input(setting["input_shape"], name="input")
    scaled = layers.Rescaling(1 / 127.5, offset=-1.0, name="scale")(inputs)

    x, pools = scaled, []
    for number, filters in enumerate(setting["image_filters"], start=1):
        x = stage(x, filters, f"image{number}", number == 1)
        pools.append(x)
    features = layers.Flatten(name="high_level")(pools[-1])
    if setting["mid_units"]:
        mid = pools[-2]
        if setting["mid_filters"]:
            mid = layers.Conv2D(setting["mid_filters"], 1, activation="relu", name="mid_conv")(mid)
        mid = drop(layers.Flatten(name="mid_flat")(mid), "mid")
        mid = layers.Dense(setting["mid_units"], activation="relu", name="mid_level")(mid)
        features = layers.Concatenate(name="image_features")([mid, features])
    image = classify(drop(features, "image"), "image")

    y = OverlappingPatches(size, size // 2, name="patches")(scaled)
    y = ops.reshape(y, (-1, size, size, setting["input_shape"][2]))
    for number, filters in enumerate(setting["patch_filters"], start=1):
        y = stage(y, filters, f"patch{number}", number == 1)
    height, width, maps = y.shape[1:]
    vectors = ops.reshape(y, (-1, setting["patches"], height * width, maps))
    vectors = ops.transpose(vectors, (0, 1, 3, 2))
    vectors = ops.reshape(vectors, (-1, setting["patches"] * maps, height * width))
    chosen = NormFeatureSelection(setting["keep"], name="selected")(vectors)
    patch = classify(drop(layers.Flatten(name="patch_features")(chosen), "patch"), "patch")

    branches = ops.stack([image, patch], axis=1)
    fused = DecisionFusion("mean", setting["fusion_weights"], name="probabilities")(branches)
    if classifier_activation is None:
        fused = ops.log(ops.maximum(fused, keras.config.epsilon()))
    outputs = {"probabilities": fused, "branches": branches} if branch_outputs else fused
    model = keras.Model(inputs, outputs, name=name)

    # === Weights ===
    load_weights(model, weights, system="mff_cnn")
    return model


def _patch_size(input_shape: tuple[int, int, int], patches: int) -> int:
    """S of Eq. 2, ``S (sqrt(N) + 1) = 2 L``."""
    root = math.isqrt(patches)
    if root * root != patches:
        raise ValueError(f"patches is {patches}, expected a square number such as 9 or 16")
    height, width = input_shape[0], input_shape[1]
    if height != width:
        raise ValueError(f"MFFCNN takes square pictures, got {height}x{width}")
    size, rest = divmod(2 * height, root + 1)
    if rest or size % 2:
        raise ValueError(
            f"{patches} half-overlapping patches do not fit a side of {height}: 2 x {height} must "
            f"be a multiple of {2 * (root + 1)} (Eq. 2)"
        )
    return size
