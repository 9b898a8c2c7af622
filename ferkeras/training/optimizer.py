"""Optimizer and learning-rate schedule of a recipe."""

from __future__ import annotations

import keras

from ferkeras.training.recipe import Recipe


def schedule(
    recipe: Recipe, steps_per_epoch: int
) -> keras.optimizers.schedules.LearningRateSchedule:
    """Learning rate by step.

    ``exponential`` is MFF-CNN's Eq. 6, ``rate * decay ** floor(epoch / decay_epochs)``.
    """
    if recipe.schedule == "exponential":
        return keras.optimizers.schedules.ExponentialDecay(
            recipe.learning_rate,
            decay_steps=recipe.decay_epochs * steps_per_epoch,
            decay_rate=recipe.decay,
            staircase=True,
        )
    return keras.optimizers.schedules.CosineDecay(
        0.0,
        decay_steps=max(1, (recipe.epochs - 1) * steps_per_epoch),
        warmup_target=recipe.learning_rate,
        warmup_steps=steps_per_epoch,
    )


def build_optimizer(recipe: Recipe, steps_per_epoch: int) -> keras.optimizers.Optimizer:
    """The recipe's optimizer; Keras wraps it for loss scaling where float16 asks for it."""
    kinds = {"adam": keras.optimizers.Adam, "adamw": keras.optimizers.AdamW}
    decay = {"weight_decay": recipe.weight_decay} if recipe.weight_decay else {}
    return kinds[recipe.optimizer](
        schedule(recipe, steps_per_epoch),
        global_clipnorm=recipe.clip_norm,
        use_ema=recipe.ema is not None,
        ema_momentum=recipe.ema or 0.99,
        **decay,
    )
