"""The model of a recipe, in the form for training and in the form for use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import keras
import numpy as np
from numpy.typing import NDArray

import ferkeras.losses
from ferkeras.metrics.uar import UAR
from ferkeras.metrics.uf1 import UF1
from ferkeras.models import system_module
from ferkeras.training.optimizer import build_optimizer
from ferkeras.training.recipe import Recipe


@contextmanager
def dtype_policy(name: str) -> Iterator[None]:
    """Keras' global dtype policy inside the block; the former one after it."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(name)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def training_model(recipe: Recipe, classes: int, steps_per_epoch: int) -> keras.Model:
    """A compiled model with every output that the loss needs, in the recipe's precision."""
    with dtype_policy(recipe.precision):
        keras.utils.set_random_seed(recipe.seed)
        model = _build(recipe, classes)
        loss = getattr(ferkeras.losses, recipe.loss.name)(**recipe.loss.arguments)
        model.compile(
            build_optimizer(recipe, steps_per_epoch),
            loss={recipe.loss.on: loss},
            metrics={
                "probabilities": [
                    keras.metrics.CategoricalAccuracy(name="accuracy"),
                    UF1(classes, name="uf1"),
                    UAR(classes, name="uar"),
                ]
            },
        )
        model.optimizer.build(model.trainable_variables)
    return model


def final_model(recipe: Recipe, weights: list[NDArray[np.float32]], classes: int) -> keras.Model:
    """The float32 model that gives probabilities alone, with these weights."""
    with dtype_policy("float32"):
        model = _build(recipe, classes)
    model.set_weights(weights)
    return keras.Model(model.input, model.output["probabilities"], name=recipe.system)


def _build(recipe: Recipe, classes: int) -> keras.Model:
    builder = getattr(system_module(recipe.system, "model"), recipe.builder)
    return builder(
        recipe.input.shape,
        classes,
        variant=recipe.variant,
        branch_outputs=True,
        **recipe.model,
    )
