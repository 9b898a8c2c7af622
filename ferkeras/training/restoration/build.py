"""The model of a stage, in the form for training, and the finished generator."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from ferkeras.errors import FerkerasError, RecipeError
from ferkeras.layers.random_degradation import RandomDegradation
from ferkeras.losses.perceptual_loss import PerceptualLoss
from ferkeras.models.esrgan import ESRGAN, ESRGANDiscriminator, ESRGANGenerator
from ferkeras.training.build import dtype_policy
from ferkeras.training.fused_adam import FusedAdam
from ferkeras.training.optimizer import with_warm_average
from ferkeras.training.restoration.recipe import RestorationRecipe, Stage


def stage_model(recipe: RestorationRecipe, name: str, steps_per_epoch: int) -> ESRGAN:
    """The compiled model of stage ``name`` in the recipe's precision, from random weights.

    Raises:
        RecipeError: settings that a builder or a loss does not take.
        ModelFileError: weights of VGG19 that cannot be had.
    """
    stage = recipe.stages[name]
    with dtype_policy(recipe.precision), _recipe_errors():
        keras.utils.set_random_seed(recipe.seed)
        generator = build_generator(recipe)
        judge = None
        if name == "gan":
            shape = (recipe.patch, recipe.patch, 3)
            judge = ESRGANDiscriminator(**{"input_shape": shape, **recipe.discriminator})
        degradation = RandomDegradation(**recipe.degradation.model_dump(), seed=recipe.seed)
        model = ESRGAN(generator, judge, degradation)
        model.compile(
            _optimizer(recipe, stage, steps_per_epoch, averaged=True),
            judge and _optimizer(recipe, stage, steps_per_epoch, averaged=False),
            pixel_weight=stage.pixel,
            perceptual_loss=_perceptual(recipe, stage),
            perceptual_weight=stage.perceptual,
            adversarial_weight=stage.adversarial,
            jit_compile=False,
        )
    return model


def build_generator(recipe: RestorationRecipe) -> keras.Model:
    """The recipe's generator under the policy in force; its RRDB keep no features if it says so."""
    settings = {"variant": recipe.variant, **recipe.generator}
    if not recipe.checkpointing:
        return ESRGANGenerator(**settings)
    names = [f"rrdb{number}" for number in range(1, 1000)]
    with keras.RematScope("list_of_layers", layer_names=names):
        return ESRGANGenerator(**settings)


def finished_generator(
    recipe: RestorationRecipe, weights: list[NDArray[np.float32]]
) -> keras.Model:
    """The float32 generator of any input size, with these weights."""
    with dtype_policy("float32"):
        model = ESRGANGenerator(**{"variant": recipe.variant, **recipe.generator})
    model.set_weights(weights)
    return model


def check_recipe(recipe: RestorationRecipe) -> None:
    """Build the last stage's model, so that what cannot be built is said before the work.

    Raises:
        RecipeError: see `stage_model`; a generator whose scale is not that of the degradation.
    """
    model = stage_model(recipe, list(recipe.stages)[-1], 1)
    small = recipe.patch // recipe.degradation.scale
    with _recipe_errors():
        made = model.generator.compute_output_shape((None, small, small, 3))
    if made[1] != recipe.patch:
        raise RecipeError(
            f"recipe setting 'degradation.scale' is {recipe.degradation.scale}, but the generator "
            f"makes {small}x{small} pixels {made[1]}x{made[2]}; give both the same scale"
        )


def take_average(model: ESRGAN) -> None:
    """Replace the generator's trained weights by their moving average, where one is kept."""
    optimizer: Any = getattr(model.optimizer, "inner_optimizer", model.optimizer)
    if optimizer.use_ema:
        optimizer.finalize_variable_values(model.generator.trainable_variables)


def _optimizer(
    recipe: RestorationRecipe, stage: Stage, steps_per_epoch: int, *, averaged: bool
) -> keras.optimizers.Optimizer:
    updates = stage.epochs * steps_per_epoch / recipe.accumulate
    rate: Any = stage.learning_rate
    if stage.halve_at:
        rates = [stage.learning_rate * 0.5**n for n in range(len(stage.halve_at) + 1)]
        # A boundary is the last step of its rate.
        ends = [max(0, round(share * updates) - 1) for share in stage.halve_at]
        rate = keras.optimizers.schedules.PiecewiseConstantDecay(ends, rates)
    averaged = averaged and recipe.ema is not None
    return with_warm_average(FusedAdam)(
        rate,
        global_clipnorm=recipe.clip_norm,
        use_ema=averaged,
        ema_momentum=recipe.ema if averaged else 0.99,
        gradient_accumulation_steps=recipe.accumulate if recipe.accumulate > 1 else None,
    )


def _perceptual(recipe: RestorationRecipe, stage: Stage) -> PerceptualLoss | None:
    return PerceptualLoss(**recipe.perceptual.model_dump()) if stage.perceptual else None


@contextmanager
def _recipe_errors() -> Iterator[None]:
    """What a builder says of its arguments, in one line."""
    try:
        yield
    except FerkerasError:
        raise
    except (TypeError, ValueError) as error:
        said = str(error).strip().splitlines()[0]
        raise RecipeError(f"the model cannot be built from this recipe: {said}") from error
