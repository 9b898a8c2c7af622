"""The model of a recipe, in the form for training and in the form for use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import keras
import numpy as np
from numpy.typing import NDArray

import ferkeras.losses
from ferkeras.errors import FerkerasError, RecipeError
from ferkeras.losses.r_drop_loss import RDropLoss
from ferkeras.metrics.uar import UAR
from ferkeras.metrics.uf1 import UF1
from ferkeras.models import system_module
from ferkeras.models.weight_counts import weight_counts
from ferkeras.training.freed_memory import return_freed_memory
from ferkeras.training.optimizer import build_optimizer
from ferkeras.training.recipe import Recipe

LARGE = 20_000_000
"""Weights from which on a network's memory is worth sparing."""


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
    """A compiled model with every output that the loss needs, in the recipe's precision.

    Raises:
        RecipeError: settings that the builder, the loss or the optimizer does not take.
    """
    with dtype_policy(recipe.precision), _recipe_errors():
        keras.utils.set_random_seed(recipe.seed)
        return_freed_memory()  # before the weights are made, whose number is not known yet
        model = _build(recipe, classes)
        return_freed_memory(model.count_params() > LARGE)
        loss = _loss(recipe)
        model.compile(
            build_optimizer(recipe, steps_per_epoch),
            # Graphs differ in size from batch to batch: XLA would compile each size anew.
            jit_compile="auto" if recipe.input.graph is None else False,
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
        shapes = {name: (4, *output.shape[1:]) for name, output in model.output.items()}
        loss(np.zeros((4, classes), "float32"), np.full(shapes[recipe.loss.on], 0.5, "float32"))
    return model


def _loss(recipe: Recipe) -> keras.losses.Loss:
    """The recipe's loss: one of ours, or else one of Keras' own."""
    name = recipe.loss.name
    kind = getattr(ferkeras.losses if name in ferkeras.losses.__all__ else keras.losses, name, None)
    if not (isinstance(kind, type) and issubclass(kind, keras.losses.Loss)):
        raise RecipeError(
            f"no loss {name!r}; known: {', '.join(ferkeras.losses.__all__)}, and the loss classes "
            "of keras.losses, such as CategoricalCrossentropy"
        )
    loss = kind(**recipe.loss.arguments)
    return RDropLoss(loss, recipe.r_drop) if recipe.r_drop else loss


@contextmanager
def _recipe_errors() -> Iterator[None]:
    """What a builder says of its arguments, in one line."""
    try:
        yield
    except FerkerasError:
        raise
    except (TypeError, ValueError, AttributeError, KeyError, IndexError) as error:
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        said = next((line for line in lines if not line.startswith("Exception enc")), repr(error))
        raise RecipeError(f"the model cannot be built from this recipe: {said}") from error


def final_model(recipe: Recipe, weights: list[NDArray[np.float32]], classes: int) -> keras.Model:
    """The float32 model that gives probabilities alone, with these weights."""
    with dtype_policy("float32"):
        model = _build(recipe, classes)
    model.set_weights(weights)
    return keras.Model(model.input, model.output["probabilities"], name=recipe.system)


def model_up_to(model: keras.Model, layer: str) -> keras.Model:
    """The model as far as a layer's output, with the same weights.

    Raises:
        RecipeError: it has no layer of that name.
    """
    known = [one.name for one in model.layers]
    if layer not in known:
        raise RecipeError(f"{model.name} has no layer {layer!r}; its layers: {', '.join(known)}")
    return keras.Model(model.input, model.get_layer(layer).output, name=f"{model.name}_{layer}")


def count_parameters(recipe: Recipe, classes: int) -> int:
    """Number of trained weights of a recipe's model; builds it, which also checks the settings.

    Raises:
        RecipeError: settings that the builder does not take.
    """
    with _recipe_errors():
        return weight_counts(_build(recipe, classes)).trained


def _build(recipe: Recipe, classes: int) -> keras.Model:
    builder = getattr(system_module(recipe.system, "model"), recipe.builder)
    model = builder(
        recipe.input.shape,
        classes,
        variant=recipe.variant,
        branch_outputs=True,
        **recipe.model,
    )
    several = isinstance(model.input, dict)
    takes = {name: one.shape[1:] for name, one in model.input.items()} if several else None
    gives = None if recipe.input.graph is None else recipe.input.input_shapes
    if takes != gives:
        raise RecipeError(
            f"the model takes {_listed(takes)}, but the recipe's input gives {_listed(gives)}; set "
            "input.graph where the model has a graph stream, and only there, and for graphs in "
            "colour model.node_features=13"
        )
    return model


def _listed(inputs: dict[str, tuple[int | None, ...]] | None) -> str:
    if inputs is None:
        return "a picture alone"
    return ", ".join(f"{name} {shape}" for name, shape in inputs.items())
