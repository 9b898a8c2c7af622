"""Optimizer and learning-rate schedule of a recipe."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

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
    kind = {"adam": keras.optimizers.Adam, "adamw": keras.optimizers.AdamW}[recipe.optimizer]
    # Keras' AdamW takes 0.004 where none is given.
    given = recipe.weight_decay or recipe.optimizer == "adamw"
    decay = {"weight_decay": recipe.weight_decay} if given else {}
    return _with_warm_average(kind)(
        schedule(recipe, steps_per_epoch),
        global_clipnorm=recipe.clip_norm,
        use_ema=recipe.ema is not None,
        ema_momentum=recipe.ema or 0.99,
        **decay,
    )


def _with_warm_average(kind: type[keras.optimizers.Optimizer]) -> type[keras.optimizers.Optimizer]:
    """The optimizer with a moving average whose momentum begins low.

    Keras' average starts at the random first weights and needs some 1 / (1 - momentum) steps to
    forget them.
    """

    class WarmAverage(kind):  # type: ignore[valid-type,misc]
        @property
        def ema_momentum(self) -> Any:
            if not hasattr(self, "_iterations"):
                return self._highest_momentum
            step = ops.cast(self.iterations, "float32")
            return ops.minimum(self._highest_momentum, (1.0 + step) / (10.0 + step))

        @ema_momentum.setter
        def ema_momentum(self, value: float) -> None:
            self._highest_momentum = value

    return WarmAverage
